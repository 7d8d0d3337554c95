//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core/volume"

// volume_profile writes the profile after the bar committed last to out, as
// volume does.
//
//go:wasmexport volume_profile
func volumeProfile(handle int32, out, capacity uint32) int32 {
	s := volumes.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	dst, ok := profileAt(out, capacity, 0, 0)
	if !ok {
		return badPointer("out", out)
	}
	if !roomToGrow(s) {
		return outOfMemory()
	}
	current = &s.home // where the engine keeps what it finds nodes with
	profile, err := s.engine.engine.Profile()
	current = &permanent
	if err != nil {
		return refusal(err)
	}
	return writeProfile(dst, profile)
}

// volume_snapshot is to volume what cipher_snapshot is to cipher.
//
//go:wasmexport volume_snapshot
func volumeSnapshot(handle int32, out, capacity uint32) int32 {
	s := volumes.find(handle)
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
	b, err := s.engine.engine.AppendBinary(make([]byte, 0, s.home.size+snapshotRoom))
	return leaveSnapshot(m, dst, b, err)
}

// volume_restore is to volume what cipher_restore is to cipher.
//
//go:wasmexport volume_restore
func volumeRestore(snapshot, length uint32) int32 {
	b, ok := snapshotAt(snapshot, length)
	if !ok {
		return badPointer("snapshot", snapshot)
	}
	if !volumes.prepare(restoreRate*uintptr(length) + callRoom) {
		return outOfMemory()
	}
	return openVolume(volume.Restore(b))
}
