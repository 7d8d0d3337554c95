package core

import "math"

// maxExact is 2^53: up to it every whole number is a binary64.
const maxExact = 1 << 53

// appendNumber writes v as JSON: its digits and a power of ten that together
// give v back exactly, null where there are none. It serves the numbers of a
// catalog, written by people as short decimals or powers of two; a test reads
// each of them back.
func appendNumber(dst []byte, v float64) []byte {
	if !(math.Abs(v) <= math.MaxFloat64) {
		return append(dst, "null"...)
	}
	power := 1.0
	for places := 0; places <= 22; places++ { // 10^22 is the last exact power of ten
		digits := v * power
		if math.Abs(digits) >= maxExact {
			break
		}
		if digits == math.Trunc(digits) && digits/power == v {
			return appendDecimal(dst, int64(digits), places)
		}
		power *= 10
	}
	power = 1e22
	for zeros := 22; zeros > 0; zeros-- {
		digits := v / power
		if math.Abs(digits) < maxExact && digits == math.Trunc(digits) && digits*power == v {
			return append(append(append(dst, itoa(int64(digits))...), 'e'), itoa(int64(zeros))...)
		}
		power /= 10
	}
	return append(dst, "null"...)
}

// appendDecimal writes digits / 10^places.
func appendDecimal(dst []byte, digits int64, places int) []byte {
	if digits < 0 {
		dst, digits = append(dst, '-'), -digits
	}
	text := itoa(digits)
	for len(text) <= places {
		text = "0" + text
	}
	dst = append(dst, text[:len(text)-places]...)
	if places > 0 {
		dst = append(append(dst, '.'), text[len(text)-places:]...)
	}
	return dst
}
