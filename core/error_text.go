//go:build !tinygo

package core

import "strconv"

// Error is one sentence naming bar, field, value and bound. The wasm build
// leaves it out: hosts build the sentence from the numbers.
func (e *Error) Error() string {
	s := ""
	if e.Index >= 0 {
		s = "bar " + strconv.Itoa(e.Index) + ": "
	}
	if e.Field != "" {
		s += e.Field + " "
	}
	return s + e.complaint()
}

func (e *Error) complaint() string {
	is := "is " + number(e.Value) + ", must be "
	low, high := number(e.Low), number(e.High)
	switch e.Rule {
	case RuleRange:
		return is + "from " + low + " to " + high
	case RuleRangeOpen:
		return is + "above " + low + " and at most " + high
	case RuleRangeBelow:
		return is + "at least " + low + " and below " + high
	case RuleAtLeast:
		return is + "at least " + low
	case RuleAtMost:
		return is + "at most " + high
	case RuleAbove:
		return is + "above " + low
	case RuleBelow:
		return is + "below " + high
	case RuleWhole:
		return is + "a whole number from " + low + " to " + high
	case RuleBool:
		return is + "0 or 1"
	case RuleInterval:
		given := e.Text
		if e.Value == e.Value {
			given = number(e.Value) + " ms"
		}
		return "is " + strconv.Quote(given) + ", must be a whole number of s, m, h, d or w from 1s to 4w, as in 15m"
	case RuleDivisor:
		return is + "0 or a divisor of " + high
	case RulePowerOfTwo:
		return is + "a power of two"
	case RuleOneOf:
		return is + "one of " + e.Text
	case RuleExclusive:
		return "needs exactly one of " + e.Text
	case RuleKnown:
		return "is not a known name"
	case RuleFits:
		return "is " + number(e.Value) + ", which does not fit; " + e.Text + " of at least " + low + " would"
	}
	if e.Text != "" {
		return e.Text
	}
	return e.Code.String()
}

// number writes whole numbers plainly, so that times stay readable.
func number(v float64) string {
	if v > -1e15 && v < 1e15 && v == float64(int64(v)) {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
