//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core"

// Events cross as a list of words, all float64: how many events there are,
// whether those of the last bar are missing for want of room, and then each
// event: its place in the catalog, side, open time, known at, price, how many
// points it carries, and each point's open time, level and price.
const (
	listHead   = 2
	eventHead  = 6
	pointWords = 3
)

// eventList is a list being written. The zero list swallows all.
type eventList struct {
	words []float64
	used  int
}

// point is a place on the chart that an event speaks of; what a kind of event
// lacks is absent.
type point struct {
	openTime     int64
	level, price float64
}

// eventListAt begins a list of up to capacity words; false where it does not
// lie in the host's memory.
func eventListAt(offset, capacity uint32) (eventList, bool) {
	if capacity < listHead || !held(offset, uint64(capacity)) {
		return eventList{}, false
	}
	l := eventList{floats(offset, int(capacity)), listHead}
	l.words[0], l.words[1] = 0, 0
	return l, true
}

// fits reports whether words more words have room.
func (l *eventList) fits(words int) bool { return l.used+words <= len(l.words) }

// lack marks the list as without the events of the last bar.
func (l *eventList) lack() { l.words[1] = 1 }

// add appends an event without points.
func (l *eventList) add(kind int, side core.Side, openTime, knownAt int64, price float64) {
	w := l.words[l.used : l.used+eventHead]
	w[0], w[1] = float64(kind), float64(side)
	w[2], w[3], w[4], w[5] = float64(openTime), float64(knownAt), price, 0
	l.words[0]++
	l.used += eventHead
}

// point adds a point to the event added last, the i-th.
func (l *eventList) point(i int, p point) {
	l.words[l.used-i*pointWords-1]++
	w := l.words[l.used : l.used+pointWords]
	w[0], w[1], w[2] = float64(p.openTime), p.level, p.price
	l.used += pointWords
}
