package volume_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// drawRange draws a range of any kind that suits a series of minutes.
func drawRange(t *rapid.T, bars core.Columns) volume.Range {
	kind := volume.RangeKind(rapid.IntRange(0, 5).Draw(t, "kind"))
	r := volume.Range{Kind: kind}
	switch kind {
	case volume.RangeSession:
		r.Length = rapid.SampledFrom([]int{0, 1, 7, 30, 60}).Draw(t, "length")
		r.Offset = rapid.IntRange(-90, 90).Draw(t, "offset")
	case volume.RangeRolling:
		r.Bars = rapid.IntRange(1, 12).Draw(t, "window")
	case volume.RangeAnchored:
		r.From = bars.OpenTime[rapid.IntRange(0, bars.Len()-1).Draw(t, "anchor")]
	case volume.RangeBounds:
		for i := rapid.IntRange(0, 5).Draw(t, "first bound"); i < bars.Len(); i += rapid.IntRange(1, 9).Draw(t, "bars to the next bound") {
			r.Bounds = append(r.Bounds, bars.OpenTime[i])
		}
		if r.Bounds == nil {
			r.Bounds = []int64{0}
		}
	}
	return r
}

// oldest is the place of the first bar of the range after bar i, i+1 where it
// holds none: by walking back.
func oldest(r volume.Range, bars core.Columns, i int) int {
	session := func(t int64) int64 {
		switch r.Kind {
		case volume.RangeAnchored:
			if t < r.From {
				return -1
			}
			return 0
		case volume.RangeBounds:
			at := int64(-1)
			for n, bound := range r.Bounds {
				if bound <= t {
					at = int64(n)
				}
			}
			return at
		case volume.RangeWeek:
			return calendar(t, r.Offset, week)
		case volume.RangeMonth:
			return calendar(t, r.Offset, month)
		}
		length := int64(r.Length)
		if length == 0 {
			length = 1440
		}
		minutes := t/60000 - int64(r.Offset)
		return minutes / length // no test time is before 1970
	}
	first := i
	if r.Kind == volume.RangeRolling {
		return max(0, i+1-r.Bars)
	}
	if session(bars.OpenTime[i]) < 0 {
		return i + 1
	}
	for first > 0 && session(bars.OpenTime[first-1]) == session(bars.OpenTime[i]) {
		first--
	}
	return first
}

// fresh is the profile of the range after bar i, taken afresh.
func fresh(t fatal, p volume.Params, r volume.Range, bars core.Columns, i int) *volume.Profile {
	t.Helper()
	from := oldest(r, bars, i)
	if from > i {
		return nil
	}
	if p.VolumeUnit == 0 {
		p.VolumeUnit = volume.DefaultUnit
	}
	want, err := volume.Compute(p, bars.Slice(from, i+1))
	if err != nil {
		t.Fatalf("Compute of bars %d to %d: %v", from, i, err)
	}
	if r.Kind == volume.RangeRolling {
		want.VWAP, want.SD = core.Absent(), core.Absent()
	}
	return want
}

// levelsOf are the levels an engine is due to read from a profile.
func levelsOf(p *volume.Profile, start int64) volume.Levels {
	if p == nil {
		none := core.Absent()
		return volume.Levels{POC: none, VAH: none, VAL: none, Total: none, Enclosed: none, VWAP: none, SD: none}
	}
	return volume.Levels{
		Start: start, Count: p.Count, POC: p.POC, VAH: p.VAH, VAL: p.VAL,
		Total: p.Total, Enclosed: p.Enclosed, VWAP: p.VWAP, SD: p.SD,
	}
}

func sameLevels(a, b volume.Levels) bool {
	for r := range volume.NumReadings {
		if !same(a.Value(r), b.Value(r)) {
			return false
		}
	}
	return a.Start == b.Start && a.Count == b.Count
}

func newEngine(t fatal, p volume.Params, r volume.Range) *volume.Engine {
	t.Helper()
	e, err := volume.New(p, core.Minute, r)
	if err != nil {
		t.Fatalf("New(%+v, %+v): %v", p, r, err)
	}
	return e
}

func next(t fatal, e *volume.Engine, bar core.Candle) (out volume.Levels) {
	t.Helper()
	if err := e.Next(bar, &out); err != nil {
		t.Fatalf("Next(%+v): %v", bar, err)
	}
	return out
}

func snapshot(t fatal, e *volume.Engine) []byte {
	t.Helper()
	b, err := e.AppendBinary(nil)
	if err != nil {
		t.Fatalf("AppendBinary: %v", err)
	}
	return b
}

// TestLawsFresh: after every bar an engine of any range holds the profile taken
// afresh over the same bars, in every bit.
func TestLawsFresh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 1, 40)
		p := drawParams(t, size)
		p.VolumeUnit = drawUnit(t)
		r := drawRange(t, bars)
		e := newEngine(t, p, r)
		for i := range bars.Len() {
			got := next(t, e, bars.At(i))
			want := fresh(t, p, r, bars, i)
			from := oldest(r, bars, i)
			if from > i {
				if _, err := e.Profile(); code(err) != core.NoBars {
					t.Fatalf("bar %d is in no session: Profile() = %v, want no_bars", i, err)
				}
				continue
			}
			if due := levelsOf(want, bars.OpenTime[from]); !sameLevels(got, due) {
				t.Fatalf("bar %d, bars from %d: levels %+v, want %+v", i, from, got, due)
			}
			profile, err := e.Profile()
			if err != nil {
				t.Fatalf("bar %d: Profile: %v", i, err)
			}
			mustEqual(t, "profile", profile, want)
		}
	})
}

// TestLawsPeek: Peek gives what Next would, and changes nothing: not a byte of
// the snapshot, nor anything later.
func TestLawsPeek(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 2, 30)
		p := drawParams(t, size)
		r := drawRange(t, bars)
		e := newEngine(t, p, r)
		for i := range bars.Len() {
			bar, before := bars.At(i), snapshot(t, e)
			var peeked, other volume.Levels
			wild := bar
			wild.High += wild.High - wild.Low + 1
			wild.Volume += 7
			wild.OpenTime += int64(core.Minute) * int64(rapid.IntRange(0, 2000).Draw(t, "later"))
			_ = e.Peek(wild, &other) // may be refused, may not change anything
			if err := e.Peek(bar, &peeked); err != nil {
				t.Fatalf("Peek(%+v): %v", bar, err)
			}
			if after := snapshot(t, e); !bytes.Equal(before, after) {
				t.Fatalf("bar %d: Peek changed the engine", i)
			}
			if got := next(t, e, bar); !sameLevels(got, peeked) {
				t.Fatalf("bar %d: Peek gave %+v, Next %+v", i, peeked, got)
			}
			if got := e.Levels(); !sameLevels(got, peeked) {
				t.Fatalf("bar %d: Levels() = %+v, Next gave %+v", i, got, peeked)
			}
		}
	})
}

// record is what an engine says after a bar, with memory of its own.
type record struct {
	levels volume.Levels
	events []volume.Event
	naked  []volume.Naked
}

func follow(t fatal, e *volume.Engine, bars core.Columns) (all []record) {
	t.Helper()
	for i := range bars.Len() {
		r := record{levels: next(t, e, bars.At(i)), events: e.AppendEvents(nil), naked: e.AppendNaked(nil)}
		for j := range r.events {
			r.events[j].Levels = append([]volume.Level(nil), r.events[j].Levels...)
		}
		all = append(all, r)
	}
	return all
}

func mustFollow(t fatal, what string, got, want []record) {
	t.Helper()
	for i := range want {
		g, w := got[i], want[i]
		if !sameLevels(g.levels, w.levels) {
			t.Fatalf("%s, bar %d: levels %+v, want %+v", what, i, g.levels, w.levels)
		}
		mustEqualEvents(t, what, g.events, w.events)
		if len(g.naked) != len(w.naked) {
			t.Fatalf("%s, bar %d: naked %v, want %v", what, i, g.naked, w.naked)
		}
		for j := range w.naked {
			if g.naked[j] != w.naked[j] {
				t.Fatalf("%s, bar %d: naked %v, want %v", what, i, g.naked, w.naked)
			}
		}
	}
}

func mustEqualEvents(t fatal, what string, got, want []volume.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: events %+v, want %+v", what, got, want)
	}
	for i, w := range want {
		g := got[i]
		if g.Signal != w.Signal || g.Side != w.Side || g.OpenTime != w.OpenTime || g.KnownAt != w.KnownAt ||
			!same(g.Price, w.Price) || len(g.Levels) != len(w.Levels) {
			t.Fatalf("%s: event %+v, want %+v", what, g, w)
		}
		for j := range w.Levels {
			if g.Levels[j] != w.Levels[j] {
				t.Fatalf("%s: event %+v, want %+v", what, g, w)
			}
		}
	}
}

// TestLawsSnapshot: batch, stream, and stream through a snapshot at any bar
// agree in every bit, events and naked points of control included; a restored
// engine writes the same snapshot.
func TestLawsSnapshot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 2, 40)
		p := drawParams(t, size)
		p.VolumeUnit = drawUnit(t)
		r := drawRange(t, bars)
		want := follow(t, newEngine(t, p, r), bars)

		out := volume.MakeColumns(bars.Len())
		if err := volume.Develop(p, core.Minute, r, bars, &out); err != nil {
			t.Fatalf("Develop: %v", err)
		}
		var events []volume.Event
		for i, w := range want {
			events = append(events, w.events...)
			for reading := range volume.NumReadings {
				if got := out.Values[reading][i]; !same(got, w.levels.Value(reading)) {
					t.Fatalf("Develop: %s at bar %d = %v, want %v", reading, i, got, w.levels.Value(reading))
				}
			}
		}
		mustEqualEvents(t, "Develop", out.Events, events)

		cut := rapid.IntRange(0, bars.Len()-1).Draw(t, "cut")
		first := newEngine(t, p, r)
		mustFollow(t, "before the cut", follow(t, first, bars.Slice(0, cut)), want[:cut])
		b := snapshot(t, first)
		second, err := volume.Restore(b)
		if err != nil {
			t.Fatalf("Restore after %d bars: %v", cut, err)
		}
		if again := snapshot(t, second); !bytes.Equal(again, b) {
			t.Fatalf("the snapshot of a restored engine differs")
		}
		if second.Bars() != cut || second.Params() != first.Params() || second.Interval() != core.Minute || second.Range().Kind != r.Kind {
			t.Fatalf("restored: %d bars, %+v, %v, %+v", second.Bars(), second.Params(), second.Interval(), second.Range())
		}
		if !sameLevels(second.Levels(), first.Levels()) {
			t.Fatalf("restored levels %+v, want %+v", second.Levels(), first.Levels())
		}
		mustFollow(t, "after the cut", follow(t, second, bars.Slice(cut, bars.Len())), want[cut:])
	})
}
