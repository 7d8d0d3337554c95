//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// catalogRoom is more than writing the catalog takes, all attempts of append
// included.
const catalogRoom = 512 << 10

var catalogText text // once written, as long as the module

// catalog returns the offset of a text: the JSON of both engines' catalogs, as
// the HTTP API gives it, or a status.
//
//go:wasmexport catalog
func catalog() int32 {
	if catalogText.bytes == 0 {
		m, ok := scratch.enter(catalogRoom)
		if !ok {
			return refuse(outOfMemory())
		}
		json := appendCatalogs(nil)
		if !permanent.stock(uintptr(len(json))) {
			scratch.leave(m)
			return refuse(outOfMemory())
		}
		current = &permanent
		catalogText = textOf(string(json))
		scratch.leave(m)
	}
	return int32(uintptr(unsafe.Pointer(&catalogText)))
}

func appendCatalogs(dst []byte) []byte {
	dst = append(dst, `{"cipher":`...)
	c := cipher.Catalog()
	dst = c.AppendJSON(dst)
	dst = append(dst, `,"volume":`...)
	v := volume.Catalog()
	dst = v.AppendJSON(dst)
	return append(dst, '}')
}
