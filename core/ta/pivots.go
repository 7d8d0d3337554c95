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
//   - Out: whether the value two bars back is a pivot high or a pivot low.
//     Differences up to Tie are none, so a plateau is no pivot.
//   - Warm-up: four bars.
//
// Source: B. Williams, Trading Chaos, 1995 ("fractals").
type Pivots struct {
	Tie float64 // differences up to this are none

	last [4]float64 // the four values before, latest first
}

// NewPivots takes differences up to tie for none.
func NewPivots(tie float64) Pivots {
	a := core.Absent()
	return Pivots{Tie: tie, last: [4]float64{a, a, a, a}}
}

// Next commits one value. min and max give NaN for any NaN, whose comparisons
// are false.
func (p *Pivots) Next(x float64) (high, low bool) {
	centre := p.last[1]
	a, b, c, d := centre-x, centre-p.last[0], centre-p.last[2], centre-p.last[3]
	p.last[3], p.last[2], p.last[1], p.last[0] = p.last[2], centre, p.last[0], x
	high = min(a, b, c, d) > p.Tie
	low = -max(a, b, c, d) > p.Tie
	return high, low
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
