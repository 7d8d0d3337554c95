package floor

import "math"

const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// ln is the natural logarithm of a normal positive number.
func ln(x float64) float64 {
	bits := math.Float64bits(x)
	exponent := int(bits>>52) - 1023
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	if m > 1.4142135623730951 {
		m *= 0.5
		exponent++
	}
	s := (m - 1) / (2 + (m - 1))
	z := float64(s * s)
	p := float64(z*(1.0/23)) + 1.0/21
	p = float64(p*z) + 1.0/19
	p = float64(p*z) + 1.0/17
	p = float64(p*z) + 1.0/15
	p = float64(p*z) + 1.0/13
	p = float64(p*z) + 1.0/11
	p = float64(p*z) + 1.0/9
	p = float64(p*z) + 1.0/7
	p = float64(p*z) + 1.0/5
	p = float64(p*z) + 1.0/3
	e := float64(exponent)
	return float64(e*ln2High) + (float64(e*ln2Low) + (float64(float64(2*s)*z*p) + 2*s))
}

// StochRSIs is the stochastic over n of the relative strength over n of the
// close's logarithm, averaged over 3 and over 3 again. It assumes, as holds of
// any walk, that the strength never stands still for n bars.
func StochRSIs(k, d, close []float64, n int, floor float64) {
	k, d = k[:len(close)], d[:len(close)]
	for i, c := range close {
		k[i] = ln(c)
	}
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
