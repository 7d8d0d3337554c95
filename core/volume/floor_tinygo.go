//go:build tinygo

package volume

import "math"

// floor is the units in x, which is from 0 to 2^52. The conversion Go's compiler
// makes one instruction of is several branches in wasm; this has none.
func floor(x float64) int64 {
	near := x + two52
	over := int64(0)
	if near-two52 > x {
		over = 1
	}
	return int64(math.Float64bits(near)%two52) - over
}
