package volume

import "math"

// blockRows is how many rows share one greatest.
const blockRows = 1 << blockBits

const blockBits = 4

// unread is the greatest of a block that has to be looked for.
const unread = math.MinInt64

// totals are the units of each row of a ledger, both sides together. From the
// first time they are read they are kept current: a bar touches its own rows,
// and the greatest is looked for in the blocks of rows touched since.
type totals struct {
	current bool
	units   []int64 // a ring as the ledger's; rows outside the grid hold 0
	most    []int64 // of each block of the ring, or unread
	level   int64   // where the value area read last ended, as valueArea takes it
}

// flatten sets the totals to what lies in l.
func (t *totals) flatten(l *ledger, g *grid) {
	if n := len(l.cells); len(t.units) != n {
		t.units, t.most = make([]int64, n), make([]int64, n/blockRows)
	}
	clear(t.units)
	var even int64
	zero, mask := t.place(g), len(t.units)-1
	for i := range g.count {
		at := l.at(g, i)
		even += at[up].even + at[down].even
		t.units[(zero+i)&mask] = at[up].own + at[down].own + even
	}
	for i := range t.most {
		t.most[i] = unread
	}
	t.current = true
}

// place is the place in the ring of row 0 of g.
func (t *totals) place(g *grid) int { return int(g.first & int64(len(t.units)-1)) }

// add adds parts of a bar to the rows of g, sign 1, or takes them away, -1.
//
//go:noinline
func (t *totals) add(g *grid, p *parts, sign int64) {
	units, mask := t.units, len(t.units)-1
	zero := t.place(g)
	first, last := zero+p.first, zero+p.last
	for block := first >> blockBits; block <= last>>blockBits; block++ {
		t.most[block&(len(t.most)-1)] = unread
	}
	units[first&mask] += sign * p.begin
	if first == last {
		return
	}
	units[(zero+p.odd)&mask] += sign * p.over
	units[last&mask] += sign * p.end
	if each := sign * p.each; each != 0 {
		for row := first + 1; row < last; row++ {
			units[row&mask] += each
		}
	}
}

// pointOfControl is pointOfControl of rows with volume.
func (t *totals) pointOfControl(g *grid) int {
	first := t.place(g)
	from, to := first>>blockBits, (first+g.count-1)>>blockBits
	best, holds := int64(unread), from
	for block := from; block <= to; block++ {
		if most := t.greatest(block); most > best {
			best, holds = most, block
		}
	}
	at := -1
	for block := holds; block <= to; block++ {
		if t.greatest(block) != best {
			continue
		}
		for i := max(block<<blockBits-first, 0); i < min((block+1)<<blockBits-first, g.count); i++ {
			if t.units[(first+i)&(len(t.units)-1)] == best && (at < 0 || g.nearer(i, at)) {
				at = i
			}
		}
	}
	return at
}

// greatest is the most units of a row of the block.
func (t *totals) greatest(block int) int64 {
	most := &t.most[block&(len(t.most)-1)]
	if *most == unread {
		from := block << blockBits & (len(t.units) - 1)
		*most = greatest(t.units[from : from+blockRows])
	}
	return *most
}

//go:noinline
func greatest(units []int64) int64 {
	most := units[0]
	for _, u := range units[1:] {
		most = max(most, u)
	}
	return most
}
