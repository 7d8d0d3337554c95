//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
)

// failure is the last refusal as numbers, from which hosts build the sentence
// that core.Error says natively. ABI.md gives its layout.
type failure struct {
	code, rule        int32
	field, fieldBytes uint32
	text, textBytes   uint32
	index             int32
	_                 int32
	value, low, high  float64
}

var (
	last  failure
	words [256]byte // the failure's field and text
)

// last_error returns the offset of the last refusal. It stands until the next.
//
//go:wasmexport last_error
func lastError() uint32 { return uint32(uintptr(unsafe.Pointer(&last))) }

// refuse records e and returns its status.
//
//go:noinline
func refuse(e *core.Error) int32 {
	n := copy(words[:], e.Field)
	m := copy(words[n:], e.Text)
	at := uint32(uintptr(unsafe.Pointer(&words)))
	last = failure{
		code: int32(e.Code), rule: int32(e.Rule),
		field: at, fieldBytes: uint32(n), text: at + uint32(n), textBytes: uint32(m),
		index: int32(e.Index),
		value: e.Value, low: e.Low, high: e.High,
	}
	return int32(e.Code)
}

// refusal is the status of an error of core's, which are all *core.Error.
//
//go:noinline
func refusal(err error) int32 { return refuse(err.(*core.Error)) }

// Refusals of the module's own: core knows no offsets, handles or limits.

//
//go:noinline
func badPointer(field string, offset uint32) int32 {
	return refuse(&core.Error{
		Code: core.InvalidPointer, Field: field, Index: -1, Value: float64(offset),
		Text: "does not lie in memory of the caller, aligned to 8 bytes and apart from the other arguments",
	})
}

//
//go:noinline
func badHandle(handle int32) int32 {
	return refuse(&core.Error{Code: core.InvalidHandle, Field: "handle", Index: -1, Value: float64(handle), Text: "names no engine"})
}

//
//go:noinline
func outOfMemory() int32 {
	return refuse(&core.Error{Code: core.OutOfMemory, Index: -1, Value: core.Absent(), Text: "the module has reached its memory limit"})
}
