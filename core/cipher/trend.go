package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// trend are the flags of Cipher A: its ribbon, the crossings of its waves, and
// the candles that run with them.
//
// Source: vumanchu, VuManChu Cipher A.
type trend struct {
	params *Params
	rules  rules
	cross  ta.Crossing // of the waves
	long   ta.Order    // of ema2 and ema8
	x      ta.Order    // of ema1 and ema2
	blue   ta.Order    // of ema2 and ema3
	bodies Flags       // whether the bar before closed above its open, or below, as bull or bear candle
}

func (s *trend) init(p *Params, r *rules) { s.params, s.rules, s.cross.Tie = p, *r, ta.Tie }

// next commits one bar and returns its flags.
func (s *trend) next(open, close, ema1, ema2, ema3, ema8, wt1, wt2, rsi float64) Flags {
	flags := when(ema2-ema8 > s.rules.priceTie, RibbonUp)
	flags |= turned(s.long.Next(ema2, ema8), LongEMA, ShortEMA)
	flags |= turned(s.x.Next(ema1, ema2), GreenX, RedX)
	flags |= turned(s.blue.Next(ema2, ema3), BlueUp, BlueDown)
	if cross := s.cross.Next(wt1, wt2); cross != 0 {
		flags |= s.diamond(cross, wt2, rsi, flags)
	}
	return flags | s.runs(close-open, open-ema2, open-ema8, flags)
}

// turned is the flag of two averages that have changed places.
func turned(order int, up, down Flag) Flags {
	if order == 0 {
		return 0
	}
	return when(order > 0, up) | when(order < 0, down)
}

// column is next over a run of bars, a flag or two at a time; it adds to their
// flags.
func (s *trend) column(w *work, c *core.Columns) {
	flags, tie := w.flags, s.rules.priceTie
	col := func(r Reading) []float64 { return w.values[r][:len(flags)] }
	ema1, ema2, ema3, ema8 := col(EMA1), col(EMA2), col(EMA3), col(EMA8)
	for i := range flags {
		flags[i] |= when(ema2[i]-ema8[i] > tie, RibbonUp) | turned(s.long.Next(ema2[i], ema8[i]), LongEMA, ShortEMA)
	}
	for i := range flags {
		flags[i] |= turned(s.x.Next(ema1[i], ema2[i]), GreenX, RedX)
	}
	for i := range flags {
		flags[i] |= turned(s.blue.Next(ema2[i], ema3[i]), BlueUp, BlueDown)
	}
	wt1, wt2, rsi := col(AWT1), col(AWT2), col(ARSI)
	for i := range flags {
		if cross := s.cross.Next(wt1[i], wt2[i]); cross != 0 {
			flags[i] |= s.diamond(cross, wt2[i], rsi[i], flags[i])
		}
	}
	open, close := c.Open[:len(flags)], c.Close[:len(flags)]
	for i := range flags {
		flags[i] |= s.runs(close[i]-open[i], open[i]-ema2[i], open[i]-ema8[i], flags[i])
	}
}

// diamond are the flags of a crossing of the waves.
func (s *trend) diamond(cross int, wt2, rsi float64, flags Flags) Flags {
	p := s.params
	if cross < 0 {
		yellow := below(p.AWTOversoldExtreme, wt2) && below(wt2, p.YellowBearWT) &&
			below(p.YellowRSIFloor, rsi) && below(rsi, p.YellowRSILow)
		return 1<<RedDiamond | when(flags.Has(RedX), DumpDiamond) | when(yellow, YellowXBear)
	}
	strong := below(rsi, p.YellowRSIHigh)
	if s.rules.bullAbove {
		strong = above(rsi, p.YellowRSIHigh)
	}
	yellow := below(p.YellowBullWT, wt2) && below(wt2, p.AWTOverboughtExtreme) && strong && below(rsi, p.YellowRSICeiling)
	return 1<<GreenDiamond | when(flags.Has(GreenX), MoonDiamond) | when(yellow, YellowXBull)
}

// runs are candles that, like the one before, close away from the ribbon, and
// open beyond it, with nothing against them. Bodies go up and down at random,
// so all is compared without a branch.
func (s *trend) runs(body, over2, over8 float64, flags Flags) Flags {
	tie, bodies := s.rules.priceTie, s.bodies
	s.bodies = when(body > tie, BullCandle) | when(-body > tie, BearCandle)
	beyond := when(min(over2, over8) > tie, BullCandle) | when(min(-over2, -over8) > tie, BearCandle)
	run := beyond & bodies & s.bodies
	if flags&(1<<RedDiamond|1<<GreenDiamond|1<<RedX|1<<GreenX) != 0 {
		run &^= s.stopped(flags)
	}
	return run
}

// stopped are the candles that something on their bar speaks against.
func (s *trend) stopped(flags Flags) Flags {
	againstBear := Flags(1<<GreenDiamond | 1<<RedX)
	if s.rules.greenGuard {
		againstBear = 1<<GreenDiamond | 1<<GreenX
	}
	return when(flags&(1<<RedDiamond|1<<RedX) != 0, BullCandle) | when(flags&againstBear != 0, BearCandle)
}

func (s *trend) save(w *snap.Writer) {
	s.cross.Save(w)
	s.long.Save(w)
	s.x.Save(w)
	s.blue.Save(w)
	w.Uint64(uint64(s.bodies))
}

func (s *trend) load(r *snap.Reader) {
	s.cross.Load(r)
	s.long.Load(r)
	s.x.Load(r)
	s.blue.Load(r)
	s.bodies = Flags(r.Uint64())
	r.Require(s.bodies&^(1<<BullCandle|1<<BearCandle) == 0)
}
