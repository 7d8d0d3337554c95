package cipher

import "github.com/quantum-signals/quantum/core/ta"

// Values within a tie of each other are equal wherever they are compared, as
// TradingView has it. Prices have a tie of their own, the preset's; these are
// of oscillator values. A comparison with an absent value is false.

func above(a, b float64) bool   { return a-b > ta.Tie }
func below(a, b float64) bool   { return b-a > ta.Tie }
func atLeast(a, b float64) bool { return a-b >= -ta.Tie }
func atMost(a, b float64) bool  { return b-a >= -ta.Tie }

// when is the flag's bit if the condition holds. It compiles without a branch.
func when(condition bool, flag Flag) Flags {
	var bit Flags
	if condition {
		bit = 1
	}
	return bit << flag
}
