// Package floor has the arithmetic of the core's readings as plain loops, one
// written by hand for each: what the machine allows. They do what core does,
// operation for operation, so their bits are the same, and nothing else: no
// gaps, no parameters to check, no snapshots. Where the obvious loop is slow,
// as in sums and extremes of windows, they are the fastest known to us.
//
// A function takes a whole series, oldest first, none absent and at least as
// long as its warm-up; a type takes one value a bar and has its periods in it.
package floor

import "math"

// absent is the canonical NaN of a reading that does not exist.
func absent() float64 { return math.Float64frombits(0x7FF8000000000000) }

// blank marks the first n readings absent.
func blank(dst []float64, n int) {
	fill(dst[:n], absent())
}
