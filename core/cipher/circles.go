package cipher

import "github.com/quantum-signals/quantum/core/ta"

// circles are the crossings of B's waves, the levels that make big circles of
// them, and the readings of higher intervals that make flags and diamonds.
//
// Source: vumanchu, VuManChu B Divergences.
type circles struct {
	params *Params
	cross  ta.Crossing
}

func (s *circles) init(p *Params) { s.params, s.cross.Tie = p, ta.Tie }

// next commits one bar and returns its flags. fast is HTFFastWT, allowed the
// diamonds that the higher intervals allow.
func (s *circles) next(wt1, wt2, mf, fast float64, allowed Flags) Flags {
	oversold, overbought := atMost(wt2, s.params.WTOversold), atLeast(wt2, s.params.WTOverbought)
	flags := when(oversold, WTIsOversold) | when(overbought, WTIsOverbought)
	switch cross := s.cross.Next(wt1, wt2); {
	case cross > 0:
		return flags | 1<<CrossUp | when(oversold, Buy) | s.up(wt2, mf, fast, allowed)
	case cross < 0:
		return flags | 1<<CrossDown | when(overbought, Sell) | s.down(wt2, mf, fast, allowed)
	}
	return flags
}

// column is next over a run of bars, whose flags hold what is allowed.
func (s *circles) column(w *work) {
	flags := w.flags
	wt1, wt2, mf, fast := w.values[WT1][:len(flags)], w.values[WT2][:len(flags)], w.values[MF][:len(flags)], w.values[HTFFastWT][:len(flags)]
	for i, allowed := range flags {
		flags[i] = s.next(wt1[i], wt2[i], mf[i], fast[i], allowed)
	}
}

// up is what confirms an upward crossing.
func (s *circles) up(wt2, mf, fast float64, allowed Flags) Flags {
	p := s.params
	return when(above(mf, p.FlagMFBull) && below(wt2, p.FlagWTBull) && above(fast, p.FlagFastBull), BullFlag) |
		when(allowed.Has(BullDiamond) && atMost(wt2, p.DiamondWTBull), BullDiamond)
}

// down is what confirms a downward crossing.
func (s *circles) down(wt2, mf, fast float64, allowed Flags) Flags {
	p := s.params
	return when(below(mf, p.FlagMFBear) && above(wt2, p.FlagWTBear) && below(fast, p.FlagFastBear), BearFlag) |
		when(allowed.Has(BearDiamond) && atLeast(wt2, p.DiamondWTBear), BearDiamond)
}
