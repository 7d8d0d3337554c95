//go:build tinygo

package main

import (
	_ "embed" // the catalog
	"unsafe"
)

// catalogJSON is what core's catalogs say, written by a test that also holds it
// to them: the text alone weighs less than the tables and a writer of JSON.
//
//go:embed catalog.json
var catalogJSON string

var catalogText text

// catalog returns the offset of a text: the JSON of both engines' catalogs, as
// the HTTP API gives it.
//
//go:wasmexport catalog
func catalog() int32 {
	catalogText = textOf(catalogJSON)
	return int32(uintptr(unsafe.Pointer(&catalogText)))
}
