package cipher

import (
	"math/bits"

	"github.com/quantum-signals/quantum/core"
)

// Pivot is an extreme of an oscillator over its two neighbours on each side.
type Pivot struct {
	OpenTime int64   // of the extreme's own bar, two bars before it is found
	Level    float64 // of the oscillator
	Price    float64 // the high of that bar for a pivot high, its low for a pivot low
}

// Event is a signal of one closed bar. It is never taken back.
type Event struct {
	Flag     Flag
	Side     core.Side
	OpenTime int64   // of the bar
	KnownAt  int64   // its close: open time and one interval
	Price    float64 // its close, in quote currency

	HasPivots bool     // true of divergences
	Pivots    [2]Pivot // the previous pivot and the latest, which lies two bars back
}

// Kind is the event's name, as in "cipher.buy".
func (e Event) Kind() string { return "cipher." + e.Flag.String() }

// IsEvent reports whether the flag makes an event where it is true. The others
// are states: the pivots, ribbon_up and the two levels of the waves.
func (f Flag) IsEvent() bool { return Flags(1)<<f&states == 0 && f >= 0 && f < NumFlags }

const states = Flags(1)<<(StochPivotLow+1) - 1 | 1<<WTIsOversold | 1<<WTIsOverbought | 1<<RibbonUp

// Side is the direction the flag speaks for; None of gold and of states.
func (f Flag) Side() core.Side {
	if f < 0 || f >= NumFlags {
		return core.None
	}
	return core.Side(bulls>>f&1) - core.Side(bears>>f&1)
}

const (
	bulls = Flags(1)<<WTBullDiv | 1<<WTBullHidden | 1<<WT2ndBullDiv | 1<<WT2ndBullHidden |
		1<<RSIBullDiv | 1<<RSIBullHidden | 1<<StochBullDiv | 1<<StochBullHidden |
		1<<CrossUp | 1<<Buy | 1<<BuyDiv | 1<<LongEMA | 1<<GreenX | 1<<BlueUp | 1<<GreenDiamond |
		1<<MoonDiamond | 1<<YellowXBull | 1<<BullCandle | 1<<BullFlag | 1<<BullDiamond
	bears = Flags(1)<<WTBearDiv | 1<<WTBearHidden | 1<<WT2ndBearDiv | 1<<WT2ndBearHidden |
		1<<RSIBearDiv | 1<<RSIBearHidden | 1<<StochBearDiv | 1<<StochBearHidden |
		1<<CrossDown | 1<<Sell | 1<<SellDiv | 1<<ShortEMA | 1<<RedX | 1<<BlueDown | 1<<RedDiamond |
		1<<DumpDiamond | 1<<YellowXBear | 1<<BearCandle | 1<<BearFlag | 1<<BearDiamond
)

// withPivots are the divergences, whose events carry both pivots.
const withPivots = Flags(1)<<CrossUp - Flags(1)<<WTBearDiv

// appendEvents appends the events of the last bar.
func (m *machine) appendEvents(dst []Event) []Event {
	for left := m.flags &^ states; left != 0; left &= left - 1 {
		dst = append(dst, Event{})
		e := &dst[len(dst)-1]
		e.describe(left, m.open, m.interval, m.close)
		if e.HasPivots {
			e.Pivots = m.signals.divs.pair(e.Flag)
		}
	}
	return dst
}

// firstOf is the first of some flags.
func firstOf(flags Flags) Flag { return Flag(bits.TrailingZeros64(uint64(flags))) }

// describe makes e the event of the first of the flags and its bar.
func (e *Event) describe(flags Flags, open int64, interval core.Interval, close float64) {
	e.Flag = firstOf(flags)
	e.Side = e.Flag.Side()
	e.OpenTime, e.KnownAt, e.Price = open, open+int64(interval), close
	e.HasPivots = withPivots.Has(e.Flag)
}
