package ta

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// RSI is Wilder's relative strength index.
//
//   - In: closes or any other series; an absent value changes nothing and
//     reads absent, and the next move is from the last present value.
//   - Out: 0 to 100; 100 if the means hold no fall, Flat if they hold no move.
//   - Warm-up: absent for the first period present values.
//   - Cost: O(1) a bar; the chain is that of RMA.
//
// Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978, ch. VI.
type RSI struct {
	Flat float64 // the reading where nothing has moved: 50, or absent

	rise, fall RMA
	last       float64 // the last present value, absent before the first
}

// NewRSI smooths over a period of 1 bar and more.
func NewRSI(period int, flat float64) (r RSI, err error) {
	err = r.Init(period, flat)
	return r, err
}

// Init makes r what NewRSI returns, where it is.
func (r *RSI) Init(period int, flat float64) error {
	r.Flat, r.last = flat, core.Absent()
	if err := r.rise.Init(period); err != nil {
		return err
	}
	return r.fall.Init(period)
}

// Next commits one value and returns its bar's reading.
func (r *RSI) Next(x float64) float64 {
	if absent(x) {
		return core.Absent()
	}
	move := x - r.last
	r.last = x
	if absent(move) {
		return core.Absent()
	}
	rise, fall := r.rise.Next(rising(move)), r.fall.Next(rising(-move))
	if absent(rise) {
		return core.Absent()
	}
	return r.read(rise, fall)
}

// rising is max(move, 0), exactly and without a branch that half of all bars
// would mispredict.
func rising(move float64) float64 { return float64(0.5 * (move + math.Abs(move))) }

// read turns the two means into a reading.
func (r *RSI) read(rise, fall float64) float64 {
	switch {
	case fall != 0:
		return 100 - 100/(1+rise/fall) // in this form the bits are TradingView's
	case rise != 0:
		return 100
	}
	return r.Flat
}

// Column is Next over a run of values.
func (r *RSI) Column(dst, src []float64) {
	dst = dst[:len(src)]
	at := 0
	for ; at < len(src) && r.rise.count < r.rise.period; at++ {
		dst[at] = r.Next(src[at])
	}
	src, dst = src[at:], dst[at:]
	n := float64(r.rise.period)
	rise, fall, last := r.rise.mean, r.fall.mean, r.last
	for i, x := range src {
		if absent(x) {
			dst[i] = core.Absent()
			continue
		}
		move := x - last
		last = x
		size := math.Abs(move)
		rise = (float64(rise*(n-1)) + float64(0.5*(size+move))) / n
		fall = (float64(fall*(n-1)) + float64(0.5*(size-move))) / n
		if fall == 0 {
			dst[i] = r.read(rise, fall)
			continue
		}
		dst[i] = 100 - 100/(1+rise/fall)
	}
	r.rise.mean, r.fall.mean, r.last = rise, fall, last
}

// Save writes the state.
func (r *RSI) Save(w *snap.Writer) {
	r.rise.Save(w)
	w.Float(r.fall.mean) // its count is that of rise
	w.Float(r.last)
}

// Load reads what Save wrote into an RSI of the same period.
func (r *RSI) Load(from *snap.Reader) {
	r.rise.Load(from)
	r.fall.count = r.rise.count
	r.fall.mean = from.Float()
	r.last = from.Float()
	from.Require(!absent(r.last) || r.rise.count == 0)
}
