package volume_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

type period int

const (
	week period = iota
	month
)

// calendar numbers the week or month of a time by the standard library's
// calendar; offset is in minutes.
func calendar(t int64, offset int, p period) int64 {
	at := time.UnixMilli(t - int64(offset)*60000).UTC()
	if p == month {
		return int64(at.Year())*12 + int64(at.Month())
	}
	year, number := at.ISOWeek()
	return int64(year)*100 + int64(number)
}

// TestCalendar: weeks and months begin where the calendar says, leap years,
// centuries and times before 1970 included.
func TestCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]volume.RangeKind{volume.RangeWeek, volume.RangeMonth}).Draw(t, "kind")
		offset := rapid.IntRange(-2000, 2000).Draw(t, "offset")
		e := newEngine(t, volume.Default(), volume.Range{Kind: kind, Offset: offset})
		day := int64(core.Day)
		at := rapid.Int64Range(-800*366*day, 800*366*day).Draw(t, "time")
		previous := at
		for i := range 6 {
			bar := core.Candle{OpenTime: at, Open: 1, High: 1, Low: 1, Close: 1, Volume: 1}
			got := next(t, e, bar)
			p := week
			if kind == volume.RangeMonth {
				p = month
			}
			begins := i == 0 || calendar(at, offset, p) != calendar(previous, offset, p)
			if (got.Count == 1) != begins {
				t.Fatalf("%v: bar %d of its %v, want a new one: %v", time.UnixMilli(at).UTC(), got.Count, kind, begins)
			}
			previous = at
			at += rapid.Int64Range(60000, 20*day).Draw(t, "step")
		}
	})
}

// TestMonths: the first and the last minute of each month of eight centuries
// are in one session, and no minute more.
func TestMonths(t *testing.T) {
	e := newEngine(t, volume.Default(), volume.Range{Kind: volume.RangeMonth})
	for at := time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2401; at = at.AddDate(0, 1, 0) {
		last := at.AddDate(0, 1, 0).Add(-time.Minute)
		for count, minute := range []time.Time{at, last} {
			k := bar(0, 1, 1, 1, 1, 1)
			k.OpenTime = minute.UnixMilli()
			if got := next(t, e, k); got.Count != count+1 {
				t.Fatalf("%v is bar %d of its month, want %d", minute, got.Count, count+1)
			}
		}
	}
}
