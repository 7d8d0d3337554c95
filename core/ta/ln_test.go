package ta_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core/ta"
)

func TestLnOfWhatHasNone(t *testing.T) {
	for _, x := range []float64{0, math.Copysign(0, -1), -1, math.Inf(1), math.Inf(-1), math.NaN()} {
		if got := ta.Ln(x); !equalBits(got, na) {
			t.Errorf("Ln(%v) = %#016x, want absent", x, math.Float64bits(got))
		}
	}
}

func TestLnBits(t *testing.T) {
	tests := []struct{ x, want float64 }{
		{1, 0},
		{2, 0.6931471805599453},
		{math.E, 1},
		{0.5, -0.6931471805599453},
		{10, 2.302585092994046},
		{5e-324, -744.4400719213812},
		{math.MaxFloat64, 709.782712893384},
	}
	for _, tt := range tests {
		if got := ta.Ln(tt.x); !equalBits(got, tt.want) {
			t.Errorf("Ln(%v) = %v, want %v", tt.x, got, tt.want)
		}
	}
}

// TestLnFollowsTheSpecification evaluates section 2.4 of the specification word
// for word, with the coefficients divided as it goes.
func TestLnFollowsTheSpecification(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := math.Float64frombits(rapid.Uint64Range(1, 0x7FEFFFFFFFFFFFFF).Draw(t, "bits"))
		half, exponent := math.Frexp(x)
		m, e := half*2, float64(exponent-1)
		if m > 1.4142135623730951 {
			m, e = m/2, e+1
		}
		f := m - 1
		s := f / (2 + f)
		z := s * s
		p := 1 / 23.0
		for k := 21.0; k >= 3; k -= 2 {
			product := float64(p * z)
			p = product + 1/k
		}
		tail := float64(float64(2*s)*z) * p
		low := float64(e * math.Float64frombits(0x3DEA39EF35793C76))
		high := float64(e * math.Float64frombits(0x3FE62E42FEE00000))
		want := high + (low + (float64(tail) + float64(2*s)))
		dst := []float64{0}
		ta.LnColumn(dst, []float64{x})
		if got := ta.Ln(x); !equalBits(got, want) || !equalBits(dst[0], want) {
			t.Fatalf("Ln(%v) = %v, LnColumn gives %v, want %v", x, got, dst[0], want)
		}
	})
}

// TestLnIsWithinTwoUnitsInTheLastPlace compares with the derivative's bound:
// exp of the result, in 200 bits, must surround x.
func TestLnIsWithinTwoUnitsInTheLastPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(1e-9, 1e9).Draw(t, "x")
		y := ta.Ln(x)
		ulp := math.Nextafter(math.Abs(y), math.Inf(1)) - math.Abs(y)
		above, below := exponential(y+2*ulp), exponential(y-2*ulp)
		exact := new(big.Float).SetPrec(200).SetFloat64(x)
		if exact.Cmp(below) < 0 || exact.Cmp(above) > 0 {
			t.Fatalf("Ln(%v) = %v is more than 2 ulp off", x, y)
		}
	})
}

// exponential is e to the x by its power series, in 200 bits.
func exponential(x float64) *big.Float {
	real := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	halvings := 0
	for small := math.Abs(x); small > 0.5; small /= 2 {
		halvings++
	}
	y := new(big.Float).Quo(real(x), real(math.Ldexp(1, halvings)))
	sum, term := real(1), real(1)
	for k := 1; k < 60; k++ {
		term.Quo(term.Mul(term, y), real(float64(k)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}
