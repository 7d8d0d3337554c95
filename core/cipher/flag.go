package cipher

// Flag is something that is true or false at each bar: its bit in Flags.
type Flag int

// The flags, in the order of the output columns. What each means is in
// Catalog.
const (
	WTPivotHigh Flag = iota
	WTPivotLow
	WT2ndPivotHigh
	WT2ndPivotLow
	WTAnyPivotHigh
	WTAnyPivotLow
	RSIPivotHigh
	RSIPivotLow
	RSIAnyPivotHigh
	RSIAnyPivotLow
	StochPivotHigh
	StochPivotLow
	WTBearDiv
	WTBullDiv
	WTBearHidden
	WTBullHidden
	WT2ndBearDiv
	WT2ndBullDiv
	WT2ndBearHidden
	WT2ndBullHidden
	RSIBearDiv
	RSIBullDiv
	RSIBearHidden
	RSIBullHidden
	StochBearDiv
	StochBullDiv
	StochBearHidden
	StochBullHidden
	CrossUp
	CrossDown
	WTIsOversold
	WTIsOverbought
	Buy
	Sell
	BuyDiv
	SellDiv
	Gold
	RibbonUp
	LongEMA
	ShortEMA
	RedX
	GreenX
	BlueUp
	BlueDown
	RedDiamond
	GreenDiamond
	DumpDiamond
	MoonDiamond
	YellowXBear
	YellowXBull
	BullCandle
	BearCandle
	BearFlag
	BullFlag
	BearDiamond
	BullDiamond

	NumFlags = 56
)

// Flags is the set of flags that are true at one bar.
type Flags uint64

// Has reports whether the flag is in the set.
func (f Flags) Has(flag Flag) bool { return f>>flag&1 != 0 }

var flagNames = [NumFlags]string{
	"wt_pivot_high",
	"wt_pivot_low",
	"wt2nd_pivot_high",
	"wt2nd_pivot_low",
	"wt_any_pivot_high",
	"wt_any_pivot_low",
	"rsi_pivot_high",
	"rsi_pivot_low",
	"rsi_any_pivot_high",
	"rsi_any_pivot_low",
	"stoch_pivot_high",
	"stoch_pivot_low",
	"wt_bear_div",
	"wt_bull_div",
	"wt_bear_hidden",
	"wt_bull_hidden",
	"wt2nd_bear_div",
	"wt2nd_bull_div",
	"wt2nd_bear_hidden",
	"wt2nd_bull_hidden",
	"rsi_bear_div",
	"rsi_bull_div",
	"rsi_bear_hidden",
	"rsi_bull_hidden",
	"stoch_bear_div",
	"stoch_bull_div",
	"stoch_bear_hidden",
	"stoch_bull_hidden",
	"cross_up",
	"cross_down",
	"wt_is_oversold",
	"wt_is_overbought",
	"buy",
	"sell",
	"buy_div",
	"sell_div",
	"gold",
	"ribbon_up",
	"long_ema",
	"short_ema",
	"red_x",
	"green_x",
	"blue_up",
	"blue_down",
	"red_diamond",
	"green_diamond",
	"dump_diamond",
	"moon_diamond",
	"yellow_x_bear",
	"yellow_x_bull",
	"bull_candle",
	"bear_candle",
	"bear_flag",
	"bull_flag",
	"bear_diamond",
	"bull_diamond",
}

// String is the flag's name, as in columns and JSON.
func (f Flag) String() string {
	if f < 0 || f >= NumFlags {
		return ""
	}
	return flagNames[f]
}

// FlagByName finds a flag by its name.
func FlagByName(name string) (Flag, bool) {
	for i, n := range flagNames {
		if n == name {
			return Flag(i), true
		}
	}
	return 0, false
}
