package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// signals turn the readings of each bar into its flags.
type signals struct {
	params Params
	rules  rules
	divs   divergences

	cross, aCross ta.Crossing // of the waves of B and of A
	long          ta.Order    // of ema2 and ema8
	x             ta.Order    // of ema1 and ema2
	blue          ta.Order    // of ema2 and ema3
	bodies        Flags       // whether the bar before closed above its open, or below, as bull or bear candle

	bullDots, bearDots Flags // the divergences whose dots are on
	goldDots           Flags // the two of them that can make gold
}

func newSignals(p *Params, r *rules) signals {
	s := signals{params: *p, rules: *r, divs: newDivergences(p, r)}
	s.cross.Tie, s.aCross.Tie = ta.Tie, ta.Tie
	dots := [...]struct {
		on   bool
		bear Flag
	}{
		{p.WTDivDots, WTBearDiv},
		{p.WTDivDots && (p.WTDiv2Dots || !r.ownDots), WT2ndBearDiv},
		{p.RSIDivDots, RSIBearDiv},
		{p.StochDivDots, StochBearDiv},
	}
	for _, d := range dots {
		s.bearDots |= when(d.on, d.bear)
		s.bullDots |= when(d.on, d.bear+1)
	}
	s.goldDots = s.bullDots & (1<<WTBullDiv | 1<<RSIBullDiv)
	return s
}

// next commits bar t with its readings and returns its flags. higher has the
// diamonds that the higher intervals would allow.
func (s *signals) next(t int64, bar *core.Candle, v *[NumReadings]float64, higher Flags) Flags {
	flags := s.divs.next(t, recentBar{bar.OpenTime, bar.High, bar.Low, v[RSI]}, v[WT2], v[StochK])
	if flags&s.goldDots != 0 {
		flags |= when(s.gold(t, v[WT2]), Gold)
	}
	flags |= when(flags&s.bullDots != 0, BuyDiv) | when(flags&s.bearDots != 0, SellDiv)
	flags |= s.circles(v)
	if flags&(1<<CrossUp|1<<CrossDown) != 0 {
		flags |= s.higher(v, flags, higher)
	}
	return flags | s.trend(bar, v)
}

// circles are the crossings of B's waves and the levels that make them signals.
func (s *signals) circles(v *[NumReadings]float64) Flags {
	cross := s.cross.Next(v[WT1], v[WT2])
	flags := when(cross > 0, CrossUp) | when(cross < 0, CrossDown)
	oversold, overbought := atMost(v[WT2], s.params.WTOversold), atLeast(v[WT2], s.params.WTOverbought)
	flags |= when(oversold, WTIsOversold) | when(overbought, WTIsOverbought)
	return flags | when(cross > 0 && oversold, Buy) | when(cross < 0 && overbought, Sell)
}

// gold is a bullish divergence soon after an extreme: the script's notes say
// not to buy there.
func (s *signals) gold(t int64, wt2 float64) bool {
	q := s.divs.lows[wtRow].knownAt(t - 2)
	extreme := s.params.WTOversoldExtreme
	return q.found >= 0 && atMost(q.Level, extreme) && above(wt2, extreme) &&
		atMost(q.Level-wt2, -s.params.GoldRise) && below(q.rsi, s.params.GoldRSI)
}

// higher are the crossings that the higher intervals confirm.
func (s *signals) higher(v *[NumReadings]float64, flags, higher Flags) Flags {
	p := &s.params
	fast, wt2 := v[HTFFastWT], v[WT2]
	if flags.Has(CrossDown) {
		return when(below(v[MF], p.FlagMFBear) && above(wt2, p.FlagWTBear) && below(fast, p.FlagFastBear), BearFlag) |
			when(higher.Has(BearDiamond) && atLeast(wt2, p.DiamondWTBear), BearDiamond)
	}
	return when(above(v[MF], p.FlagMFBull) && below(wt2, p.FlagWTBull) && above(fast, p.FlagFastBull), BullFlag) |
		when(higher.Has(BullDiamond) && atMost(wt2, p.DiamondWTBull), BullDiamond)
}

func (s *signals) save(w *snap.Writer) {
	s.divs.save(w)
	s.cross.Save(w)
	s.aCross.Save(w)
	s.long.Save(w)
	s.x.Save(w)
	s.blue.Save(w)
	w.Uint64(uint64(s.bodies))
}

func (s *signals) load(r *snap.Reader) {
	s.divs.load(r)
	s.cross.Load(r)
	s.aCross.Load(r)
	s.long.Load(r)
	s.x.Load(r)
	s.blue.Load(r)
	s.bodies = Flags(r.Uint64())
	r.Require(s.bodies&^(1<<BullCandle|1<<BearCandle) == 0)
}
