package cipher

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// NumParams is how many parameters there are, the preset included.
const NumParams = 65

// paramKind is what values a parameter takes.
type paramKind uint8

const (
	whole     paramKind = iota // a whole number from low to high
	real                       // a number from low to high
	realAbove                  // a number above low and at most high
	boolean                    // 0 or 1
	enum                       // the place of a name
	minutes                    // 0, or a divisor of high
)

// paramSpec is a parameter's name, kind, default and bounds.
type paramSpec struct {
	name             string
	kind             paramKind
	value, low, high float64
}

// paramTable has every parameter in catalog order.
var paramTable = [NumParams]paramSpec{
	{"preset", enum, 0, 0, 1},
	{"wt_channel_period", whole, 9, 1, 1000},
	{"wt_average_period", whole, 12, 1, 1000},
	{"wt_signal_period", whole, 3, 1, 1000},
	{"a_wt_channel_period", whole, 9, 1, 1000},
	{"a_wt_average_period", whole, 13, 1, 1000},
	{"a_wt_signal_period", whole, 3, 1, 1000},
	{"wt_overbought", real, 53, -1000, 1000},
	{"wt_oversold", real, -53, -1000, 1000},
	{"wt_oversold_extreme", real, -75, -1000, 1000},
	{"a_wt_overbought_extreme", real, 100, -1000, 1000},
	{"a_wt_oversold_extreme", real, -80, -1000, 1000},
	{"mf_period", whole, 60, 1, 1000},
	{"mf_multiplier", realAbove, 150, 0, 1e6},
	{"mf_offset", real, 2.5, -1e6, 1e6},
	{"rsi_period", whole, 14, 1, 1000},
	{"a_rsi_period", whole, 14, 1, 1000},
	{"stoch_rsi_period", whole, 14, 1, 1000},
	{"stoch_period", whole, 14, 2, 1000},
	{"stoch_k_period", whole, 3, 1, 1000},
	{"stoch_d_period", whole, 3, 1, 1000},
	{"stoch_log", boolean, 1, 0, 1},
	{"stoch_average_kd", boolean, 0, 0, 1},
	{"stc_period", whole, 10, 2, 1000},
	{"stc_fast_period", whole, 23, 1, 1000},
	{"stc_slow_period", whole, 50, 1, 1000},
	{"stc_factor", realAbove, 0.5, 0, 1},
	{"ribbon_period1", whole, 5, 1, 1000},
	{"ribbon_period2", whole, 11, 1, 1000},
	{"ribbon_period3", whole, 15, 1, 1000},
	{"ribbon_period4", whole, 18, 1, 1000},
	{"ribbon_period5", whole, 21, 1, 1000},
	{"ribbon_period6", whole, 24, 1, 1000},
	{"ribbon_period7", whole, 28, 1, 1000},
	{"ribbon_period8", whole, 34, 1, 1000},
	{"wt_div_high", real, 45, -1000, 1000},
	{"wt_div_low", real, -65, -1000, 1000},
	{"wt_div2_high", real, 15, -1000, 1000},
	{"wt_div2_low", real, -40, -1000, 1000},
	{"rsi_div_high", real, 60, 0, 100},
	{"rsi_div_low", real, 30, 0, 100},
	{"hidden_unlimited", boolean, 1, 0, 1},
	{"wt_div_dots", boolean, 1, 0, 1},
	{"wt_div2_dots", boolean, 1, 0, 1},
	{"rsi_div_dots", boolean, 0, 0, 1},
	{"stoch_div_dots", boolean, 0, 0, 1},
	{"gold_rise", real, 5, 0, 1000},
	{"gold_rsi", real, 30, 0, 100},
	{"yellow_bear_wt", real, 45, -1000, 1000},
	{"yellow_bull_wt", real, 55, -1000, 1000},
	{"yellow_rsi_floor", real, 15, 0, 100},
	{"yellow_rsi_low", real, 30, 0, 100},
	{"yellow_rsi_high", real, 70, 0, 100},
	{"yellow_rsi_ceiling", real, 85, 0, 100},
	{"flag_minutes", minutes, 720, 0, 1440},
	{"diamond1_minutes", minutes, 60, 0, 1440},
	{"diamond2_minutes", minutes, 240, 0, 1440},
	{"flag_mf_bear", real, 0, -1000, 1000},
	{"flag_mf_bull", real, 0, -1000, 1000},
	{"flag_wt_bear", real, 0, -1000, 1000},
	{"flag_wt_bull", real, 0, -1000, 1000},
	{"flag_fast_bear", real, 0, -1000, 1000},
	{"flag_fast_bull", real, 0, -1000, 1000},
	{"diamond_wt_bear", real, 0, -1000, 1000},
	{"diamond_wt_bull", real, 0, -1000, 1000},
}

// slot points at one field of Params.
type slot struct {
	whole   *int
	real    *float64
	boolean *bool
}

// slots are the fields of p in catalog order.
func (p *Params) slots(s *[NumParams]slot) {
	*s = [NumParams]slot{
		{whole: (*int)(&p.Preset)},
		{whole: &p.WTChannelPeriod},
		{whole: &p.WTAveragePeriod},
		{whole: &p.WTSignalPeriod},
		{whole: &p.AWTChannelPeriod},
		{whole: &p.AWTAveragePeriod},
		{whole: &p.AWTSignalPeriod},
		{real: &p.WTOverbought},
		{real: &p.WTOversold},
		{real: &p.WTOversoldExtreme},
		{real: &p.AWTOverboughtExtreme},
		{real: &p.AWTOversoldExtreme},
		{whole: &p.MFPeriod},
		{real: &p.MFMultiplier},
		{real: &p.MFOffset},
		{whole: &p.RSIPeriod},
		{whole: &p.ARSIPeriod},
		{whole: &p.StochRSIPeriod},
		{whole: &p.StochPeriod},
		{whole: &p.StochKPeriod},
		{whole: &p.StochDPeriod},
		{boolean: &p.StochLog},
		{boolean: &p.StochAverageKD},
		{whole: &p.STCPeriod},
		{whole: &p.STCFastPeriod},
		{whole: &p.STCSlowPeriod},
		{real: &p.STCFactor},
		{whole: &p.RibbonPeriods[0]},
		{whole: &p.RibbonPeriods[1]},
		{whole: &p.RibbonPeriods[2]},
		{whole: &p.RibbonPeriods[3]},
		{whole: &p.RibbonPeriods[4]},
		{whole: &p.RibbonPeriods[5]},
		{whole: &p.RibbonPeriods[6]},
		{whole: &p.RibbonPeriods[7]},
		{real: &p.WTDivHigh},
		{real: &p.WTDivLow},
		{real: &p.WTDiv2High},
		{real: &p.WTDiv2Low},
		{real: &p.RSIDivHigh},
		{real: &p.RSIDivLow},
		{boolean: &p.HiddenUnlimited},
		{boolean: &p.WTDivDots},
		{boolean: &p.WTDiv2Dots},
		{boolean: &p.RSIDivDots},
		{boolean: &p.StochDivDots},
		{real: &p.GoldRise},
		{real: &p.GoldRSI},
		{real: &p.YellowBearWT},
		{real: &p.YellowBullWT},
		{real: &p.YellowRSIFloor},
		{real: &p.YellowRSILow},
		{real: &p.YellowRSIHigh},
		{real: &p.YellowRSICeiling},
		{whole: &p.FlagMinutes},
		{whole: &p.Diamond1Minutes},
		{whole: &p.Diamond2Minutes},
		{real: &p.FlagMFBear},
		{real: &p.FlagMFBull},
		{real: &p.FlagWTBear},
		{real: &p.FlagWTBull},
		{real: &p.FlagFastBear},
		{real: &p.FlagFastBull},
		{real: &p.DiamondWTBear},
		{real: &p.DiamondWTBull},
	}
}

func (s *slot) get() float64 {
	switch {
	case s.whole != nil:
		return float64(*s.whole)
	case s.real != nil:
		return *s.real + 0 // a negative zero is zero, so that equal parameters have equal bits
	case *s.boolean:
		return 1
	}
	return 0
}

// set stores a value that check has accepted.
func (s *slot) set(value float64) {
	switch {
	case s.whole != nil:
		*s.whole = int(value)
	case s.real != nil:
		*s.real = value + 0
	default:
		*s.boolean = value != 0
	}
}

// check reports whether the value keeps the parameter's bound. It comes before
// any conversion to int: out of range, those differ between processors.
func (s *paramSpec) check(value float64) error {
	ok, rule := value >= s.low && value <= s.high, core.RuleRange
	switch s.kind {
	case whole, enum:
		ok, rule = ok && value == math.Floor(value), core.RuleWhole
	case realAbove:
		ok, rule = ok && value > s.low, core.RuleRangeOpen
	case boolean:
		ok, rule = value == 0 || value == 1, core.RuleBool
	case minutes:
		ok = ok && value == math.Floor(value) && (value == 0 || int(s.high)%int(value) == 0)
		rule = core.RuleDivisor
	}
	if ok {
		return nil
	}
	return &core.Error{Code: core.InvalidParam, Rule: rule, Field: s.name, Index: -1, Value: core.Canonical(value), Low: s.low, High: s.high}
}

// checkSchaff holds the fast period of the Schaff cycle below the slow one.
func (p *Params) checkSchaff() error {
	if p.STCFastPeriod < p.STCSlowPeriod {
		return nil
	}
	return &core.Error{
		Code: core.InvalidParam, Rule: core.RuleBelow, Field: "stc_fast_period", Index: -1,
		Value: float64(p.STCFastPeriod), High: float64(p.STCSlowPeriod),
	}
}

func unknownParam(name string, value float64) error {
	return &core.Error{Code: core.InvalidParam, Rule: core.RuleKnown, Field: name, Index: -1, Value: core.Canonical(value)}
}

// wrongCount refuses a vector that is not NumParams long.
func wrongCount(count int) error {
	return &core.Error{
		Code: core.InvalidParam, Rule: core.RuleWhole, Field: "params", Index: -1,
		Value: float64(count), Low: NumParams, High: NumParams,
	}
}
