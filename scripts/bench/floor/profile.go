package floor

import (
	"slices"

	"github.com/quantum-signals/quantum/core"
)

// Profile is the volume of the bars by price, up bars first and then down
// bars, in rows of equal height from the least low to the greatest high. It
// lays binary64 volume, which conserves nothing exactly, into rows found by
// arithmetic: a share in the first row, one in the last, and in those between
// an even one that is only marked where it begins and ends.
func Profile(c core.Columns, rows int) []float64 {
	n := c.Len()
	open, high, low, close, volume := c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n], c.Volume[:n]
	base, top := slices.Min(low), slices.Max(high)
	scale, step := float64(rows)/(top-base), (top-base)/float64(rows)
	type cell struct{ own, even float64 }
	cells := make([]cell, 2*(rows+1))
	for i, lo := range low {
		hi, v := high[i], volume[i]
		side := cells[:rows+1]
		if close[i] < open[i] {
			side = cells[rows+1:]
		}
		first, last := min(int((lo-base)*scale), rows-1), min(int((hi-base)*scale), rows-1)
		if first == last {
			side[first].own += v
			continue
		}
		density := v / (hi - lo)
		side[first].own += (base + float64(first+1)*step - lo) * density
		side[last].own += (hi - (base + float64(last)*step)) * density
		side[first+1].even += step * density
		side[last].even -= step * density
	}
	laid := make([]float64, 2*rows)
	for side := range 2 {
		even := 0.0
		for i, cell := range cells[side*(rows+1):][:rows] {
			even += cell.even
			laid[side*rows+i] = cell.own + even
		}
	}
	return laid
}
