package server

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendFloat appends v to JSON text in the shortest form that reads back as
// the same bits; null for a value that does not exist or has no JSON.
func AppendFloat(b []byte, v float64) []byte {
	switch magnitude := math.Abs(v); {
	case magnitude < 1e15 && v == math.Trunc(v) && (v != 0 || !math.Signbit(v)):
		return strconv.AppendInt(b, int64(v), 10)
	case magnitude >= 1e-6 && magnitude < 1e21 || v == 0:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	case magnitude <= math.MaxFloat64:
		b = strconv.AppendFloat(b, v, 'e', -1, 64)
		if n := len(b); b[n-3] == '-' && b[n-2] == '0' { // 1e-7, as every JSON writer has it
			b = append(b[:n-2], b[n-1])
		}
		return b
	}
	return append(b, "null"...)
}

// AppendFloats appends a column as a JSON array.
func AppendFloats(b []byte, column []float64) []byte {
	b = append(b, '[')
	for i, v := range column {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendFloat(b, v)
	}
	return append(b, ']')
}

// AppendInts appends a column as a JSON array.
func AppendInts(b []byte, column []int64) []byte {
	b = append(b, '[')
	for i, v := range column {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, v, 10)
	}
	return append(b, ']')
}

// AppendText appends a JSON string.
func AppendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ' || r == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
