package volume_test

import (
	"math"
	"sort"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// slowEvents are the events of bar i by the specification, from profiles taken
// afresh and closes looked up again.
func slowEvents(t fatal, p volume.Params, r volume.Range, bars core.Columns, i int) (events []volume.Event) {
	bar := bars.At(i)
	note := func(s volume.Signal, side core.Side, levels ...volume.Level) {
		events = append(events, volume.Event{
			Signal: s, Side: side, OpenTime: bar.OpenTime, KnownAt: bar.OpenTime + int64(core.Minute), Price: bar.Close, Levels: levels,
		})
	}
	from := oldest(r, bars, i)
	if from > i || r.Kind == volume.RangeRolling {
		return nil
	}
	if from < i {
		a, b := fresh(t, p, r, bars, i-1), fresh(t, p, r, bars, i)
		if moved(p, a, b) {
			side := core.Bull
			if b.POC < a.POC {
				side = core.Bear
			}
			start := bars.OpenTime[from]
			note(volume.POCShift, side, volume.Level{Price: a.POC, Start: start}, volume.Level{Price: b.POC, Start: start})
		}
	}
	if from == 0 || oldest(r, bars, from-1) > from-1 {
		return events
	}
	prior := fresh(t, p, r, bars, from-1)
	start, before := bars.OpenTime[oldest(r, bars, from-1)], bars.Close[i-1]
	side := core.Bear
	if bar.Close > before {
		side = core.Bull
	}
	inside := func(c float64) bool { return c >= prior.VAL && c <= prior.VAH }
	switch {
	case inside(before) && bar.Close > prior.VAH:
		note(volume.VAHBreak, core.Bull, volume.Level{Price: prior.VAH, Start: start})
	case inside(before) && bar.Close < prior.VAL:
		note(volume.VALBreak, core.Bear, volume.Level{Price: prior.VAL, Start: start})
	case inside(bar.Close) && before > prior.VAH:
		note(volume.ValueReentry, side, volume.Level{Price: prior.VAH, Start: start})
	case inside(bar.Close) && before < prior.VAL:
		note(volume.ValueReentry, side, volume.Level{Price: prior.VAL, Start: start})
	}
	if touched := slowTouched(t, p, r, bars, i); touched != nil {
		note(volume.NakedPOCTouch, core.None, touched...)
	}
	var crossed []volume.Level
	for _, n := range prior.LowNodes {
		was := 0.0
		for j := from - 1; j < i; j++ {
			if d := bars.Close[j] - n.Price; d != 0 {
				was = d
			}
		}
		if now := bar.Close - n.Price; was*now < 0 || math.Signbit(was) != math.Signbit(now) && was != 0 && now != 0 {
			crossed = append(crossed, volume.Level{Price: n.Price, Start: start})
			side = core.Bear
			if now > 0 {
				side = core.Bull
			}
		}
	}
	if crossed != nil {
		note(volume.LVNCross, side, crossed...)
	}
	return events
}

// moved reports whether the point of control moved by a row from a to b, two
// profiles of one session.
func moved(p volume.Params, a, b *volume.Profile) bool {
	if a.Total == 0 || b.Total == 0 || a.POC == b.POC {
		return false
	}
	if p.RowSize == 0 && (a.Edges[0] != b.Edges[0] || a.Edges[a.Len()] != b.Edges[b.Len()]) {
		return math.Abs(b.POC-a.POC) >= (b.Edges[b.Len()]-b.Edges[0])/float64(b.Len())
	}
	return true // the same rows, or rows of one height: another row has another centre
}

// slowTouched are the points of control of finished sessions that bar i is the
// first bar after their session to touch.
func slowTouched(t fatal, p volume.Params, r volume.Range, bars core.Columns, i int) (touched []volume.Level) {
	for end := range oldest(r, bars, i) {
		begin := oldest(r, bars, end)
		if begin > end || oldest(r, bars, end+1) == begin { // in no session, or not its last bar
			continue
		}
		poc := fresh(t, p, r, bars, end).POC
		first := end + 1
		for first <= i && !(bars.Low[first] <= poc && poc <= bars.High[first]) {
			first++
		}
		if first == i {
			touched = append(touched, volume.Level{Price: poc, Start: bars.OpenTime[begin]})
		}
	}
	sort.SliceStable(touched, func(a, b int) bool { return touched[a].Price < touched[b].Price })
	return touched
}

// TestLawsEvents holds the events of every bar against the specification read
// aloud.
func TestLawsEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 2, 40)
		p := drawParams(t, size)
		p.Rows = min(p.Rows, 24)
		p.VolumeUnit = drawUnit(t)
		r := drawRange(t, bars)
		e := newEngine(t, p, r)
		for i := range bars.Len() {
			next(t, e, bars.At(i))
			mustEqualEvents(t, "events", e.AppendEvents(nil), slowEvents(t, p, r, bars, i))
		}
	})
}

// TestEvents walks one series of hand-made sessions through every event.
func TestEvents(t *testing.T) {
	p := volume.Default()
	p.Rows, p.RowSize, p.NodeSmoothing = 0, 1, 0
	e := newEngine(t, p, volume.Range{Length: 10})
	minute := int64(core.Minute)
	tests := []struct {
		name             string
		minute           int64
		low, high, close float64
		volume           float64
		want             string
	}{
		{"the first session builds two humps, 10 and 14", 0, 10, 11, 10.5, 50, ""},
		{"", 1, 14, 14.5, 14.5, 30, ""},
		{"its point of control moves from row 10 to row 14", 2, 14, 14.5, 14.5, 40, "poc_shift bull 10.5 14.5"},
		{"and back", 3, 10, 10.5, 10.5, 30, "poc_shift bear 14.5 10.5"},
		{"the value area is 10 to 15 with a hole at 12.5: close over it", 10, 15.2, 15.6, 15.5, 5, "vah_break bull 15; lvn_cross bull 12.5"},
		{"come back in", 11, 14.6, 15.5, 14.8, 5, "value_reentry bear 15"},
		{"cross the hole down, touching the point of control", 12, 10.2, 14.8, 11.5, 5, "naked_poc_touch none 10.5; lvn_cross bear 12.5"},
		{"it is naked no more, and on the hole is no cross", 13, 10.2, 12.5, 12.5, 0, ""},
		{"from the hole back down is no cross either", 14, 9, 12.5, 9.5, 0, "val_break bear 10"},
		{"come back in from below", 15, 9.5, 12, 11, 0, "value_reentry bull 10"},
	}
	for _, tt := range tests {
		bar := core.Candle{OpenTime: tt.minute * minute, Open: tt.low, High: tt.high, Low: tt.low, Close: tt.close, Volume: tt.volume}
		next(t, e, bar)
		if got := describe(e.AppendEvents(nil)); got != tt.want {
			t.Errorf("minute %d, %s: events %q, want %q", tt.minute, tt.name, got, tt.want)
		}
	}
}
