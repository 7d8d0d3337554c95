package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// layBlock is how many bars are placed before those in several rows are spread.
const layBlock = 128

// early is by how much of a row rows are guessed too low. It is over twice the
// error of a guess where rows are not narrow, so the row is the guessed one or
// the next, and one comparison with the edge between them tells.
const early = 1.0 / 32

// layer lays bars, spread evenly, into a ledger that begins with row 0. The
// grid is not narrow, no bar has 2^52 units, and sums do not overflow. This is
// course, split and add unrolled. Whether a bar lies in one row or in several
// cannot be foreseen, and foreseeing it wrong costs the processor more than
// the bar itself. So all bars first go to the row of their low, without a
// branch; those that reach further are listed, and a second loop moves what
// they have elsewhere.
type layer struct {
	cells         []rowCells
	upper         []float64 // upper[i] is the edge above row i
	scale, origin float64   // a row is guessed as price*scale + origin
	step          float64
	perUnit       float64 // units are volume times this
	down          uint64  // 1 if the last bar with a direction went down
	previous      float64 // close of the bar before the block
	far           [layBlock]farBar
}

// farBar is a bar of a block that lies in several rows: place << 32 |
// last row << 16 | first row << 1 | down.
type farBar uint64

// lay adds all bars of c to s, which is empty.
func (s *sheet) lay(m meter, c core.Columns) {
	g := &s.grid
	if g.size != 0 {
		g.list()
	}
	l := layer{
		cells: s.ledger.cells, upper: g.bounds[1:], scale: g.scale, origin: -float64(g.low*g.scale) - early,
		step: g.step, perUnit: m.scale, previous: c.Close[0],
	}
	for from := 0; from < c.Len(); from += layBlock {
		block := c.Slice(from, min(from+layBlock, c.Len()))
		l.spread(&block, l.far[:l.place(&block)])
	}
	var even int64
	for i := range g.count {
		at := &l.cells[i]
		even += at[up].even + at[down].even
		s.ledger.total += at[up].own + at[down].own + even
	}
}

// raised is the units of a volume, rounded half to even, plus 2^52: the units
// are the bits of its fraction.
func (l *layer) raised(volume float64) float64 { return float64(volume*l.perUnit) + two52 }

// place adds the bars of a block to the rows of their lows, and returns how
// many reach further.
//
//go:noinline
func (l *layer) place(c *core.Columns) (count int) {
	n := c.Len()
	open, high, low, closes, volume := c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n], c.Volume[:n]
	cells, upper, scale, origin, down := l.cells, l.upper, l.scale, l.origin, l.down
	for i, lo := range low {
		hi := high[i]
		if rise := closes[i] - open[i]; rise != 0 {
			down = math.Float64bits(rise) >> 63
		} else {
			previous := l.previous
			if i > 0 {
				previous = closes[i-1]
			}
			if since := closes[i] - previous; since != 0 {
				down = math.Float64bits(since) >> 63
			}
		}

		first, last := int(float64(lo*scale)+origin), int(float64(hi*scale)+origin)
		above := 0
		if lo >= upper[first] {
			above = 1
		}
		first += above
		above = 0
		if hi >= upper[last] {
			above = 1
		}
		last += above

		cells[first][down&1].own += int64(math.Float64bits(l.raised(volume[i])) % two52)
		l.far[count&(layBlock-1)] = farBar(uint64(i)<<32 | uint64(last)<<16 | uint64(first)<<1 | down)
		more := 0
		if first != last {
			more = 1
		}
		count += more
	}
	l.down, l.previous = down, closes[n-1]
	return count
}

// spread moves what bars have in other rows than that of their low.
//
//go:noinline
func (l *layer) spread(c *core.Columns, bars []farBar) {
	high, low, volume := c.High, c.Low, c.Volume
	cells, upper, step := l.cells, l.upper, l.step
	for _, bar := range bars {
		i, last, first, side := int(bar>>32), int(bar>>16&0xffff), int(bar>>1&0x7fff), bar&1
		lo, hi, u := low[i], high[i], l.raised(volume[i])-two52
		units, span := int64(u), hi-lo
		shareFirst, shareLast := (upper[first]-lo)/span, (hi-upper[last-1])/span
		rest, end := units-int64(u*shareFirst), int64(u*shareLast)
		from, to := &cells[first][side], &cells[last][side]
		if last-first > 1 {
			each := int64(u * (step / span))
			next := &cells[first+1][side]
			from.own -= rest
			next.own += rest - end - each*int64(last-first-1)
			next.even += each
			to.own += end
			to.even -= each
			continue
		}
		if shareLast > shareFirst {
			end = rest
		}
		from.own -= end
		to.own += end
	}
}
