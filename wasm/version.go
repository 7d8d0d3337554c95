//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
)

// abiVersion changes when a host that keeps to ABI.md would have to change.
const abiVersion = 1

// text is where a constant text lies: UTF-8, not ended by anything.
type text struct{ at, bytes uint32 }

func textOf(s string) text {
	return text{uint32(uintptr(unsafe.Pointer(unsafe.StringData(s)))), uint32(len(s))}
}

var engineText text

// abi_version is the version of the contract in ABI.md. A host refuses a module
// of another.
//
//go:wasmexport abi_version
func abi() int32 { return abiVersion }

// engine_version returns the offset of a text: the version of the arithmetic.
//
//go:wasmexport engine_version
func engineVersion() int32 {
	engineText = textOf(core.EngineVersion)
	return int32(uintptr(unsafe.Pointer(&engineText)))
}

// memory_used tells how many bytes are dealt out to the host and to engines.
//
//go:wasmexport memory_used
func memoryUsed() int32 { return int32(inUse) }
