package ta

import "github.com/quantum-signals/quantum/core/snap"

// Order follows which of two series is greater, exactly, and tells on which
// bars one rises over the other.
//
//   - In: two series; bars where one is absent are passed over.
//   - Out: +1 where the first is greater and was not on the bar before, -1
//     where the second is greater and was not on the bar before, else 0. Unlike
//     a crossing, touching and going back up counts as a rise.
//
// Source: TradingView's ta.crossover and ta.crossunder.
type Order struct {
	last order // of the latest bar with both
}

// order is which of two is greater.
type order int8

const (
	unknown order = iota // no bar has had both
	less
	same
	greater
)

// Next commits one bar.
func (o *Order) Next(a, b float64) int {
	now := same
	switch {
	case a > b:
		now = greater
	case a < b:
		now = less
	case a != b: // one is absent
		return 0
	}
	if now == o.last {
		return 0
	}
	return o.turn(now)
}

// turn takes an order unlike the last one.
func (o *Order) turn(now order) int {
	last := o.last
	o.last = now
	switch {
	case last == unknown:
		return 0
	case now == greater:
		return 1
	case now == less:
		return -1
	}
	return 0
}

// Save writes the state.
func (o *Order) Save(w *snap.Writer) { w.Int8(int8(o.last)) }

// Load reads what Save wrote.
func (o *Order) Load(r *snap.Reader) {
	o.last = order(r.Int8())
	r.Require(o.last >= unknown && o.last <= greater)
}
