package ta

import "github.com/quantum-signals/quantum/core"

// MaxPeriod is the longest look-back in bars that a constructor accepts.
const MaxPeriod = 1_000_000

// checkPeriod refuses a look-back outside least and MaxPeriod, naming it.
func checkPeriod(period, least int) error {
	if period >= least && period <= MaxPeriod {
		return nil
	}
	return &core.Error{
		Code: core.InvalidParam, Rule: core.RuleWhole, Field: "period", Index: -1,
		Value: float64(period), Low: float64(least), High: MaxPeriod,
	}
}

// Tie is the difference up to which two oscillator values, of the order of 100,
// count as equal wherever they are compared. TradingView compares so.
const Tie = 1e-10

func absent(x float64) bool { return x != x }

// canonicalise makes every NaN the one that stands for absent.
func canonicalise(values []float64) {
	for i, v := range values {
		values[i] = core.Canonical(v)
	}
}

// move copies the values to the front of memory.
func move(values, memory []float64) (moved, rest []float64) {
	n := len(values)
	moved, rest = memory[:n:n], memory[n:]
	copy(moved, values)
	return moved, rest
}
