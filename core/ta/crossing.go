package ta

import "github.com/quantum-signals/quantum/core/snap"

// Crossing tells on which bars one series passes to the other side of another.
//
//   - In: two series; bars where they are within Tie, or one is absent, have
//     no side and keep the one before.
//   - Out: +1 where the first is now above and was last below, -1 where it is
//     now below and was last above, else 0.
//
// Source: TradingView's ta.cross.
type Crossing struct {
	Tie float64 // differences up to this are none

	side int8 // the latest one, 0 before the first
}

// Next commits one bar.
func (c *Crossing) Next(a, b float64) int {
	above := a - b
	var side int8
	if above > c.Tie {
		side = 1
	}
	if -above > c.Tie {
		side = -1
	}
	if side == 0 || side == c.side {
		return 0
	}
	last := c.side
	c.side = side
	return int(side) * int(last*last)
}

// Save writes the state.
func (c *Crossing) Save(w *snap.Writer) { w.Int8(c.side) }

// Load reads what Save wrote.
func (c *Crossing) Load(r *snap.Reader) {
	c.side = r.Int8()
	r.Require(c.side >= -1 && c.side <= 1)
}
