//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core/cipher"
)

// cipher_snapshot writes the engine's state to out, which has room for capacity
// bytes, and returns its length. Where that is above capacity nothing is
// written: reserve so much and ask again.
//
//go:wasmexport cipher_snapshot
func cipherSnapshot(handle int32, out, capacity uint32) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	dst, ok := snapshotAt(out, capacity)
	if !ok {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(s.home.size + snapshotRoom)
	if !ok {
		return outOfMemory()
	}
	b, err := s.engine.AppendBinary(make([]byte, 0, s.home.size+snapshotRoom))
	return leaveSnapshot(m, dst, b, err)
}

// cipher_restore makes an engine from a snapshot of length bytes and returns its
// handle, or a status.
//
//go:wasmexport cipher_restore
func cipherRestore(snapshot, length uint32) int32 {
	b, ok := snapshotAt(snapshot, length)
	if !ok {
		return badPointer("snapshot", snapshot)
	}
	if !ciphers.prepare(cipherRoom) {
		return outOfMemory()
	}
	return ciphers.open(cipher.Restore(b))
}

// snapshotAt views capacity bytes of the host's. None at all will do.
func snapshotAt(offset, capacity uint32) ([]byte, bool) {
	if capacity == 0 {
		return nil, true
	}
	if !held(offset, (uint64(capacity)+wordSize-1)/wordSize) {
		return nil, false
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(uintptr(offset))), capacity), true
}

// leaveSnapshot copies a snapshot to where the host wants it, if it fits, leaves
// scratch and returns the snapshot's length or the error's status.
func leaveSnapshot(m mark, dst, snapshot []byte, err error) int32 {
	if len(snapshot) <= len(dst) {
		copy(dst, snapshot)
	}
	if status := scratch.leave(m, err); status < 0 {
		return status
	}
	return int32(len(snapshot))
}
