package main

import (
	"bytes"
	"fmt"
	"math"
	"math/bits"
)

// row is how one host did one case.
type row struct {
	Host               string `json:"host"`
	Case               string `json:"case"`
	Kind               string `json:"kind"`
	Readings           int    `json:"readings"` // values compared by bits
	ReadingsDiffering  int    `json:"readings_differing"`
	Events             int    `json:"events"` // compared by value
	EventsDiffering    int    `json:"events_differing"`
	Snapshots          int    `json:"snapshots"` // compared by bytes
	SnapshotsDiffering int    `json:"snapshots_differing"`
	First              string `json:"first,omitempty"` // the first difference
}

func (r *row) differing() int {
	return r.ReadingsDiffering + r.EventsDiffering + r.SnapshotsDiffering
}

func (r *row) differ(format string, args ...any) {
	if r.First == "" {
		r.First = fmt.Sprintf(format, args...)
	}
}

// words compares what came at a bar; each flag is a value of its own.
func (r *row) words(what string, bar int, got, want []uint64, flags, numFlags int) {
	for i, w := range want {
		if i == flags {
			r.Readings += numFlags
			if got[i] != w {
				r.ReadingsDiffering += bits.OnesCount64(got[i] ^ w)
				r.differ("%s, bar %d: flags are %x, want %x", what, bar, got[i], w)
			}
			continue
		}
		r.Readings++
		if got[i] != w {
			r.ReadingsDiffering++
			r.differ("%s, bar %d: reading %d is %v (%#x), want %v (%#x)", what, bar, i,
				math.Float64frombits(got[i]), got[i], math.Float64frombits(w), w)
		}
	}
}

// value compares one number by its bits.
func (r *row) value(what string, got, want float64) {
	r.Readings++
	if math.Float64bits(got) != math.Float64bits(want) {
		r.ReadingsDiffering++
		r.differ("%s is %v, want %v", what, got, want)
	}
}

func (r *row) eventLists(what string, got, want [][]float64) {
	for i := range max(len(got), len(want)) {
		r.Events++
		if i >= len(got) || i >= len(want) || !sameWords(got[i], want[i]) {
			r.EventsDiffering++
			r.differ("%s: event %d of %d is not that of %d", what, i, len(got), len(want))
		}
	}
}

func sameWords(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return false
		}
	}
	return true
}

func (r *row) snapshots(what string, got, want []byte) {
	r.Snapshots++
	if !bytes.Equal(got, want) {
		r.SnapshotsDiffering++
		r.differ("%s: the snapshot of %d bytes is not the native one of %d", what, len(got), len(want))
	}
}
