package ta

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// ln 2 as fdlibm splits it: e*ln2High is exact for every exponent e.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// Ln is the natural logarithm, from exact operations alone, so that every
// processor gives the same bits; within 2 ulp of the true value.
//
//   - In: any value; absent unless it is above 0 and finite.
//   - Out: a plain number.
//
// The series of artanh, 2(s + s³/3 + … + s²³/23) with s = (m-1)/(m+1), over a
// mantissa m between √½ and √2.
func Ln(x float64) float64 {
	if !(x > 0 && x <= math.MaxFloat64) {
		return core.Absent()
	}
	exponent := 0
	if x < 0x1p-1022 { // subnormal: the product is exact
		x *= 0x1p54
		exponent = -54
	}
	bits := math.Float64bits(x)
	exponent += int(bits>>52) - 1023
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	if m > 1.4142135623730951 {
		m *= 0.5
		exponent++
	}
	f := m - 1
	s := f / (2 + f)
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
	tail := float64(float64(float64(2*s)*z) * p)
	e := float64(exponent)
	return float64(e*ln2High) + (float64(e*ln2Low) + (tail + float64(2*s)))
}

// LnColumn is Ln over a run of values. dst and src may be the same slice.
func LnColumn(dst, src []float64) {
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = Ln(x)
	}
}
