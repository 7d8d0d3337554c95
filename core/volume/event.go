package volume

import "github.com/quantum-signals/quantum/core"

// Signal is a kind of event.
type Signal int

const (
	POCShift Signal = iota
	VAHBreak
	VALBreak
	ValueReentry
	NakedPOCTouch
	LVNCross
	NumSignals
)

var signalNames = [NumSignals]string{
	"poc_shift", "vah_break", "val_break", "value_reentry", "naked_poc_touch", "lvn_cross",
}

// String is the signal's name without the engine's, as in "poc_shift".
func (s Signal) String() string { return signalNames[s] }

// Event is a signal of one closed bar. It is never taken back. A bar has at
// most one event of a kind.
type Event struct {
	Signal   Signal
	Side     core.Side
	OpenTime int64   // of the bar
	KnownAt  int64   // its close: open time and one interval
	Price    float64 // its close, in quote currency

	// Levels are the prices it is about, in memory of the engine until its
	// next call: of a shift the point of control before and after, of a break
	// or re-entry the edge crossed, else every level touched or crossed, by
	// price ascending.
	Levels []Level
}

// Level is a price and the session it comes from.
type Level struct {
	Price float64
	Start int64 // open time of the session's first bar
}

// Kind is the event's name, as in "volume.poc_shift".
func (e Event) Kind() string { return "volume." + e.Signal.String() }
