//go:build tinygo

package main

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// heardVolume receives an engine's events of one bar.
var heardVolume [volume.NumSignals]volume.Event

// hearVolume appends the events of a bar to the list; false where memory is out.
func hearVolume(events []volume.Event) bool {
	words := eventHead * len(events)
	for i := range events {
		words += pointWords * len(events[i].Levels)
	}
	if !roomInList(words) {
		return false
	}
	for i := range events {
		event := &events[i]
		addEvent(int(event.Signal), event.Side, event.OpenTime, event.KnownAt, event.Price)
		for k := range event.Levels {
			addPoint(k, point{event.Levels[k].Start, core.Absent(), event.Levels[k].Price})
		}
	}
	return true
}
