//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core/cipher"

// heard receives an engine's events of one bar.
var heard [cipher.NumFlags]cipher.Event

// cipherEventWords is the most that one event takes.
const cipherEventWords = eventHead + 2*pointWords

// hearCipher appends an event to the list; its callers have made sure of memory.
func hearCipher(e *cipher.Event) {
	if !roomInList(cipherEventWords) {
		trap()
	}
	addEvent(int(e.Flag), e.Side, e.OpenTime, e.KnownAt, e.Price)
	if e.HasPivots {
		for i := range e.Pivots {
			p := &e.Pivots[i]
			addPoint(i, point{p.OpenTime, p.Level, p.Price})
		}
	}
}

// cipher_events lists the events of the bar committed last and returns how many
// there are.
//
//go:wasmexport cipher_events
func cipherEvents(handle int32) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	beginList()
	m, ok := scratch.enter(0)
	if !ok || !roomInList(cipher.NumFlags*cipherEventWords) {
		scratch.leave(m, nil)
		return outOfMemory()
	}
	told := s.engine.AppendEvents(heard[:0])
	for i := range told {
		hearCipher(&told[i])
	}
	scratch.leave(m, nil)
	return listed()
}
