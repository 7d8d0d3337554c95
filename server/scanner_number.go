package server

import (
	"math"
	"strconv"
)

// exactPowers are the powers of ten that binary64 holds exactly.
var exactPowers = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// MaxExact is 2^53: up to it every whole number is a binary64.
const MaxExact = 1 << 53

// Float consumes a number and returns the binary64 nearest to it, an infinity
// where it is beyond all of them: JSON has no other way to write one, and the
// rules of each field refuse it.
func (s *Scanner) Float() (float64, bool) {
	if s.Kind() != '0' {
		s.Skip()
		return 0, false
	}
	v := s.number()
	return v, s.err == nil
}

// Int consumes a whole number of at most 2^53 in magnitude, however written:
// 1e3 is 1000.
func (s *Scanner) Int() (int64, bool) {
	v, ok := s.Float()
	if !ok || v != math.Trunc(v) || math.Abs(v) > MaxExact {
		return 0, false
	}
	return int64(v), true
}

// AppendFloats consumes an array of numbers and appends them to dst. Whatever
// else is in the array is appended as NaN after bad heard its place and text;
// a value that is no array is not ok.
func (s *Scanner) AppendFloats(dst []float64, bad func(i int, raw []byte)) ([]float64, bool) {
	ok := true
	for i := range s.Array(&ok) {
		if s.Kind() == '0' {
			dst = append(dst, s.number())
			continue
		}
		if raw := s.Raw(); s.err == nil {
			bad(i, raw)
			dst = append(dst, math.NaN())
		}
	}
	return dst, ok
}

// number consumes a number; the next byte is its first. The result is
// correctly rounded: digits that fit 2^53 and a power of ten that binary64
// holds exactly need one operation and so one rounding (Clinger, 1990), the
// rest goes to strconv.
func (s *Scanner) number() float64 {
	d, i := s.data, s.at
	negative := d[i] == '-'
	if negative {
		i++
	}
	first := i
	mantissa, i := digits(d, i, 0)
	switch {
	case i == first:
		s.fail("not a number")
		return 0
	case d[first] == '0' && i-first > 1:
		s.fail("a number with a leading zero")
		return 0
	}
	count, exponent := i-first, 0
	if i < len(d) && d[i] == '.' {
		point := i + 1
		mantissa, i = digits(d, point, mantissa)
		if i == point {
			s.fail("a decimal point without digits")
			return 0
		}
		exponent = point - i
		count += i - point
	}
	plain := true
	if i < len(d) && (d[i] == 'e' || d[i] == 'E') {
		plain = false
		i++
		if i < len(d) && (d[i] == '+' || d[i] == '-') {
			i++
		}
		from := i
		if _, i = digits(d, i, 0); i == from {
			s.fail("an exponent without digits")
			return 0
		}
	}
	text := d[s.at:i]
	s.at = i
	if plain && count <= 19 && mantissa <= MaxExact && -exponent < len(exactPowers) {
		v := float64(mantissa) / exactPowers[-exponent]
		if negative {
			return -v
		}
		return v
	}
	v, err := strconv.ParseFloat(unsafeString(text), 64)
	if err != nil && !math.IsInf(v, 0) {
		s.fail("not a number")
	}
	return v
}

// digits folds the decimal digits from place i on into m; after 19 of them m
// has wrapped and is not to be used.
func digits(d []byte, i int, m uint64) (uint64, int) {
	for i < len(d) && d[i]-'0' <= 9 {
		m = m*10 + uint64(d[i]-'0')
		i++
	}
	return m, i
}
