package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// readout is the levels of a profile as numbers that leave the package.
type readout struct {
	poc             int // row of the point of control
	price, vah, val float64
	total, enclosed float64
}

// readLevels reads the levels off the units of each row. Without volume there
// are none.
func readLevels(g *grid, totals []int64, total int64, p Params, unit float64) readout {
	if total == 0 {
		none := core.Absent()
		return readout{-1, none, none, none, 0, none}
	}
	poc := pointOfControl(g, totals)
	a := valueArea(totals, total, poc, p.ValueArea, p.Expansion)
	return readout{poc, g.centre(poc), g.edge(a.high + 1), g.edge(a.low), inBase(total, unit), inBase(a.enclosed, unit)}
}

// area is a value area in rows and units: rows low to high around poc.
type area struct {
	poc, low, high int
	enclosed       int64
}

// pointOfControl is the row with the most units; of equals the one whose
// centre is nearest the middle of the profile, then the lower.
func pointOfControl(g *grid, totals []int64) int {
	best, at := totals[0], 0
	middle := float64((g.low + g.high) / 2)
	for i, units := range totals {
		if units < best {
			continue
		}
		if units > best || math.Abs(g.centre(i)-middle) < math.Abs(g.centre(at)-middle) {
			best, at = units, i
		}
	}
	return at
}

// valueArea grows the area from the point of control until it holds its share
// of total, which is above 0.
func valueArea(totals []int64, total int64, poc int, share float64, by Expansion) area {
	last := len(totals) - 1
	due := target(share, total)
	a := area{poc: poc, low: poc, high: poc, enclosed: totals[poc]}
	for a.enclosed < due && a.high-a.low < last {
		// Where one row remains, a pair is that row.
		var upper, lower int64
		above, below := a.high, a.low
		if above < last {
			above++
			upper = totals[above]
		}
		if below > 0 {
			below--
			lower = totals[below]
		}
		if by == Pairs && above < last {
			above++
			upper += totals[above]
		}
		if by == Pairs && below > 0 {
			below--
			lower += totals[below]
		}
		if below == a.low || above > a.high && upper >= lower {
			a.high = above
			a.enclosed += upper
		} else {
			a.low = below
			a.enclosed += lower
		}
	}
	return a
}

// target is the fewest whole units that are at least share * total, so that
// comparing units with it is exact.
func target(share float64, total int64) int64 { return int64(math.Ceil(share * float64(total))) }
