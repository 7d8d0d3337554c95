package cipher

import "github.com/quantum-signals/quantum/core"

// trend are the flags of Cipher A: its ribbon, the crossings of its waves, and
// the candles that run with them.
//
// Source: vumanchu, VuManChu Cipher A.
func (s *signals) trend(bar *core.Candle, v *[NumReadings]float64) Flags {
	flags := when(v[EMA2]-v[EMA8] > s.rules.priceTie, RibbonUp)
	long, x, blue := s.long.Next(v[EMA2], v[EMA8]), s.x.Next(v[EMA1], v[EMA2]), s.blue.Next(v[EMA2], v[EMA3])
	flags |= when(long > 0, LongEMA) | when(long < 0, ShortEMA)
	flags |= when(x < 0, RedX) | when(x > 0, GreenX)
	flags |= when(blue > 0, BlueUp) | when(blue < 0, BlueDown)
	if cross := s.aCross.Next(v[AWT1], v[AWT2]); cross != 0 {
		flags |= s.diamond(cross, flags, v)
	}
	return flags | s.runs(bar, v, flags)
}

// diamond are the flags of a crossing of A's waves.
func (s *signals) diamond(cross int, flags Flags, v *[NumReadings]float64) Flags {
	p, wave, rsi := &s.params, v[AWT2], v[ARSI]
	if cross < 0 {
		yellow := below(p.AWTOversoldExtreme, wave) && below(wave, p.YellowBearWT) &&
			below(p.YellowRSIFloor, rsi) && below(rsi, p.YellowRSILow)
		return 1<<RedDiamond | when(flags.Has(RedX), DumpDiamond) | when(yellow, YellowXBear)
	}
	strong := below(rsi, p.YellowRSIHigh)
	if s.rules.bullAbove {
		strong = above(rsi, p.YellowRSIHigh)
	}
	yellow := below(p.YellowBullWT, wave) && below(wave, p.AWTOverboughtExtreme) && strong && below(rsi, p.YellowRSICeiling)
	return 1<<GreenDiamond | when(flags.Has(GreenX), MoonDiamond) | when(yellow, YellowXBull)
}

// runs are candles that, like the one before, close away from the ribbon, and
// open beyond it, with nothing against them.
func (s *signals) runs(bar *core.Candle, v *[NumReadings]float64, flags Flags) Flags {
	tie, open, body := s.rules.priceTie, bar.Open, bar.Close-bar.Open
	over2, over8 := open-v[EMA2], open-v[EMA8]
	run := when(min(over2, over8) > tie, BullCandle) | when(-max(over2, over8) > tie, BearCandle)
	now := when(body > tie, BullCandle) | when(-body > tie, BearCandle)
	run &= now & s.bodies
	s.bodies = now
	if run == 0 {
		return 0
	}
	againstBear := Flags(1<<GreenDiamond | 1<<RedX)
	if s.rules.greenGuard {
		againstBear = 1<<GreenDiamond | 1<<GreenX
	}
	if flags&(1<<RedDiamond|1<<RedX) != 0 {
		run &^= 1 << BullCandle
	}
	if flags&againstBear != 0 {
		run &^= 1 << BearCandle
	}
	return run
}
