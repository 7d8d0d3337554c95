package floor

import "math"

// Stochastics is where a value lies between the least and greatest of the
// latest n; absent where they lie no more than floor apart.
func Stochastics(dst, src []float64, n int, floor float64) {
	dst = dst[:len(src)]
	low, high := make([]float64, n+1), make([]float64, n+1)
	fill(low, math.Inf(1))
	fill(high, math.Inf(1))
	for at := 0; at < len(src); at += n {
		if at > 0 {
			suffixes(low, high, src[at-n:at])
		}
		block := src[at:min(at+n, len(src))]
		to, lows, highs := dst[at:][:len(block)], low[1:][:len(block)], high[1:][:len(block)]
		front, top := math.Inf(1), math.Inf(1)
		for i, x := range block {
			front, top = min(front, x), min(top, -x)
			least, most := min(front, lows[i]), -min(top, highs[i])
			if most-least > floor {
				to[i] = (100 * (x - least)) / (most - least)
			} else {
				to[i] = absent()
			}
		}
	}
	blank(dst, n-1)
}

// Stochastic is Stochastics one value at a time.
type Stochastic struct {
	window  extremes
	floor   float64
	seen, n int
}

// NewStochastic looks back n.
func NewStochastic(n int, floor float64) Stochastic {
	return Stochastic{window: newExtremes(n), floor: floor, n: n}
}

// Next takes one value.
func (s *Stochastic) Next(x float64) float64 {
	least, most := s.window.next(x)
	if s.seen++; s.seen < s.n || !(most-least > s.floor) {
		return absent()
	}
	return (100 * (x - least)) / (most - least)
}
