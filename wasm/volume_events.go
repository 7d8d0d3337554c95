//go:build tinygo

package main

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// heardVolume receives an engine's events of one bar.
var heardVolume [volume.NumSignals]volume.Event

// addVolume appends the events of a bar; false, with none appended, where they
// do not fit.
func addVolume(l *eventList, events []volume.Event) bool {
	if !l.fits(volumeWords(events)) {
		return false
	}
	for i := range events {
		event := &events[i]
		l.add(int(event.Signal), event.Side, event.OpenTime, event.KnownAt, event.Price)
		for k, level := range event.Levels {
			l.point(k, point{level.Start, core.Absent(), level.Price})
		}
	}
	return true
}

func volumeWords(events []volume.Event) int {
	words := eventHead * len(events)
	for i := range events {
		words += pointWords * len(events[i].Levels)
	}
	return words
}
