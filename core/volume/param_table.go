package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// NumParams is how many parameters there are.
const NumParams = 8

// Places in catalog order.
const (
	paramRows = iota
	paramRowSize
	paramValueArea
	paramExpansion
	paramSpread
	paramNodeStrength
	paramNodeSmoothing
	paramVolumeUnit
)

// paramSpec is a parameter's name, bounds and meaning.
type paramSpec struct {
	name     string
	kind     string // core.KindInt and so on
	rule     core.Rule
	value    float64 // default, absent where there is none
	low      float64
	high     float64
	optional bool // 0 in Params and vectors says it is not given
	choices  []string
	unit     string
	meaning  string
}

// paramTable has every parameter in catalog order.
var paramTable = [NumParams]paramSpec{
	{
		name: "rows", kind: core.KindInt, rule: core.RuleWhole, value: DefaultRows, low: 1, high: MaxRows, optional: true,
		unit: "rows", meaning: "Number of rows between the least low and the greatest high. Give this or row_size.",
	},
	{
		name: "row_size", kind: core.KindFloat, rule: core.RuleRangeOpen, value: core.Absent(), low: 0, high: core.MaxPrice, optional: true,
		unit: "quote", meaning: "Height of a row in price; edges are whole multiples of it. At most 5000 rows may result.",
	},
	{
		name: "value_area", kind: core.KindFloat, rule: core.RuleRangeOpen, value: 0.70, low: 0, high: 1,
		meaning: "Share of the volume inside the value area.",
	},
	{
		name: "expansion", kind: core.KindEnum, rule: core.RuleWhole, value: 0, low: 0, high: 1, choices: []string{"pairs", "single"},
		meaning: "Whether the value area grows by the larger of the next two rows above and below, or of the next one.",
	},
	{
		name: "spread", kind: core.KindEnum, rule: core.RuleWhole, value: 0, low: 0, high: 1, choices: []string{"uniform", "close"},
		meaning: "Whether a bar's volume is laid evenly from low to high, or all on its close.",
	},
	{
		name: "node_strength", kind: core.KindFloat, rule: core.RuleRangeBelow, value: 0.10, low: 0, high: 1,
		meaning: "Least prominence of a node, as a share of the greatest smoothed row; below 1.",
	},
	{
		name: "node_smoothing", kind: core.KindInt, rule: core.RuleWhole, value: 1, low: 0, high: 10,
		unit: "passes", meaning: "Passes of the [1 2 1]/4 kernel over the rows before nodes are looked for.",
	},
	{
		name: "volume_unit", kind: core.KindFloat, rule: core.RulePowerOfTwo, value: core.Absent(), low: 0x1p-1074, high: 0x1p1023, optional: true,
		unit: "base", meaning: "Unit volume is counted in, a power of two. By default one that fits the bars, or 2^-20 for a live profile.",
	},
}

// check reports whether value keeps the parameter's bound.
func (s *paramSpec) check(value float64) error {
	ok := false
	switch s.rule {
	case core.RuleWhole:
		ok = value >= s.low && value <= s.high && value == math.Floor(value)
	case core.RuleRangeOpen:
		ok = value > s.low && value <= s.high
	case core.RuleRangeBelow:
		ok = value >= s.low && value < s.high
	case core.RulePowerOfTwo:
		ok = isPowerOfTwo(value)
	}
	if ok {
		return nil
	}
	return &core.Error{
		Code: core.InvalidParam, Field: s.name, Index: -1, Value: core.Canonical(value), Rule: s.rule, Low: s.low, High: s.high,
	}
}

// unknownParam is the error of a name the catalog has not.
func unknownParam(name string, value float64) error {
	return &core.Error{Code: core.InvalidParam, Field: name, Index: -1, Value: core.Canonical(value), Rule: core.RuleKnown}
}

// wrongCount is the error of a vector of another length.
func wrongCount(n int) error {
	return &core.Error{
		Code: core.InvalidParam, Field: "params", Index: -1, Value: float64(n), Rule: core.RuleWhole, Low: NumParams, High: NumParams,
	}
}
