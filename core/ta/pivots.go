package ta

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// Pivots finds the values that are above, or below, both neighbours on either
// side. It speaks of the bar two back: a pivot is known two bars late, never
// earlier, and never taken back.
//
//   - In: any series; an absent value within the five makes no pivot.
//   - Out: what the value two bars back is. Differences up to Tie are none, so
//     a plateau is no pivot.
//   - Warm-up: four bars.
//
// Source: B. Williams, Trading Chaos, 1995 ("fractals").
type Pivots struct {
	Tie float64 // differences up to this are none

	last [4]float64 // the values before, latest first
}

// Pivot is what a value is to its neighbours.
type Pivot uint8

const (
	NoPivot   Pivot = 0
	PivotHigh Pivot = 1
	PivotLow  Pivot = 2
)

// NewPivots takes differences up to tie for none.
func NewPivots(tie float64) Pivots {
	a := core.Absent()
	return Pivots{Tie: tie, last: [4]float64{a, a, a, a}}
}

// Next commits one value.
func (p *Pivots) Next(x float64) Pivot {
	a, b, c, d := p.last[0], p.last[1], p.last[2], p.last[3]
	p.last[0], p.last[1], p.last[2], p.last[3] = x, a, b, c
	return pivot(b, x, a, c, d, p.Tie)
}

// pivot is what the centre is to the others. Which comparisons hold is as
// random as the series, so nothing branches on one. min of any NaN is NaN,
// whose comparisons are false.
func pivot(centre, a, b, c, d, tie float64) Pivot {
	a, b, c, d = centre-a, centre-b, centre-c, centre-d
	return bit(min(a, b, c, d) > tie) | bit(min(-a, -b, -c, -d) > tie)<<1
}

func bit(condition bool) Pivot {
	if condition {
		return 1
	}
	return 0
}

// Column is Next over a run of values: it sets the two bits of dst from shift
// on, and leaves the others. On its own, so that the module can have it fast.
//
//go:noinline
func (p *Pivots) Column(dst []Pivot, src []float64, shift int) {
	dst = dst[:len(src)]
	a, b, c, d, tie := p.last[0], p.last[1], p.last[2], p.last[3], p.Tie
	for i, x := range src {
		dst[i] |= pivot(b, x, a, c, d, tie) << shift
		a, b, c, d = x, a, b, c
	}
	p.last = [4]float64{a, b, c, d}
}

// Latest is the value back bars ago, 0 to 3.
func (p *Pivots) Latest(back int) float64 { return p.last[back] }

// Save writes the state.
func (p *Pivots) Save(w *snap.Writer) {
	for _, v := range p.last {
		w.Float(v)
	}
}

// Load reads what Save wrote.
func (p *Pivots) Load(r *snap.Reader) {
	for i := range p.last {
		p.last[i] = r.Float()
	}
}
