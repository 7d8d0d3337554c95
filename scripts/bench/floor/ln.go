package floor

import "math"

const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// ln is the natural logarithm of a normal positive number.
func ln(x float64) float64 {
	e, s := reduce(x)
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
	return restore(e, s, z, float64(p*z)+1.0/3)
}

// reduce writes x as 2^exponent·m, m from √½ to √2, and returns the exponent
// and (m-1)/(m+1).
func reduce(x float64) (exponent, ratio float64) {
	const root = 0x6A09E667F3BCD // the fraction bits of √2
	bits := math.Float64bits(x)
	fraction := bits & (1<<52 - 1)
	above := (root - fraction) >> 63 // 1 where m is over √2 and to be halved
	m := math.Float64frombits(fraction | (1023-above)<<52)
	return float64(int64(bits>>52+above) - 1023), (m - 1) / (2 + (m - 1))
}

func restore(e, s, z, p float64) float64 {
	double := float64(2 * s)
	return float64(e*ln2High) + (float64(e*ln2Low) + (float64(float64(double*z)*p) + double))
}

// lns is ln of a column, in three stages over 64 values at a time. The series
// is one long chain a value, so four go abreast.
func lns(dst, src []float64) {
	const batch = 64
	var exponents, ratios, series [batch]float64
	for ; len(src) >= batch; src, dst = src[batch:], dst[batch:] {
		from, to := (*[batch]float64)(src), (*[batch]float64)(dst)
		for i, x := range from {
			exponents[i], ratios[i] = reduce(x)
		}
		for i := 0; i < batch; i += 4 {
			four(series[i:i+4:i+4], ratios[i:i+4:i+4])
		}
		for i, s := range ratios {
			to[i] = restore(exponents[i], s, float64(s*s), series[i])
		}
	}
	for i, x := range src {
		dst[i] = ln(x)
	}
}

// four is the polynomial of ln for four ratios.
func four(series, ratios []float64) {
	s0, s1, s2, s3 := ratios[0], ratios[1], ratios[2], ratios[3]
	z0, z1, z2, z3 := float64(s0*s0), float64(s1*s1), float64(s2*s2), float64(s3*s3)
	p0, p1, p2, p3 := float64(z0*(1.0/23))+1.0/21, float64(z1*(1.0/23))+1.0/21, float64(z2*(1.0/23))+1.0/21, float64(z3*(1.0/23))+1.0/21
	p0, p1, p2, p3 = float64(p0*z0)+1.0/19, float64(p1*z1)+1.0/19, float64(p2*z2)+1.0/19, float64(p3*z3)+1.0/19
	p0, p1, p2, p3 = float64(p0*z0)+1.0/17, float64(p1*z1)+1.0/17, float64(p2*z2)+1.0/17, float64(p3*z3)+1.0/17
	p0, p1, p2, p3 = float64(p0*z0)+1.0/15, float64(p1*z1)+1.0/15, float64(p2*z2)+1.0/15, float64(p3*z3)+1.0/15
	p0, p1, p2, p3 = float64(p0*z0)+1.0/13, float64(p1*z1)+1.0/13, float64(p2*z2)+1.0/13, float64(p3*z3)+1.0/13
	p0, p1, p2, p3 = float64(p0*z0)+1.0/11, float64(p1*z1)+1.0/11, float64(p2*z2)+1.0/11, float64(p3*z3)+1.0/11
	p0, p1, p2, p3 = float64(p0*z0)+1.0/9, float64(p1*z1)+1.0/9, float64(p2*z2)+1.0/9, float64(p3*z3)+1.0/9
	p0, p1, p2, p3 = float64(p0*z0)+1.0/7, float64(p1*z1)+1.0/7, float64(p2*z2)+1.0/7, float64(p3*z3)+1.0/7
	p0, p1, p2, p3 = float64(p0*z0)+1.0/5, float64(p1*z1)+1.0/5, float64(p2*z2)+1.0/5, float64(p3*z3)+1.0/5
	series[0], series[1] = float64(p0*z0)+1.0/3, float64(p1*z1)+1.0/3
	series[2], series[3] = float64(p2*z2)+1.0/3, float64(p3*z3)+1.0/3
}
