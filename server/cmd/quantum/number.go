package main

import (
	"math"
	"strconv"
)

func appendInt(b []byte, v int64) []byte { return strconv.AppendInt(b, v, 10) }

// appendFloat appends v to CSV: the shortest digits that read back as the same
// bits, a decimal point always, an exponent below 1e-4 and from 1e16 on; empty
// for what is absent. It is how the reference vectors are written.
func appendFloat(b []byte, v float64) []byte {
	magnitude := math.Abs(v)
	switch {
	case v != v:
		return b
	case magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16):
		return strconv.AppendFloat(b, v, 'e', -1, 64)
	}
	from := len(b)
	b = strconv.AppendFloat(b, v, 'f', -1, 64)
	for _, c := range b[from:] {
		if c == '.' {
			return b
		}
	}
	return append(b, '.', '0')
}
