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
	exponent, s := reduce(x)
	z := float64(s * s)
	return restore(exponent, s, z, secondHalf(firstHalf(z), z))
}

// LnColumn is Ln over a run of values. dst and src may be the same slice. It
// goes in two stages over a batch, because one logarithm alone is a long chain.
func LnColumn(dst, src []float64) {
	var exponents, ratios, sums [batch]float64
	for len(src) > 0 {
		n := min(len(src), batch)
		exponent, s, p := exponents[:n], ratios[:n], sums[:n]
		for i, x := range src[:n] {
			if x >= 0x1p-1022 && x <= math.MaxFloat64 {
				exponent[i], s[i] = split(math.Float64bits(x))
			} else {
				exponent[i], s[i] = reduce(x)
			}
			p[i] = firstHalf(float64(s[i] * s[i]))
		}
		for i, s := range s {
			z := float64(s * s)
			dst[i] = restore(exponent[i], s, z, secondHalf(p[i], z))
		}
		src, dst = src[n:], dst[n:]
	}
}

// reduce writes x as 2^exponent·m and returns the exponent and (m-1)/(m+1), or
// absent for what has no logarithm.
func reduce(x float64) (exponent, ratio float64) {
	if x >= 0x1p-1022 && x <= math.MaxFloat64 {
		return split(math.Float64bits(x))
	}
	if !(x > 0 && x <= math.MaxFloat64) {
		return 0, core.Absent()
	}
	exponent, ratio = split(math.Float64bits(x * 0x1p54)) // a subnormal; the product is exact
	return exponent - 54, ratio
}

// split is reduce of the bits of a normal number.
func split(bits uint64) (exponent, ratio float64) {
	e := int64(bits>>52) - 1023
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	if m > 1.4142135623730951 {
		m *= 0.5
		e++
	}
	return float64(e), (m - 1) / (2 + (m - 1))
}

// firstHalf and secondHalf are the polynomial 1/3 + z/5 + … + z¹⁰/23.
func firstHalf(z float64) float64 {
	p := float64(z*(1.0/23)) + 1.0/21
	p = float64(p*z) + 1.0/19
	p = float64(p*z) + 1.0/17
	p = float64(p*z) + 1.0/15
	return float64(p*z) + 1.0/13
}

func secondHalf(p, z float64) float64 {
	p = float64(p*z) + 1.0/11
	p = float64(p*z) + 1.0/9
	p = float64(p*z) + 1.0/7
	p = float64(p*z) + 1.0/5
	return float64(p*z) + 1.0/3
}

// restore puts exponent and series together, the small parts first.
func restore(e, s, z, p float64) float64 {
	double := float64(2 * s)
	tail := float64(float64(double*z) * p)
	return core.Canonical(float64(e*ln2High) + (float64(e*ln2Low) + (tail + double)))
}
