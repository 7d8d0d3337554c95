//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core/cipher"
)

// cipher_snapshot writes the engine's state to out, which has room for capacity
// bytes, and returns its length. Where that is above capacity nothing useful
// is in out: reserve so much and ask again.
//
//go:wasmexport cipher_snapshot
func cipherSnapshot(handle int32, out, capacity uint32) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return refuse(badHandle(handle))
	}
	dst, ok := snapshotAt(out, capacity)
	if !ok {
		return refuse(badPointer("out", out))
	}
	m, ok := scratch.enter(cipherRoom)
	if !ok {
		return refuse(outOfMemory())
	}
	length := written(s.engine.AppendBinary(dst))
	scratch.leave(m)
	return length
}

// cipher_restore makes an engine from a snapshot of length bytes and returns its
// handle, or a status.
//
//go:wasmexport cipher_restore
func cipherRestore(snapshot, length uint32) int32 {
	b, ok := snapshotAt(snapshot, length)
	if !ok {
		return refuse(badPointer("snapshot", snapshot))
	}
	if !ciphers.prepare(cipherRoom) {
		return refuse(outOfMemory())
	}
	return ciphers.open(cipher.Restore(b[:length]))
}

// snapshotAt views memory of the host, empty and with room for capacity bytes.
// No memory at all will do where capacity is 0.
func snapshotAt(offset, capacity uint32) ([]byte, bool) {
	if capacity == 0 {
		return nil, true
	}
	if !held(offset, (uint64(capacity)+wordSize-1)/wordSize) {
		return nil, false
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(uintptr(offset))), capacity)[:0], true
}

// written is the length of a snapshot, or the status of why there is none.
func written(b []byte, err error) int32 {
	if err != nil {
		return refusal(err)
	}
	return int32(len(b))
}
