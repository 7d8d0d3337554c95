package ta

import (
	"math"

	"github.com/quantum-signals/quantum/core/snap"
)

// Extremes finds the least and the greatest of the latest values.
//
//   - In: any series without gaps; the caller leaves absent values out.
//   - Out: of the latest period values, or of all while they are fewer.
//   - Warm-up: none; Full says when the window holds period values.
//   - Cost: O(1) a bar on average, at any period.
//
// The values come in blocks of period. A window is the front of this block and
// the back of the one before, whose extremes from each place to its end are
// worked out when it is full (van Herk, Gil and Werman).
//
// The greatest value is kept as the least of the negated values, which has the
// same bits: the compiler makes a maximum of a minimum and three negations.
type Extremes struct {
	values        []float64 // this block's, then those of the last block not yet overwritten
	lows          []float64 // least of the last block from each place on
	negHighs      []float64 // greatest of the last block from each place on, negated
	low, negHigh  float64   // of this block
	at            int       // values in this block
	count, period int       // values so far, period at most
}

// NewExtremes looks back a period of 1 bar and more.
func NewExtremes(period int) (e Extremes, err error) {
	err = e.Init(period)
	return e, err
}

// Init makes e what NewExtremes returns, where it is.
func (e *Extremes) Init(period int) error {
	e.period = period
	if err := checkPeriod(period, 1); err != nil {
		return err
	}
	e.values, e.lows, e.negHighs = make([]float64, period), make([]float64, period+1), make([]float64, period+1)
	e.reset()
	return nil
}

// Room is how many values Place takes.
func (e *Extremes) Room() int { return 3*e.period + 2 }

// Place moves the window to the front of memory and returns the rest.
func (e *Extremes) Place(memory []float64) []float64 {
	e.values, memory = move(e.values, memory)
	e.lows, memory = move(e.lows, memory)
	e.negHighs, memory = move(e.negHighs, memory)
	return memory
}

// reset makes the last block one of no values.
func (e *Extremes) reset() {
	e.at, e.count, e.low, e.negHigh = 0, 0, math.Inf(1), math.Inf(1)
	for i := range e.lows {
		e.lows[i], e.negHighs[i] = math.Inf(1), math.Inf(1)
	}
}

// Full reports whether the window holds period values.
func (e *Extremes) Full() bool { return e.count == e.period }

// Next commits one value and returns the extremes of the window it ends.
func (e *Extremes) Next(x float64) (low, high float64) {
	if e.at == e.period {
		e.wrap()
	}
	e.values[e.at] = x
	e.at++
	if e.count < e.period {
		e.count++
	}
	e.low, e.negHigh = min(e.low, x), min(e.negHigh, -x)
	return min(e.low, e.lows[e.at]), -min(e.negHigh, e.negHighs[e.at])
}

// wrap makes this block, which is full, the last one.
func (e *Extremes) wrap() {
	values := e.values
	lows, negHighs := e.lows[:len(values)], e.negHighs[:len(values)]
	low, negHigh := math.Inf(1), math.Inf(1)
	for i := len(values) - 1; i >= 0; i-- {
		low, negHigh = min(low, values[i]), min(negHigh, -values[i])
		lows[i], negHighs[i] = low, negHigh
	}
	e.at, e.low, e.negHigh = 0, math.Inf(1), math.Inf(1)
}

// room begins a new block where this one is full, and returns how many values
// fit, n at most.
func (e *Extremes) room(n int) int {
	if e.at == e.period {
		e.wrap()
	}
	return min(n, e.period-e.at)
}

// Column is Next over a run of values. low and high may not overlap src.
func (e *Extremes) Column(low, high, src []float64) {
	for len(src) > 0 {
		n := e.room(len(src))
		e.run(low[:n], high[:n], src[:n])
		low, high, src = low[n:], high[n:], src[n:]
	}
}

// run is Next over values that fit this block.
func (e *Extremes) run(low, high, src []float64) {
	n := len(src)
	values, lows, negHighs := e.values[e.at:][:n], e.lows[e.at+1:][:n], e.negHighs[e.at+1:][:n]
	low, high = low[:n], high[:n]
	frontLow, frontNegHigh := e.low, e.negHigh
	for i, x := range src {
		values[i] = x
		frontLow, frontNegHigh = min(frontLow, x), min(frontNegHigh, -x)
		low[i], high[i] = min(frontLow, lows[i]), -min(frontNegHigh, negHighs[i])
	}
	e.low, e.negHigh = frontLow, frontNegHigh
	e.at += n
	e.count = min(e.count+n, e.period)
}

// Save writes the state: the values the next windows need, oldest first.
func (e *Extremes) Save(w *snap.Writer) {
	kept := min(e.count, e.period-1)
	w.Count(e.count)
	for i := e.at - kept; i < e.at; i++ {
		w.Float(e.values[(i+e.period)%e.period])
	}
}

// Load reads what Save wrote into Extremes of the same period.
func (e *Extremes) Load(r *snap.Reader) {
	e.reset()
	count := r.Count(e.period)
	for range min(count, e.period-1) {
		x := r.Float()
		r.Require(!absent(x))
		e.Next(x)
	}
	e.count = count
}
