package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// RangeKind is over which bars an engine takes its profile.
type RangeKind int

const (
	RangeSession  RangeKind = iota // from each session's start to the next; sessions have one length
	RangeWeek                      // sessions begin with the week, Monday 00:00 UTC
	RangeMonth                     // sessions begin with the month, 00:00 UTC on the 1st
	RangeBounds                    // sessions begin at the times in Bounds
	RangeRolling                   // the last Bars bars
	RangeAnchored                  // from From on, growing
	numRanges
)

var rangeNames = [numRanges]string{"session", "week", "month", "bounds", "rolling", "anchored"}

// String is the kind's name, as in "session".
func (k RangeKind) String() string {
	if k < 0 || k >= numRanges {
		return "unknown"
	}
	return rangeNames[k]
}

// Range says over which bars an engine takes its profile. The zero Range is
// the UTC day. A bar belongs to the session in which it opens.
type Range struct {
	Kind   RangeKind
	Offset int     // sessions, weeks and months begin this many minutes later
	Length int     // length of a session in minutes; 0 is a day
	Bars   int     // of a rolling range
	From   int64   // open time of the first bar of an anchored range, Unix milliseconds; earlier bars are in no range
	Bounds []int64 // session starts, ascending, Unix milliseconds; bars before the first are in no session
}

// Bounds of a Range.
const (
	MaxRollingBars   = 1_000_000
	MaxLengthMinutes = 366 * 1440
	MaxOffsetMinutes = 31 * 1440
	MaxBounds        = 100_000

	// MaxTime is the greatest magnitude of a time, in milliseconds: that of
	// dates in browsers, 275,000 years from 1970.
	MaxTime = 8_640_000_000_000_000
)

// Daily is the range of UTC days.
func Daily() Range { return Range{} }

// Rolling is the range of the last bars bars. Before there are as many, the
// profile is over those there are.
func Rolling(bars int) Range { return Range{Kind: RangeRolling, Bars: bars} }

// Anchored is the range of all bars that open at from or later.
func Anchored(from int64) Range { return Range{Kind: RangeAnchored, From: from} }

// Validate checks the numbers its kind needs. The error is a *core.Error naming
// the field, its value and the bound.
func (r Range) Validate() error {
	switch {
	case r.Kind < 0 || r.Kind >= numRanges:
		return badRange("range", float64(r.Kind), 0, float64(numRanges-1))
	case r.Offset < -MaxOffsetMinutes || r.Offset > MaxOffsetMinutes:
		return badRange("offset", float64(r.Offset), -MaxOffsetMinutes, MaxOffsetMinutes)
	case r.Length < 0 || r.Length > MaxLengthMinutes:
		return badRange("length", float64(r.Length), 0, MaxLengthMinutes)
	case r.Kind == RangeRolling && (r.Bars < 1 || r.Bars > MaxRollingBars):
		return badRange("bars", float64(r.Bars), 1, MaxRollingBars)
	case r.From < -MaxTime || r.From > MaxTime:
		return badRange("from", float64(r.From), -MaxTime, MaxTime)
	case r.Kind == RangeBounds:
		return checkBounds(r.Bounds)
	}
	return nil
}

func checkBounds(bounds []int64) error {
	if len(bounds) < 1 || len(bounds) > MaxBounds {
		return badRange("bounds", float64(len(bounds)), 1, MaxBounds)
	}
	for i, t := range bounds {
		if t < -MaxTime || t > MaxTime {
			return badRange("bounds", float64(t), -MaxTime, MaxTime)
		}
		if i > 0 && t <= bounds[i-1] {
			return &core.Error{
				Code: core.InvalidParam, Field: "bounds", Index: -1, Value: float64(t), Rule: core.RuleAbove, Low: float64(bounds[i-1]),
			}
		}
	}
	return nil
}

//
//go:noinline
func badRange(field string, value, low, high float64) error {
	return &core.Error{Code: core.InvalidParam, Field: field, Index: -1, Value: value, Rule: core.RuleWhole, Low: low, High: high}
}

// noSession is the start of no session.
const noSession = math.MinInt64

// start is when the session of a bar that opens at t begins, noSession if it
// lies in none.
func (r *Range) start(t int64) int64 {
	const minute = int64(core.Minute)
	offset := int64(r.Offset) * minute
	switch r.Kind {
	case RangeWeek:
		const monday = 4 * int64(core.Day) // 5 January 1970
		return floorTo(t-offset-monday, int64(core.Week)) + offset + monday
	case RangeMonth:
		return monthStart(t-offset) + offset
	case RangeBounds:
		return lastBound(r.Bounds, t)
	case RangeAnchored:
		if t < r.From {
			return noSession
		}
		return r.From
	}
	length := int64(r.Length) * minute
	if length == 0 {
		length = int64(core.Day)
	}
	return floorTo(t-offset, length) + offset
}

// floorTo is the greatest multiple of length that is at most t.
func floorTo(t, length int64) int64 {
	rest := t % length
	if rest < 0 {
		rest += length
	}
	return t - rest
}

// monthStart is 00:00 UTC on the first of the month of t. Years are counted
// from 1 March of a year divisible by 400, so that the leap day comes last.
func monthStart(t int64) int64 {
	const era, march1st2000 = 146097, 11017 // days in 400 years, and since 1970
	day := floorTo(t, int64(core.Day))/int64(core.Day) - march1st2000
	day -= floorTo(day, era) // within the 400 years
	year := (day - day/1460 + day/36524 - day/146096) / 365
	day -= 365*year + year/4 - year/100 // within the year
	month := (5*day + 2) / 153
	day -= (153*month + 2) / 5 // within the month
	return floorTo(t, int64(core.Day)) - day*int64(core.Day)
}

// lastBound is the last of the ascending bounds that is at most t.
func lastBound(bounds []int64, t int64) int64 {
	low, high := 0, len(bounds)
	for low < high {
		if mid := int(uint(low+high) / 2); bounds[mid] <= t {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == 0 {
		return noSession
	}
	return bounds[low-1]
}
