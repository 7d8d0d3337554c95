package cipher_test

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// rawBar makes a bar of six bytes whose prices have few bits but any exponent:
// subnormal and huge ones, zeros of both signs, and bars that are refused.
func rawBar(b []byte, open int64) core.Candle {
	price := func(mantissa, exponent byte) float64 {
		bits := uint64(mantissa&0x80)<<56 | uint64(exponent)*5<<52&(0x7FF<<52) | uint64(mantissa&0x7F)<<45
		if exponent == 0 {
			bits = uint64(mantissa&0x80)<<56 | uint64(mantissa&0x7F)
		}
		return math.Float64frombits(bits)
	}
	a, c := price(b[0], b[1]), price(b[2], b[1]^b[3]&1)
	high, low := max(a, c), min(a, c)
	if b[4]&1 != 0 {
		high = max(high, price(b[5], b[1]))
	}
	if b[4]&2 != 0 {
		low = min(low, price(b[5], b[1]))
	}
	return core.Candle{OpenTime: open, Open: a, High: high, Low: low, Close: c}
}
