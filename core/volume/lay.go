package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// lay adds all bars of c, spread evenly, to cells, which has one entry a row,
// and returns their sum. The grid is not narrow and no bar has over two51
// units. This is split and add unrolled: no call, no division that is not
// needed, and branches only where they can be foreseen.
func (g *grid) lay(cells []rowCells, m meter, c core.Columns) (total int64) {
	n := c.Len()
	open, high, low, closes, volume := c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n], c.Volume[:n]
	bounds, base, scale, step := g.bounds, g.low, g.scale, g.step
	var side uint64 // 1 down
	previous := closes[0]
	for i, lo := range low {
		hi, cl := high[i], closes[i]
		rise, since := math.Float64bits(cl-open[i]), math.Float64bits(cl-previous)
		previous = cl
		if since != 0 {
			side = since >> 63
		}
		if rise != 0 {
			side = rise >> 63
		}

		u := float64(float64(volume[i]*m.scale*m.rest)+two52) - two52
		units := int64(u)
		total += units

		first, last := int((lo-base)*scale), int((hi-base)*scale)
		up, down := 0, 0
		if lo >= bounds[first+1] {
			up = 1
		}
		if lo < bounds[first] {
			down = 1
		}
		first += up - down
		up, down = 0, 0
		if hi >= bounds[last+1] {
			up = 1
		}
		if hi < bounds[last] {
			down = 1
		}
		last += up - down

		from := &cells[first][side&1]
		if first == last {
			from.own += units
			continue
		}
		span := hi - lo
		shareFirst, shareLast := (bounds[first+1]-lo)/span, (hi-bounds[last])/span
		begin, end := int64(u*shareFirst), int64(u*shareLast)
		to := &cells[last][side&1]
		if last-first > 1 {
			each := int64(u * (step / span))
			next := &cells[first+1][side&1]
			from.own += begin
			next.own += units - begin - end - each*int64(last-first-1)
			next.even += each
			to.own += end
			to.even -= each
			continue
		}
		if shareLast > shareFirst {
			end = units - begin
		}
		from.own += units - end
		to.own += end
	}
	return total
}
