package ta

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// Stochastic is where a value lies between the least and the greatest of the
// latest present values.
//
//   - In: any series; an absent value changes nothing and reads absent.
//   - Out: 0 to 100, not clamped: rounding can give an ulp more.
//   - Warm-up: absent for the first period-1 present values, and wherever the
//     window spans no more than Floor.
//   - Cost: O(1) a bar on average, at any period.
//
// Source: TradingView's ta.stoch, multiplied before divided.
type Stochastic struct {
	Floor float64 // a span this small is no span, in the unit of the series

	window Extremes
}

// NewStochastic looks back a period of 1 bar and more.
func NewStochastic(period int, floor float64) (s Stochastic, err error) {
	err = s.Init(period, floor)
	return s, err
}

// Init makes s what NewStochastic returns, where it is.
func (s *Stochastic) Init(period int, floor float64) error {
	s.Floor = floor
	return s.window.Init(period)
}

// Room is how many values Place takes.
func (s *Stochastic) Room() int { return s.window.Room() }

// Place moves the window to the front of memory and returns the rest.
func (s *Stochastic) Place(memory []float64) []float64 { return s.window.Place(memory) }

// Next commits one value and returns its bar's reading.
func (s *Stochastic) Next(x float64) float64 {
	if absent(x) {
		return core.Absent()
	}
	low, high := s.window.Next(x)
	if !s.window.Full() || !(high-low > s.Floor) {
		return core.Absent()
	}
	return (100 * (x - low)) / (high - low)
}

// Column is Next over a run of values.
func (s *Stochastic) Column(dst, src []float64) {
	dst = dst[:len(src)]
	for i := 0; i < len(src); {
		if !s.window.Full() || absent(src[i]) {
			dst[i] = s.Next(src[i])
			i++
			continue
		}
		i += s.run(dst[i:], src[i:])
	}
}

// run is Next over values up to the first absent one or the end of the
// window's block, and returns how many.
func (s *Stochastic) run(dst, src []float64) int {
	w := &s.window
	n := w.room(len(src))
	src, dst = src[:n], dst[:n]
	lows, negHighs, values := w.lows[w.at+1:][:n], w.negHighs[w.at+1:][:n], w.values[w.at:][:n]
	frontLow, frontNegHigh, floor := w.low, w.negHigh, s.Floor
	for i, x := range src {
		if absent(x) {
			n = i
			break
		}
		values[i] = x
		frontLow, frontNegHigh = min(frontLow, x), min(frontNegHigh, -x)
		low, high := min(frontLow, lows[i]), -min(frontNegHigh, negHighs[i])
		if high-low > floor {
			dst[i] = (100 * (x - low)) / (high - low)
		} else {
			dst[i] = core.Absent()
		}
	}
	w.low, w.negHigh = frontLow, frontNegHigh
	w.at += n
	return n
}

// Save writes the state.
func (s *Stochastic) Save(w *snap.Writer) { s.window.Save(w) }

// Load reads what Save wrote into a Stochastic of the same period.
func (s *Stochastic) Load(r *snap.Reader) { s.window.Load(r) }
