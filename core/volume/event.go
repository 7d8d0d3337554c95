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

// journal collects the events of one bar, in memory used again.
type journal struct {
	events []Event
	levels []Level
	open   int // first of the levels not yet part of an event
}

func (j *journal) clear() { j.events, j.levels, j.open = j.events[:0], j.levels[:0], 0 }

// mark adds a level to the event noted next.
func (j *journal) mark(price float64, start int64) { j.levels = append(j.levels, Level{price, start}) }

// note adds an event with the levels marked since the one before.
func (j *journal) note(s Signal, side core.Side, bar core.Candle, interval core.Interval) {
	to := len(j.levels)
	j.events = append(j.events, Event{
		Signal: s, Side: side, OpenTime: bar.OpenTime, KnownAt: bar.OpenTime + int64(interval), Price: bar.Close,
		Levels: j.levels[j.open:to:to],
	})
	j.open = to
}

// sideOfMove is bull for a rise, bear for a fall.
func sideOfMove(from, to float64) core.Side {
	if to > from {
		return core.Bull
	}
	return core.Bear
}

// watchValue notes that a close leaves the previous session's value area, or
// comes back to it. before is the close of the bar before.
func (e *Engine) watchValue(before float64, bar core.Candle) {
	r := &e.previous
	was, is := r.inside(before), r.inside(bar.Close)
	if was == is {
		return
	}
	levels := &r.session.Levels
	signal, edge, outside := VAHBreak, levels.VAH, bar.Close
	if is {
		outside = before
	}
	if outside < levels.VAL {
		signal, edge = VALBreak, levels.VAL
	}
	if is {
		signal = ValueReentry
	}
	e.journal.mark(edge, r.session.Start)
	e.journal.note(signal, sideOfMove(before, bar.Close), bar, e.interval)
}

// watchNaked notes the naked points of control a bar touches, and drops them.
func (e *Engine) watchNaked(bar core.Candle) {
	from, to := e.naked.touched(bar.Low, bar.High)
	if from == to {
		return
	}
	for _, n := range e.naked[from:to] {
		e.journal.mark(n.price, n.start)
	}
	e.naked.remove(from, to)
	e.journal.note(NakedPOCTouch, core.None, bar, e.interval)
}

// watchLowNodes notes the low-volume nodes of the previous session a close
// crosses: it is beyond one, and the last close not on it was on the other side.
func (e *Engine) watchLowNodes(bar core.Candle) {
	r, side := &e.previous, core.None
	for i, n := range r.session.LowNodes {
		is := against(bar.Close, n.Price)
		if is == 0 {
			continue
		}
		if is == -r.sides[i] {
			e.journal.mark(n.Price, r.session.Start)
			side = core.Side(is)
		}
		r.sides[i] = is
	}
	if side != core.None {
		e.journal.note(LVNCross, side, bar, e.interval)
	}
}
