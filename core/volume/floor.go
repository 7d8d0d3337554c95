//go:build !tinygo

package volume

// floor is the units in x, which is from 0 to 2^52.
func floor(x float64) int64 { return int64(x) }
