//go:build tinygo

package main

// volume_next_many is to volume_next what cipher_next_many is to cipher_next;
// the columns are the words of the levels.
//
//go:wasmexport volume_next_many
func volumeNextMany(handle int32, candles, out, stride, count, mask, events uint32) int32 {
	s := volumes.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	b, status := batchAt(candles, out, stride, count, mask, levelWords)
	if status < 0 {
		return status
	}
	beginList()
	for i := range b.count {
		if status := nextVolume(s, b.in.at(i)); status < 0 {
			return status
		}
		for k, v := range levelValues() {
			if column := b.column(k, i, 1); column != nil {
				column[0] = v
			}
		}
		if events != 0 && !hearVolume(s.engine.events()) {
			return outOfMemory()
		}
	}
	return int32(b.count)
}

// volume_events is to volume_next what cipher_events is to cipher_next.
//
//go:wasmexport volume_events
func volumeEvents(handle int32) int32 {
	s := volumes.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	beginList()
	if !hearVolume(s.engine.events()) {
		return outOfMemory()
	}
	return listed()
}
