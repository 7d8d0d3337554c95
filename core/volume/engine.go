package volume

import "github.com/quantum-signals/quantum/core"

// Levels are what an engine reads at one bar: the profile's levels over the
// range so far. They equal those of a fresh profile over the same bars with
// the same unit, bit for bit.
type Levels struct {
	Start int64 // open time of the range's first bar
	Count int   // bars in the range; 0 where the bar lies in no session

	POC, VAH, VAL   float64 // absent without volume
	Total, Enclosed float64
	VWAP, SD        float64 // absent without volume and for a rolling range
}

// Engine keeps the profile of a range up to date, one bar at a time. It is not
// safe for concurrent use.
type Engine struct {
	params   Params
	interval core.Interval
	rng      Range
	bars     int
}

// New returns an engine for bars of that interval. Volume is counted in
// p.VolumeUnit, DefaultUnit where it is 0. The error is a *core.Error naming
// the parameter, its value and the bound.
func New(p Params, interval core.Interval, r Range) (*Engine, error) {
	return &Engine{params: p, interval: interval, rng: r}, nil
}

// Next commits a closed bar and writes the levels after it to out, which may
// be nil. On an error, which is a *core.Error naming bar, field and bound,
// nothing has changed.
func (e *Engine) Next(bar core.Candle, out *Levels) error { return nil }

// Peek writes to out what Next would give if the bar closed as it is, and
// changes nothing.
func (e *Engine) Peek(bar core.Candle, out *Levels) error { return nil }

// Levels are the levels after the bar last committed.
func (e *Engine) Levels() Levels { return Levels{} }

// Profile is the whole profile after the bar last committed, in new memory.
// The error is of code NoBars where the range holds none.
func (e *Engine) Profile() (*Profile, error) {
	return nil, &core.Error{Code: core.NoBars, Index: -1, Value: core.Absent()}
}

// Previous is the session finished last; false before there is one.
func (e *Engine) Previous() (Session, bool) { return Session{}, false }

// AppendNaked appends the naked points of control, by price ascending.
func (e *Engine) AppendNaked(dst []Naked) []Naked { return dst }

// AppendEvents appends the events of the bar last committed, at most one of a
// kind, in the order of the kinds.
func (e *Engine) AppendEvents(dst []Event) []Event { return dst }

// Bars is how many bars have been committed.
func (e *Engine) Bars() int { return e.bars }

// Params, Interval and Range are what the engine was made with.
func (e *Engine) Params() Params          { return e.params }
func (e *Engine) Interval() core.Interval { return e.interval }
func (e *Engine) Range() Range            { return e.rng }

// LastOpenTime is the open time of the bar last committed; false before any.
func (e *Engine) LastOpenTime() (int64, bool) { return 0, false }

// AppendBinary appends a snapshot: Restore of it goes on with the same bits,
// in any host.
func (e *Engine) AppendBinary(b []byte) ([]byte, error) { return b, nil }

// Restore makes an engine from a snapshot. Bytes that are no snapshot of this
// engine version are refused with a *core.Error of code InvalidSnapshot.
func Restore(b []byte) (*Engine, error) {
	return nil, &core.Error{Code: core.InvalidSnapshot, Field: "snapshot", Index: -1, Value: core.Absent()}
}
