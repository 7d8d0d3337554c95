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

// noReadout is that of a profile without volume: there are no levels.
func noReadout() readout {
	none := core.Absent()
	return readout{-1, none, none, none, 0, none}
}

// readLevels reads the levels off the units of each row, flat.
func readLevels(g *grid, s strip, total int64, p Params, unit float64) readout {
	if total == 0 {
		return noReadout()
	}
	a, _ := valueArea(s, g.count-1, pointOfControl(g, s.rows(g.count)), target(p.ValueArea, total), p.Expansion, 0)
	return a.read(g, total, unit)
}

// levels are readLevels of the profile as it stands: what it costs depends on
// the rows inside the value area, not on all there are nor on bars.
func (l *ledger) levels(g *grid, p Params, unit float64) readout {
	if l.total == 0 {
		return noReadout()
	}
	t := &l.totals
	if !t.current {
		t.flatten(l, g)
	}
	rows := strip{t.units, t.place(g), len(t.units) - 1}
	a, level := valueArea(rows, g.count-1, t.pointOfControl(g), target(p.ValueArea, l.total), p.Expansion, t.level)
	t.level = level
	return a.read(g, l.total, unit)
}

func (a *area) read(g *grid, total int64, unit float64) readout {
	return readout{a.poc, g.centre(a.poc), g.edge(a.high + 1), g.edge(a.low), inBase(total, unit), inBase(a.enclosed, unit)}
}

// strip is the units of rows, of which two on either side of the profile are
// there too and hold 0: row i at units[(first + i) & mask].
type strip struct {
	units       []int64
	first, mask int
}

// line makes the strip n rows in a line, in the memory it has, and returns them
// to be filled.
func (s *strip) line(n int) []int64 {
	if len(s.units) < n+4 {
		*s = strip{make([]int64, n+4), 2, -1}
	}
	s.units[n+2], s.units[n+3] = 0, 0
	return s.rows(n)
}

// rows are the first n rows of a line.
func (s *strip) rows(n int) []int64 { return s.units[2:][:n] }

func (s *strip) at(i int) int64 { return s.units[(s.first+i)&s.mask] }

// pointOfControl is the row with the most units; of equals the one whose
// centre is nearest the middle of the profile, then the lower.
func pointOfControl(g *grid, totals []int64) int {
	best, at := totals[0], 0
	for i, units := range totals {
		if units > best || units == best && g.nearer(i, at) {
			best, at = units, i
		}
	}
	return at
}

// nearer reports whether the centre of row i is nearer the middle of the
// profile than that of row j, which is below it.
func (g *grid) nearer(i, j int) bool {
	middle := float64((g.low + g.high) / 2)
	return math.Abs(g.centre(i)-middle) < math.Abs(g.centre(j)-middle)
}

// area is a value area in rows and units: rows low to high around poc.
type area struct {
	poc, low, high int
	enclosed       int64
}

// valueArea grows the area from the point of control until it holds due.
//
// The larger step goes first, so the area comes by every state in which it
// holds all steps of some level and above that can be reached over such steps
// alone. A guess at the level it ends at, which another profile had, lets it
// begin there, at a fraction of the cost of choosing each step; whatever the
// guess, the area is the same. The level returned is a guess for next time.
func valueArea(s strip, last, poc int, due int64, by Expansion, level int64) (area, int64) {
	a := area{poc: poc, low: poc, high: poc, enclosed: s.at(poc)}
	if level > 0 {
		if reached := a.reach(&s, last, by, level); reached.enclosed < due {
			a = reached
		}
	}
	size, least := by.rows(), int64(math.MaxInt64)
	upper, lower := s.step(a.high+1, size), s.step(a.low-1, -size)
	for a.enclosed < due && a.high-a.low < last {
		if a.low == 0 || a.high < last && upper >= lower {
			least = min(least, upper)
			a.enclosed += upper
			a.high = min(a.high+size, last)
			upper = s.step(a.high+1, size)
		} else {
			least = min(least, lower)
			a.enclosed += lower
			a.low = max(a.low-size, 0)
			lower = s.step(a.low-1, -size)
		}
	}
	return a, least + least/16
}

// reach is a with the steps beyond it of that level and above.
func (a area) reach(s *strip, last int, by Expansion, level int64) area {
	size := by.rows()
	for a.high < last {
		step := s.step(a.high+1, size)
		if step < level {
			break
		}
		a.enclosed += step
		a.high += size
	}
	for a.low > 0 {
		step := s.step(a.low-1, -size)
		if step < level {
			break
		}
		a.enclosed += step
		a.low -= size
	}
	a.high, a.low = min(a.high, last), max(a.low, 0)
	return a
}

// rows is how many rows a step takes, where there are as many.
func (e Expansion) rows() int { return 2 - int(e) }

// step is the units of the step to row i, and as its size says of the row
// above, 2, or below, -2.
func (s *strip) step(i, size int) int64 {
	units := s.at(i)
	switch size {
	case 2:
		units += s.at(i + 1)
	case -2:
		units += s.at(i - 1)
	}
	return units
}

// target is the fewest whole units that are at least share * total, so that
// comparing units with it is exact.
func target(share float64, total int64) int64 { return int64(math.Ceil(share * float64(total))) }
