package core

// Code is the kind of a failure. The numbers are the statuses of the wasm ABI
// and the names (Code.String) those of HTTP, WebSocket and TypeScript: one
// list for all.
type Code int32

const (
	OK              Code = 0
	InvalidParam    Code = -1 // a parameter breaks its bound
	InvalidBar      Code = -2 // a bar breaks a rule of its fields
	OutOfOrder      Code = -3 // a bar opens before its predecessor has closed
	NoBars          Code = -4 // nothing to compute from
	Overflow        Code = -5 // volume does not fit its unit, or rows their limit
	InvalidSnapshot Code = -6 // not a snapshot, or of another engine or parameters
	OutOfMemory     Code = -7 // the module reached its memory limit
	InvalidHandle   Code = -8 // no such engine in the module
	InvalidPointer  Code = -9 // an offset or count outside the module's memory
)

var codeNames = [...]string{
	"ok", "invalid_parameter", "invalid_bar", "out_of_order", "no_bars", "overflow",
	"invalid_snapshot", "out_of_memory", "invalid_handle", "invalid_pointer",
}

// String is the code's stable name, as in problem+json.
func (c Code) String() string {
	if i := int(-c); i >= 0 && i < len(codeNames) {
		return codeNames[i]
	}
	return "unknown"
}

// Rule says how a value broke its bound, so that every host can say the same
// sentence.
type Rule int32

const (
	RuleNone       Rule = iota
	RuleRange           // Low <= value <= High
	RuleRangeOpen       // Low < value <= High
	RuleRangeBelow      // Low <= value < High
	RuleAtLeast         // value >= Low
	RuleAtMost          // value <= High
	RuleAbove           // value > Low
	RuleBelow           // value < High
	RuleWhole           // a whole number, Low <= value <= High
	RuleBool            // 0 or 1
	RuleInterval        // a whole number of seconds, 1s to 4w
	RuleDivisor         // 0, or a divisor of High
	RulePowerOfTwo      // a power of two
	RuleOneOf           // one of the names in Text
	RuleExclusive       // exactly one of the fields in Text
	RuleKnown           // the name is not in the catalog
	RuleFits            // a value of at least Low would fit
)

// Error is a refusal of some input. It names the field, its value and the
// bound, and for a bar its place in the series. Compare Code to tell kinds
// apart; errors.As finds the rest.
type Error struct {
	Code      Code
	Rule      Rule
	Field     string  // parameter or candle field, as in the catalog
	Index     int     // place of the bar, -1 where no bar is meant
	Value     float64 // what was given, absent if it was no number
	Low, High float64 // the bounds Rule speaks of
	Text      string  // what was given if no number; or the names Rule speaks of
}
