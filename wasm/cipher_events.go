//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core/cipher"

// heard receives an engine's events of one bar.
var heard [cipher.NumFlags]cipher.Event

// addCipher appends the events of the bar the engine committed last; false,
// with none appended, where they do not fit.
func addCipher(l *eventList, e *cipher.Engine) bool {
	events := e.AppendEvents(heard[:0])
	if !l.fits(cipherWords(events)) {
		return false
	}
	for i := range events {
		event := &events[i]
		l.add(int(event.Flag), event.Side, event.OpenTime, event.KnownAt, event.Price)
		if event.HasPivots {
			for k, p := range event.Pivots {
				l.point(k, point{p.OpenTime, p.Level, p.Price})
			}
		}
	}
	return true
}

func cipherWords(events []cipher.Event) int {
	words := eventHead * len(events)
	for i := range events {
		if events[i].HasPivots {
			words += pointWords * len(events[i].Pivots)
		}
	}
	return words
}

// cipher_events lists the events of the bar committed last and returns how many
// words the list takes. Where that is above capacity the list is empty: reserve
// so much and ask again.
//
//go:wasmexport cipher_events
func cipherEvents(handle int32, events, capacity uint32) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return refuse(badHandle(handle))
	}
	l, ok := eventListAt(events, capacity)
	if !ok {
		return refuse(badPointer("events", events))
	}
	m, ok := scratch.enter(0)
	if !ok {
		return refuse(outOfMemory())
	}
	if !addCipher(&l, s.engine) {
		l.lack()
		l.used += cipherWords(s.engine.AppendEvents(heard[:0]))
	}
	scratch.leave(m, nil)
	return int32(l.used)
}
