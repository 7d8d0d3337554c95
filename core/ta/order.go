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
	last int8 // sign of first less second on the latest bar with both
	seen bool // whether there was one
}

// Next commits one bar.
func (o *Order) Next(a, b float64) int {
	if absent(a) || absent(b) {
		return 0
	}
	var sign int8
	if a > b {
		sign = 1
	}
	if a < b {
		sign = -1
	}
	changed := o.seen && sign != o.last
	o.last, o.seen = sign, true
	if changed {
		return int(sign)
	}
	return 0
}

// Save writes the state.
func (o *Order) Save(w *snap.Writer) {
	w.Int8(o.last)
	w.Bool(o.seen)
}

// Load reads what Save wrote.
func (o *Order) Load(r *snap.Reader) {
	o.last, o.seen = r.Int8(), r.Bool()
	r.Require(o.last >= -1 && o.last <= 1)
}
