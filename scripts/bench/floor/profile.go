package floor

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// cell is the volume of one row and side: what lies in that row alone, and what
// begins to lie evenly on it and every row above, until it is taken back.
type cell struct{ own, even float64 }

// Profile is the volume of the bars by price, of each row that of up bars and
// that of down bars, in rows of equal height from the least low to the greatest
// high. It lays binary64 volume, which conserves nothing exactly, into rows
// found by arithmetic, and only marks where an even share begins and ends.
func Profile(c core.Columns, rows int) []float64 {
	n := c.Len()
	open, high, low, close, volume := c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n], c.Volume[:n]
	base, top := extent(low, high)
	scale, step := float64(rows)/(top-base), (top-base)/float64(rows)
	cells := make([][2]cell, rows+1)
	for i, lo := range low {
		hi, v := high[i], volume[i]
		side := math.Float64bits(close[i]-open[i]) >> 63 // 1 down; no branch can foresee it
		first, last := min(int((lo-base)*scale), rows-1), min(int((hi-base)*scale), rows-1)
		from, to := &cells[first][side], &cells[last][side]
		if first == last {
			from.own += v
			continue
		}
		density := v / (hi - lo)
		from.own += (base + float64(float64(first+1)*step) - lo) * density
		to.own += (hi - (base + float64(float64(last)*step))) * density
		cells[first+1][side].even += step * density
		to.even -= step * density
	}
	return laid(cells, rows)
}

// extent is the least low and the greatest high.
func extent(low, high []float64) (least, most float64) {
	least, most = low[0], high[0]
	for i, lo := range low {
		if lo < least {
			least = lo
		}
		if high[i] > most {
			most = high[i]
		}
	}
	return least, most
}

// laid sums up what lies in each row.
func laid(cells [][2]cell, rows int) []float64 {
	out := make([]float64, 2*rows)
	var even [2]float64
	for i, sides := range cells[:rows] {
		for side, cell := range sides {
			even[side] += cell.even
			out[2*i+side] = cell.own + even[side]
		}
	}
	return out
}
