//go:build tinygo

package main

// volume_next_many is to volume_next what cipher_next_many is to cipher_next.
//
//go:wasmexport volume_next_many
func volumeNextMany(handle int32, candles, out, stride, count, events, capacity uint32) int32 {
	s := volumes.find(handle)
	if s == nil {
		return refuse(badHandle(handle))
	}
	b, status := batchAt(candles, out, levelWords, stride, count, events, capacity)
	if status < 0 {
		return status
	}
	for i := range b.count {
		if status := nextVolume(s, b.in.at(i)); status < 0 {
			return status
		}
		if b.out != nil {
			writeLevels(b.out, b.in.stride, i)
		}
		if b.events.words != nil && !addVolume(&b.events, s.engine.events()) {
			b.events.lack()
			return int32(i + 1)
		}
	}
	return int32(b.count)
}

// volume_events is to volume_next what cipher_events is to cipher_next.
//
//go:wasmexport volume_events
func volumeEvents(handle int32, events, capacity uint32) int32 {
	s := volumes.find(handle)
	if s == nil {
		return refuse(badHandle(handle))
	}
	l, ok := eventListAt(events, capacity)
	if !ok {
		return refuse(badPointer("events", events))
	}
	heard := s.engine.events()
	if !addVolume(&l, heard) {
		l.lack()
		l.used += volumeWords(heard)
	}
	return int32(l.used)
}
