package floor

import "math"

// extremes are the least and greatest of the latest n values, by blocks of n:
// the front of this block and the back of the one before (van Herk, Gil and
// Werman). Until there are n, of all so far. The greatest is kept negated: Go
// makes a maximum of a minimum and three negations.
type extremes struct {
	block     []float64
	low, high []float64 // of the block before from each place on, high negated
	front     float64   // least of this block
	top       float64   // greatest of this block, negated
	at        int
}

func newExtremes(n int) extremes {
	memory := make([]float64, 3*n+2)
	e := extremes{block: memory[:n], low: memory[n : 2*n+1], high: memory[2*n+1:], front: math.Inf(1), top: math.Inf(1)}
	fill(e.low, math.Inf(1))
	fill(e.high, math.Inf(1))
	return e
}

func (e *extremes) next(x float64) (low, high float64) {
	if e.at == len(e.block) {
		e.turn()
	}
	e.block[e.at] = x
	e.at++
	e.front, e.top = min(e.front, x), min(e.top, -x)
	return min(e.front, e.low[e.at]), -min(e.top, e.high[e.at])
}

func (e *extremes) turn() {
	suffixes(e.low, e.high, e.block)
	e.at, e.front, e.top = 0, math.Inf(1), math.Inf(1)
}

// suffixes are the extremes of a block from each place to its end.
func suffixes(low, high, block []float64) {
	least, most := math.Inf(1), math.Inf(1)
	low, high = low[:len(block)], high[:len(block)]
	for i := len(block) - 1; i >= 0; i-- {
		least, most = min(least, block[i]), min(most, -block[i])
		low[i], high[i] = least, most
	}
}

func fill[T any](dst []T, v T) {
	for i := range dst {
		dst[i] = v
	}
}
