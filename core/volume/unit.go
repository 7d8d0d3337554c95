package volume

import (
	"math"
	"math/bits"

	"github.com/quantum-signals/quantum/core"
)

const (
	// maxBarUnits is the most volume one bar may have, in units.
	maxBarUnits = 1 << 62
	// maxUnits is the most a profile may hold. It leaves room for what the
	// rounding of parts adds to rows under bars of over 2^53 units, so that no
	// accumulator wraps.
	maxUnits = 1<<63 - 1<<20

	two52 = 1 << 52
)

// unitOf is the default unit of a one-shot profile whose greatest volume of
// one bar is most: 2^(ceil(log2(most)) - 40), or the least binary64 where that
// is smaller, or DefaultUnit where there is no volume.
func unitOf(most float64) float64 {
	if most == 0 {
		return DefaultUnit
	}
	return powerOfTwo(max(ceilLog2(most)-40, -1074))
}

// ceilLog2 is ceil(log2(v)) of a finite v > 0, read off its exponent.
func ceilLog2(v float64) int {
	down := 0
	if v < 0x1p-1022 {
		v *= two52
		down = 52
	}
	b := math.Float64bits(v)
	up := 0
	if b%two52 != 0 {
		up = 1
	}
	return int(b/two52) - 1023 - down + up
}

// powerOfTwo is 2^e for e from -1074 to 1023.
func powerOfTwo(e int) float64 {
	if e < -1022 {
		return math.Float64frombits(1 << (e + 1074))
	}
	return math.Float64frombits(uint64(e+1023) << 52)
}

// isPowerOfTwo reports whether v is a power of two that binary64 holds.
func isPowerOfTwo(v float64) bool {
	b := math.Float64bits(v)
	if b < two52 {
		return bits.OnesCount64(b) == 1
	}
	return b%two52 == 0 && v > 0 && v <= math.MaxFloat64
}

// meter turns volumes into units. Scaling by a power of two is exact; it takes
// two factors because 1/unit alone may be past binary64.
type meter struct {
	unit, scale, rest float64
}

func newMeter(unit float64) meter {
	e := ceilLog2(unit)
	return meter{unit, powerOfTwo(min(-e, 1000)), powerOfTwo(max(-e-1000, 0))}
}

// count is volume in units, rounded half to even, as a whole binary64. It is
// over maxBarUnits where the volume does not fit.
func (m meter) count(volume float64) float64 {
	x := float64(volume * m.scale * m.rest)
	if x < two52 {
		return x + two52 - two52
	}
	return x
}

// tooMuch is the error of bar index, with that volume, that does not fit the
// unit beside the others. The unit it says would fit counts total, the volume
// of all, in at most maxBarUnits, and where rows are narrow in so much less
// that the strain fits too.
//
//go:noinline
func (m meter) tooMuch(index int, volume, total float64, narrow bool) error {
	e := ceilLog2(max(volume, total)) - 62
	if narrow {
		e += 13 // over MaxRows times less
	}
	return &core.Error{
		Code: core.Overflow, Field: "volume", Index: index, Value: volume,
		Rule: core.RuleFits, Low: max(m.unit, powerOfTwo(max(e, -1074))), Text: "volume_unit",
	}
}

// inBase is units in base currency, rounded before it meets a sum.
func inBase(units int64, unit float64) float64 { return float64(float64(units) * unit) }
