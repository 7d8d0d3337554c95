package volume

import (
	"math/rand"
	"testing"
)

// TestTotals holds totals kept current under bars that come, go and are taken
// back, in rings of rows that wander and fill them, to totals read afresh; and
// the levels read from any guess to those read without one.
func TestTotals(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	read := 0
	for range 400 {
		p := Default()
		p.Rows, p.RowSize, p.Expansion, p.ValueArea = 0, 1, Expansion(r.Intn(2)), [...]float64{0.7, 0.3, 1}[r.Intn(3)]
		var s sheet
		count := 1 + r.Intn(70)
		s.grid.laySize(1, int64(r.Intn(200)-100), count)
		s.ledger.room(&s.grid, count)
		var bars []kept
		few := int64(1 + r.Intn(2)*1000) // of few units many rows are equal
		for range 60 {
			if len(bars) > 0 && r.Intn(3) == 0 {
				last := len(bars) - 1
				s.ledger.lay(&s.grid, p.Spread, &bars[last], -1)
				bars = bars[:last]
			} else {
				low := s.grid.low + float64(r.Intn(4*count))/4
				high := min(low+float64(r.Intn(4*count))/4/float64(1+r.Intn(9)), s.grid.high)
				k := kept{low: low, high: high, close: low, units: r.Int63n(few * int64(1+r.Intn(20))), side: side(r.Intn(2))}
				s.ledger.lay(&s.grid, p.Spread, &k, 1)
				bars = append(bars, k)
			}
			if len(bars) == 0 && r.Intn(2) == 0 { // other rows, of the same ring
				s.grid.laySize(1, s.grid.first+int64(r.Intn(40)), count)
			}
			if r.Intn(4) == 0 {
				s.ledger.totals.level = r.Int63n(few * 40)
			}
			got := s.ledger.levels(&s.grid, p, 1)
			fresh := ledger{cells: s.ledger.cells}
			fresh.totals.flatten(&fresh, &s.grid)
			for i, units := range fresh.totals.units {
				if s.ledger.total != 0 && s.ledger.totals.units[i] != units {
					t.Fatalf("%d rows from %d: place %d holds %d units, afresh %d", count, s.grid.first, i, s.ledger.totals.units[i], units)
				}
			}
			var line strip
			zero := fresh.totals.place(&s.grid)
			for i := range line.line(count) {
				line.rows(count)[i] = fresh.totals.units[(zero+i)&(len(fresh.totals.units)-1)]
			}
			want := readLevels(&s.grid, line, s.ledger.total, p, 1)
			if s.ledger.total == 0 {
				if got.poc != -1 || want.poc != -1 {
					t.Fatalf("levels of no volume: %+v and %+v", got, want)
				}
				continue
			}
			if got != want {
				t.Fatalf("%d rows from %d, %+v: levels %+v, want %+v", count, s.grid.first, p, got, want)
			}
			read++
		}
	}
	if read < 15_000 {
		t.Errorf("compared %d readings, want 15000", read)
	}
}
