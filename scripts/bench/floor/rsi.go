package floor

import "math"

// RSIs is Wilder's relative strength over n; flat where nothing has moved.
func RSIs(dst, src []float64, n int, flat float64) {
	dst = dst[:len(src)]
	blank(dst, n)
	var rise, fall float64
	last, period := src[0], float64(n)
	for i := 1; i <= n; i++ {
		move := src[i] - last
		last = src[i]
		rise += max(move, 0)
		fall += max(-move, 0)
	}
	rise, fall = rise/period, fall/period
	dst[n] = strength(rise, fall, flat)
	for i := n + 1; i < len(src); i++ {
		move := src[i] - last
		last = src[i]
		size := math.Abs(move) // 0.5*(size+move) is max(move, 0), without a branch
		rise = (float64(rise*(period-1)) + float64(0.5*(size+move))) / period
		fall = (float64(fall*(period-1)) + float64(0.5*(size-move))) / period
		dst[i] = strength(rise, fall, flat)
	}
}

func strength(rise, fall, flat float64) float64 {
	if fall != 0 {
		return 100 - 100/(1+rise/fall)
	}
	if rise != 0 {
		return 100
	}
	return flat
}

// RSI is RSIs one value at a time.
type RSI struct {
	rise, fall, last, period, flat float64
	count, n                       int
}

// NewRSI smooths over n.
func NewRSI(n int, flat float64) RSI { return RSI{period: float64(n), flat: flat, n: n} }

// Next takes one value.
func (r *RSI) Next(x float64) float64 {
	move := x - r.last
	r.last = x
	size := math.Abs(move)
	if r.count <= r.n {
		return r.seed(0.5*(size+move), 0.5*(size-move))
	}
	r.rise = (float64(r.rise*(r.period-1)) + float64(0.5*(size+move))) / r.period
	r.fall = (float64(r.fall*(r.period-1)) + float64(0.5*(size-move))) / r.period
	return strength(r.rise, r.fall, r.flat)
}

func (r *RSI) seed(up, down float64) float64 {
	if r.count++; r.count == 1 {
		return absent() // the first value has no move
	}
	r.rise += up
	r.fall += down
	if r.count <= r.n {
		return absent()
	}
	r.rise, r.fall = r.rise/r.period, r.fall/r.period
	return strength(r.rise, r.fall, r.flat)
}
