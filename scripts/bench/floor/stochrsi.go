package floor

// StochRSIs is the stochastic over n of the relative strength over n of the
// close's logarithm, averaged over 3 and over 3 again. It assumes, as holds of
// any walk, that the strength never stands still for n bars.
func StochRSIs(k, d, close []float64, n int, floor float64) {
	k, d = k[:len(close)], d[:len(close)]
	lns(k, close)
	RSIs(d, k, n, 50)
	Stochastics(k[n:], d[n:], n, floor)
	threes(k, k, 2*n-1)
	threes(d, k, 2*n+1)
}

// threes is the plain average over 3 of values that begin at from. dst may be
// src.
func threes(dst, src []float64, from int) {
	dst = dst[:len(src)]
	before, last := src[from], src[from+1]
	blank(dst, from+2)
	for i := from + 2; i < len(src); i++ {
		x := src[i]
		dst[i] = ((before + last) + x) / 3
		before, last = last, x
	}
}

// StochRSI is StochRSIs one close at a time.
type StochRSI struct {
	rsi  RSI
	raw  Stochastic
	k, d three
	seen int
}

// three is the plain average over 3.
type three struct{ before, last float64 }

func (t *three) next(x float64) float64 {
	mean := ((t.before + t.last) + x) / 3
	t.before, t.last = t.last, x
	return mean
}

// NewStochRSI looks back n.
func NewStochRSI(n int, floor float64) StochRSI {
	return StochRSI{rsi: NewRSI(n, 50), raw: NewStochastic(n, floor)}
}

// Next takes one close.
func (s *StochRSI) Next(close float64) (k, d float64) {
	rsi := s.rsi.Next(ln(close))
	if s.seen++; s.seen <= s.rsi.n {
		return absent(), absent()
	}
	raw := s.raw.Next(rsi)
	if s.raw.seen < s.raw.n {
		return absent(), absent()
	}
	k = s.k.next(raw)
	d = s.d.next(k)
	if warm := s.raw.seen - s.raw.n; warm < 4 {
		if d = absent(); warm < 2 {
			k = absent()
		}
	}
	return k, d
}
