//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
)

// Events cross as one list in memory of the module, until the next call that
// makes one: how many there are, then each event: its place in the catalog,
// side, open time, known at, price, how many points it carries, and each
// point's open time, level and price. All words are float64.
const (
	eventHead  = 6
	pointWords = 3
)

var (
	list       []float64
	listHome   region
	biggerHome region // of the list that takes the place of one outgrown
)

// point is a place on the chart that an event speaks of; what a kind of event
// lacks is absent.
type point struct {
	openTime     int64
	level, price float64
}

// beginList empties the list.
func beginList() {
	listHome.release()
	list = nil
}

// roomInList makes room for words more words; false where memory is out.
func roomInList(words int) bool {
	if list != nil && len(list)+words <= cap(list) {
		return true
	}
	size := max(2*cap(list), 1+len(list)+words)
	if !biggerHome.stock(uintptr(size) * wordSize) {
		return false
	}
	before := current
	current = &biggerHome
	bigger := make([]float64, max(1, len(list)), size)
	current = before
	copy(bigger, list)
	listHome.release()
	list, listHome, biggerHome = bigger, biggerHome, region{}
	return true
}

// addEvent appends an event without points; there is room.
func addEvent(kind int, side core.Side, openTime, knownAt int64, price float64) {
	list = append(list, float64(kind), float64(side), float64(openTime), float64(knownAt), price, 0)
	list[0]++
}

// addPoint adds a point to the event added last, its i-th.
func addPoint(i int, p point) {
	list[len(list)-i*pointWords-1]++
	list = append(list, float64(p.openTime), p.level, p.price)
}

// listed is how many events the list has.
func listed() int32 {
	if list == nil {
		return 0
	}
	return int32(list[0])
}

// events returns the offset of the list of events made last, or a status.
//
//go:wasmexport events
func events() int32 {
	if !roomInList(0) {
		return outOfMemory()
	}
	return int32(uintptr(unsafe.Pointer(unsafe.SliceData(list))))
}
