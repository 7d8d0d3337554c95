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
	switch e.Rule {
	case RuleNone:
		if e.Text != "" {
			return e.Text
		}
		return e.Code.String()
	case RuleInterval:
		given := e.Text
		if e.Value == e.Value {
			given = number(e.Value) + " ms"
		}
		return "is " + strconv.Quote(given) + ", must be " + e.Bound()
	case RuleExclusive:
		return "needs " + e.Bound()
	case RuleKnown:
		return "is not " + e.Bound()
	case RuleFits:
		return "is " + number(e.Value) + ", which does not fit; " + e.Bound() + " would"
	}
	return "is " + number(e.Value) + ", must be " + e.Bound()
}

// Bound is what the rule asks for, as it reads after "must be".
func (e *Error) Bound() string {
	low, high := number(e.Low), number(e.High)
	switch e.Rule {
	case RuleRange:
		return "from " + low + " to " + high
	case RuleRangeOpen:
		return "above " + low + " and at most " + high
	case RuleRangeBelow:
		return "at least " + low + " and below " + high
	case RuleAtLeast:
		return "at least " + low
	case RuleAtMost:
		return "at most " + high
	case RuleAbove:
		return "above " + low
	case RuleBelow:
		return "below " + high
	case RuleWhole:
		return "a whole number from " + low + " to " + high
	case RuleBool:
		return "0 or 1"
	case RuleInterval:
		return "a whole number of s, m, h, d or w from 1s to 4w, as in 15m"
	case RuleDivisor:
		return "0 or a divisor of " + high
	case RulePowerOfTwo:
		return "a power of two"
	case RuleOneOf:
		return "one of " + e.Text
	case RuleExclusive:
		return "exactly one of " + e.Text
	case RuleKnown:
		return "a known name"
	case RuleFits:
		return e.Text + " of at least " + low
	}
	return ""
}

var ruleNames = [...]string{
	"none", "range", "range_open", "range_below", "at_least", "at_most", "above", "below",
	"whole", "bool", "interval", "divisor", "power_of_two", "one_of", "exclusive", "known", "fits",
}

// String is the rule's stable name, as in the errors of problem+json.
func (r Rule) String() string {
	if r < 0 || int(r) >= len(ruleNames) {
		return "unknown"
	}
	return ruleNames[r]
}

// number writes whole numbers plainly, so that times stay readable.
func number(v float64) string {
	if v > -1e15 && v < 1e15 && v == float64(int64(v)) {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
