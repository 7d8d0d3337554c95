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
type Extremes struct {
	values    []float64 // this block's, then those of the last block not yet overwritten
	low, high []float64 // extremes of the last block from each place on
	frontLow  float64   // extremes of this block
	frontHigh float64
	at        int // values in this block
	count     int // values so far, period at most
	period    int
}

// NewExtremes looks back a period of 1 bar and more.
func NewExtremes(period int) (Extremes, error) {
	e := Extremes{period: period, frontLow: math.Inf(1), frontHigh: math.Inf(-1)}
	if err := checkPeriod(period, 1); err != nil {
		return e, err
	}
	e.values, e.low, e.high = make([]float64, period), make([]float64, period+1), make([]float64, period+1)
	e.reset()
	return e, nil
}

// Room is how many values Place takes.
func (e *Extremes) Room() int { return 3*e.period + 2 }

// Place moves the window to the front of memory and returns the rest.
func (e *Extremes) Place(memory []float64) []float64 {
	e.values, memory = move(e.values, memory)
	e.low, memory = move(e.low, memory)
	e.high, memory = move(e.high, memory)
	return memory
}

// reset makes the last block one of no values.
func (e *Extremes) reset() {
	e.at, e.count, e.frontLow, e.frontHigh = 0, 0, math.Inf(1), math.Inf(-1)
	for i := range e.low {
		e.low[i], e.high[i] = math.Inf(1), math.Inf(-1)
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
	e.frontLow, e.frontHigh = min(e.frontLow, x), max(e.frontHigh, x)
	return min(e.frontLow, e.low[e.at]), max(e.frontHigh, e.high[e.at])
}

// wrap makes this block, which is full, the last one.
func (e *Extremes) wrap() {
	values := e.values
	lows, highs := e.low[:len(values)], e.high[:len(values)]
	low, high := math.Inf(1), math.Inf(-1)
	for i := len(values) - 1; i >= 0; i-- {
		low, high = min(low, values[i]), max(high, values[i])
		lows[i], highs[i] = low, high
	}
	e.at, e.frontLow, e.frontHigh = 0, math.Inf(1), math.Inf(-1)
}

// Column is Next over a run of values. low and high may not overlap src.
func (e *Extremes) Column(low, high, src []float64) {
	for len(src) > 0 {
		if e.at == e.period {
			e.wrap()
		}
		n := min(len(src), e.period-e.at)
		e.run(low[:n], high[:n], src[:n])
		low, high, src = low[n:], high[n:], src[n:]
	}
}

// run is Next over values that fit this block.
func (e *Extremes) run(low, high, src []float64) {
	copy(e.values[e.at:], src)
	lows, highs := e.low[e.at+1:][:len(src)], e.high[e.at+1:][:len(src)]
	low, high = low[:len(src)], high[:len(src)]
	frontLow, frontHigh := e.frontLow, e.frontHigh
	for i, x := range src {
		frontLow, frontHigh = min(frontLow, x), max(frontHigh, x)
		low[i], high[i] = min(frontLow, lows[i]), max(frontHigh, highs[i])
	}
	e.frontLow, e.frontHigh = frontLow, frontHigh
	e.at += len(src)
	e.count = min(e.count+len(src), e.period)
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
