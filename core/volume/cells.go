package volume

// cell is the units of one row and side, as two numbers: what lies in that row
// alone, and what begins here to lie evenly on this row and every one above.
// The second is taken back where the even part ends, so a bar touches a fixed
// number of cells however many rows it spans.
type cell struct{ own, even int64 }

// rowCells are the cells of one row: up at 0, down at 1.
type rowCells [2]cell

// ledger holds the units of a profile by row. Rows are numbered as its grid
// numbers them and lie in a ring, so a profile whose rows wander with the
// price never moves what it holds. Sums may pass through 64 bits and come
// back; what rows hold in the end fits, since total and strain do.
type ledger struct {
	cells  []rowCells // row number k at k & (len - 1); those outside the grid are zero
	total  int64
	strain int64 // sum of parts.strain
	totals totals
}

// room makes the ring hold count rows and two outside them, those of g being
// in use.
func (l *ledger) room(g *grid, count int) {
	if len(l.cells) >= count+2 {
		return
	}
	size := max(2*len(l.cells), 32)
	for size < count+2 {
		size *= 2
	}
	l.totals.current = false
	old := *l
	l.cells = make([]rowCells, size)
	if len(old.cells) == 0 {
		return
	}
	for i := range g.count {
		*l.at(g, i) = *old.at(g, i)
	}
}

// at is the cells of row i of g.
func (l *ledger) at(g *grid, i int) *rowCells {
	return &l.cells[int((g.first+int64(i))&int64(len(l.cells)-1))]
}

// clear empties the ledger.
func (l *ledger) clear() {
	clear(l.cells)
	l.total, l.strain, l.totals.current = 0, 0, false
}

// fits reports whether parts of that many units can be added.
func (l *ledger) fits(units, strain int64) bool {
	return units <= maxUnits-l.total-l.strain && strain <= maxUnits-l.total-l.strain-units
}

// add adds parts of a bar to the rows of g, sign 1, or takes them away, -1.
//
//go:noinline
func (l *ledger) add(g *grid, p *parts, side side, sign int64) {
	l.total += sign * p.units
	l.strain += sign * p.strain
	if l.totals.current {
		l.totals.add(g, p, sign)
	}
	l.at(g, p.first)[side].own += sign * p.begin
	if p.first == p.last {
		return
	}
	l.at(g, p.odd)[side].own += sign * p.over
	l.at(g, p.last)[side].own += sign * p.end
	if p.each != 0 {
		l.at(g, p.first+1)[side].even += sign * p.each
		l.at(g, p.last)[side].even -= sign * p.each
	}
}
