package ta_test

import (
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

// na is an absent value in tables.
var na = core.Absent()

// equalBits reports whether both are the same number, or both absent; zeros of
// either sign differ.
func equalBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

// feed passes values to next one by one and compares the readings by bits.
func feed(t *testing.T, name string, next func(float64) float64, values, want []float64) {
	t.Helper()
	for i, x := range values {
		if got := next(x); !equalBits(got, want[i]) {
			t.Errorf("%s, value %d: Next(%v) = %v (%#016x), want %v (%#016x)",
				name, i, x, got, math.Float64bits(got), want[i], math.Float64bits(want[i]))
		}
	}
}

// made fails the test if a constructor refused.
func made[T any](t testing.TB) func(T, error) *T {
	return func(v T, err error) *T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return &v
	}
}
