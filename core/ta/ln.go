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
	p := 1.0 / 23
	for _, c := range coefficients {
		p = float64(p*z) + c
	}
	return restore(exponent, s, z, p)
}

// coefficients are those of the polynomial 1/3 + z/5 + … + z¹⁰/23 after the
// highest.
var coefficients = [...]float64{1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3}

// LnColumn is Ln over a run of values. dst and src may be the same slice. One
// polynomial is a long chain of operations, so four go side by side.
func LnColumn(dst, src []float64) {
	var exponents, ratios, sums [batch]float64
	for len(src) > 0 {
		n := min(len(src), batch)
		exponent, ratio, sum, to := exponents[:n], ratios[:n], sums[:n], dst[:n]
		for i, x := range src[:n] {
			if x >= 0x1p-1022 && x <= math.MaxFloat64 {
				exponent[i], ratio[i] = split(math.Float64bits(x))
			} else {
				exponent[i], ratio[i] = reduce(x)
			}
		}
		for i := 0; i < n; i += 4 {
			fourSums((*[4]float64)(sums[i:]), (*[4]float64)(ratios[i:]))
		}
		for i, s := range ratio {
			to[i] = restore(exponent[i], s, float64(s*s), sum[i])
		}
		src, dst = src[n:], dst[n:]
	}
}

// fourSums is the polynomial of four ratios' squares.
func fourSums(sums, ratios *[4]float64) {
	s0, s1, s2, s3 := ratios[0], ratios[1], ratios[2], ratios[3]
	z0, z1, z2, z3 := float64(s0*s0), float64(s1*s1), float64(s2*s2), float64(s3*s3)
	p0, p1, p2, p3 := 1.0/23, 1.0/23, 1.0/23, 1.0/23
	for _, c := range coefficients {
		p0, p1, p2, p3 = float64(p0*z0)+c, float64(p1*z1)+c, float64(p2*z2)+c, float64(p3*z3)+c
	}
	sums[0], sums[1], sums[2], sums[3] = p0, p1, p2, p3
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

// restore puts exponent and series together, the small parts first.
func restore(e, s, z, p float64) float64 {
	double := float64(2 * s)
	tail := float64(float64(double*z) * p)
	return core.Canonical(float64(e*ln2High) + (float64(e*ln2Low) + (tail + double)))
}
