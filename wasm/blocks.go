//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
)

// block is memory that the host holds. Calls read and write nowhere else, so
// that no offset of the host's can reach the module's own state.
type block struct{ at, size uintptr }

// wordSize is the size and alignment of all that crosses: float64 and uint64.
const wordSize = 8

var (
	blocks []block // in no order
	latest int     // where held found the last one: calls come in runs
)

// reserve gives the host size bytes, at least one, until release; what is in
// them is undefined. It returns their offset, a multiple of 16, or a status.
//
//go:wasmexport reserve
func reserve(size uint32) int32 {
	if size == 0 {
		return refuse(&core.Error{Code: core.InvalidParam, Field: "size", Index: -1, Value: 0, Rule: core.RuleAtLeast, Low: 1})
	}
	if uintptr(size) > 1<<30 || !permanent.stock(tableRoom(len(blocks), cap(blocks), unsafe.Sizeof(block{}))) {
		return outOfMemory()
	}
	whole := roundUp(uintptr(size), granule)
	at := take(whole)
	if at == 0 {
		return outOfMemory()
	}
	blocks = append(blocks, block{at, whole})
	return int32(at)
}

// release takes back what reserve gave at offset.
//
//go:wasmexport release
func release(offset uint32) int32 {
	for i, b := range blocks {
		if b.at == uintptr(offset) {
			give(b.at, b.size)
			blocks[i] = blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			return int32(core.OK)
		}
	}
	return badPointer("offset", offset)
}

// tableRoom is what append may ask for to put one more element into a table.
func tableRoom(used, room int, element uintptr) uintptr {
	if used < room {
		return 0
	}
	return element * uintptr(2*room+16)
}

// held reports whether words words at offset lie inside one block.
//
//go:noinline
func held(offset uint32, words uint64) bool {
	at, size := uint64(offset), words*wordSize
	if at%wordSize != 0 || words > 1<<29 {
		return false
	}
	if latest < len(blocks) && blocks[latest].holds(at, size) {
		return true
	}
	for i, b := range blocks {
		if b.holds(at, size) {
			latest = i
			return true
		}
	}
	return false
}

func (b block) holds(at, size uint64) bool {
	return uint64(b.at) <= at && at+size <= uint64(b.at+b.size)
}

// floats views count float64 at offset; the caller has asked held.
func floats(offset uint32, count int) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(uintptr(offset))), count)
}
