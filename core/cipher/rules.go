package cipher

import "github.com/quantum-signals/quantum/core"

// rules are what a preset fixes.
type rules struct {
	priceTie   float64 // prices this close are equal
	flatBody   float64 // money flow's body of a bar without range; absent is passed over
	waveFloor  float64 // price stands still where it strays no further, as a share of it
	flatRSI    float64 // relative strength where nothing has moved
	stochFloor float64 // a relative strength that spans no more has no stochastic
	divMaxBars int64   // bars to a divergence's previous pivot at most, 0 is any
	keepZeros  bool    // pivots at level 0 count
	heldLows   bool    // the low test sees the series held where the high test was true
	ownDots    bool    // the dots of wt2nd have a switch of their own too
	bullAbove  bool    // yellow_x_bull asks for a_rsi above yellow_rsi_high, not below
	greenGuard bool    // bear_candle is kept off green_x, not off red_x
}

// rulesOf is the table of presets. Classic's ties of prices are absolute, which
// blinds it where prices are low; its flat markets freeze readings or give
// noise; the rest are slips of the scripts.
func rulesOf(p Preset) rules {
	if p == Classic {
		return rules{
			priceTie: 1e-10,
			flatBody: core.Absent(),
			flatRSI:  core.Absent(),
			heldLows: true,
		}
	}
	return rules{
		waveFloor:  1e-12,
		flatRSI:    50,
		stochFloor: 1e-10,
		divMaxBars: 60,
		keepZeros:  true,
		ownDots:    true,
		bullAbove:  true,
		greenGuard: true,
	}
}
