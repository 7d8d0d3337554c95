package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// layBlock is how many bars are placed before those in several rows are spread.
const layBlock = 128

// early is by how much of a row rows are guessed too low. It is over twice the
// error of a guess where rows are not narrow, so the row is the guessed one or
// the one below, and one comparison with the edge between them tells. Numbers
// are made whole by adding 2^52, half to even: the conversions of Go that cut
// them off are several branches in wasm.
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
	lower         []float64 // lower[i] is the edge below row i
	scale, origin float64   // a row is guessed as price*scale + origin, made whole
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
		cells: s.ledger.cells, lower: g.bounds, scale: g.scale, origin: -float64(g.low*g.scale) + (0.5 - early),
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

// nearest is the whole number next to x, which is from 0 to 2^31.
func nearest(x float64) int { return int(uint32(math.Float64bits(x + two52))) }

// place adds the bars of a block to the rows of their lows, and returns how
// many reach further.
//
//go:noinline
func (l *layer) place(c *core.Columns) (count int) {
	n := c.Len()
	open, high, low, closes, volume := c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n], c.Volume[:n]
	cells, lower, scale, origin, down := l.cells, l.lower, l.scale, l.origin, l.down
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

		first, last := nearest(float64(lo*scale)+origin), nearest(float64(hi*scale)+origin)
		below := 0
		if lo < lower[first] {
			below = 1
		}
		first -= below
		below = 0
		if hi < lower[last] {
			below = 1
		}
		last -= below

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
	cells, lower, step := l.cells, l.lower, l.step
	for _, bar := range bars {
		i, last, first, side := int(bar>>32), int(bar>>16&0xffff), int(bar>>1&0x7fff), bar&1
		raised := l.raised(volume[i])
		units, u := int64(math.Float64bits(raised)%two52), raised-two52
		lo, hi := low[i], high[i]
		span := hi - lo
		shareFirst, shareLast := (lower[first+1]-lo)/span, (hi-lower[last])/span
		rest, end := units-floor(float64(u*shareFirst)), floor(float64(u*shareLast))
		from, to := &cells[first][side], &cells[last][side]
		if last-first > 1 {
			each := floor(float64(u * (step / span)))
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
