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
	side := int8(0)
	switch above := a - b; {
	case above > c.Tie:
		side = 1
	case -above > c.Tie:
		side = -1
	}
	if side == 0 || side == c.side {
		return 0
	}
	return c.turn(side)
}

// turn takes a side unlike the last one.
func (c *Crossing) turn(side int8) int {
	last := c.side
	c.side = side
	return int(side) * int(last*last) // the first side is no crossing
}

// Save writes the state.
func (c *Crossing) Save(w *snap.Writer) { w.Int8(c.side) }

// Load reads what Save wrote.
func (c *Crossing) Load(r *snap.Reader) {
	c.side = r.Int8()
	r.Require(c.side >= -1 && c.side <= 1)
}
