package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// MaxRows is the greatest number of rows of a profile.
const MaxRows = 5000

// maxRowNumber bounds the number of a row counted from price 0 in the layout
// by size. Up to it edges are whole multiples that binary64 tells apart.
const maxRowNumber = 1 << 51

// grid is the rows of a profile: their edges, and which row holds a price.
type grid struct {
	first  int64   // by size: number of row 0 counted from price 0; by count: 0
	count  int     // rows, at least one
	size   float64 // by size: height of a row; by count: 0
	base   float64 // by size: first
	low    float64 // lower edge of row 0
	high   float64 // upper edge of the last row
	step   float64 // height of a row, as the shares of rows between use it
	scale  float64 // rows per price, to guess a row; 0 in one row
	narrow bool    // rows near the spacing of prices: guesses do not hold

	// bounds holds the edges between rows, bounds[i] below row i, with what
	// lies outside given to the end rows: -Inf first, +Inf twice at the end. By
	// size edges are products, and listed for those alone that ask: rows may
	// come and go at every bar.
	bounds []float64
}

// layRows lays count rows from the least low to the greatest high: one row
// where they are equal.
//
//go:noinline
func (g *grid) layRows(count int, low, high float64) {
	if low == high {
		count = 1
	}
	span := high - low
	g.first, g.count, g.size, g.low, g.high, g.step = 0, count, 0, low, high, span/float64(count)
	g.resize()
	for i := 1; i < count; i++ {
		g.bounds[i] = low + float64(float64(i)*span)/float64(count)
	}
	g.guess(float64(count) / span)
}

// laySize lays rows of one height at whole multiples of it, from the one that
// holds the least low to the one that holds the greatest high or ends there.
// rowsOfSize has found first and count.
//
//go:noinline
func (g *grid) laySize(size float64, first int64, count int) {
	g.first, g.count, g.size, g.base, g.step = first, count, size, float64(first), size
	g.low, g.high = g.multiple(0), g.multiple(count)
	g.guess(1 / size)
}

// multiple is edge i of rows of one height.
func (g *grid) multiple(i int) float64 { return float64((g.base + float64(i)) * g.size) }

// list lays the bounds of rows of one height.
func (g *grid) list() {
	g.resize()
	for i := 1; i < g.count; i++ {
		g.bounds[i] = g.multiple(i)
	}
}

// multiple is edge number k of rows of that height.
func multiple(k int64, size float64) float64 { return float64(float64(k) * size) }

// rowsOfSize finds the rows of that height which hold low and high. Where there
// would be over MaxRows, or rows too thin for binary64 to tell their edges
// apart, the error names a size that fits.
//
//go:noinline
func rowsOfSize(size, low, high float64) (first int64, count int, err error) {
	least := max((high-low)/(MaxRows-1), max(math.Abs(low), math.Abs(high))/(maxRowNumber/2))
	for fits := size; ; {
		first, count, ok := tryRows(fits, low, high)
		switch {
		case ok && fits == size:
			return first, count, nil
		case ok:
			return 0, 0, &core.Error{
				Code: core.Overflow, Field: "row_size", Index: -1, Value: size, Rule: core.RuleFits, Low: fits, Text: "row_size",
			}
		}
		if fits < least {
			fits = least
		} else {
			fits = max(fits*(1+1.0/1024), fits+0x1p-1074)
		}
	}
}

// tryRows is rowsOfSize without a word on what would fit.
func tryRows(size, low, high float64) (first int64, count int, ok bool) {
	first, ok = firstRow(size, low)
	if !ok {
		return 0, 0, false
	}
	count, ok = countRows(size, first, high)
	return first, count, ok
}

// firstRow is the number of the first row of a profile with that least low. The
// quotient may round up across an edge: the low then lies just below the row.
func firstRow(size, low float64) (int64, bool) {
	k := math.Floor(low / size)
	if !(math.Abs(k) <= maxRowNumber) {
		return 0, false
	}
	return int64(k), true
}

// lowKey orders lows by the first row of a profile whose least low they are,
// and for one row those just below it first. If the least key is even, the bars
// that share it are all that lie below the first row.
func lowKey(size, low float64) float64 {
	first := math.Floor(low / size)
	if low < first*size {
		return 2 * first
	}
	return 2*first + 1
}

// firstOfKey is firstRow of a low with that key.
func firstOfKey(key float64) int64 { return int64(math.Floor(key / 2)) }

// countRows is how many rows from first on reach the greatest high: it lies in
// the last one or on its upper edge. The quotient may round across an edge, so
// the count is settled by comparing with the edges.
func countRows(size float64, first int64, high float64) (int, bool) {
	k := math.Floor(high / size)
	if !(math.Abs(k) <= maxRowNumber && k-float64(first) <= MaxRows+1) {
		return 0, false
	}
	count := max(int(k-float64(first)), 1)
	for high > multiple(first+int64(count), size) {
		count++
	}
	return count, count <= MaxRows
}

// resize makes room for the bounds, and closes them off.
func (g *grid) resize() {
	n := g.count + 2
	if cap(g.bounds) < n {
		g.bounds = make([]float64, n)
	}
	g.bounds = g.bounds[:n]
	g.bounds[0], g.bounds[n-2], g.bounds[n-1] = math.Inf(-1), math.Inf(1), math.Inf(1)
}

// guess sets how rows are guessed. A guess is off by at most one row where a
// row is some hundred times the spacing of binary64 at these prices.
func (g *grid) guess(scale float64) {
	if g.count == 1 {
		g.scale, g.narrow = 0, false
		return
	}
	spacing := max(math.Abs(g.low), math.Abs(g.high)) * (1.0 / (1 << 52))
	g.scale = scale
	g.narrow = !(256*spacing <= g.step && g.step >= 1e-290)
}

// row is the row that holds price, which lies within the range.
//
//go:noinline
func (g *grid) row(price float64) int {
	if g.narrow {
		return g.search(price)
	}
	i := int((price - g.low) * g.scale)
	if g.size == 0 {
		if price < g.bounds[i] {
			i--
		} else if price >= g.bounds[i+1] {
			i++
		}
		return i
	}
	if i > 0 && (i == g.count || price < g.multiple(i)) {
		i--
	} else if i+1 < g.count && price >= g.multiple(i+1) {
		i++
	}
	return i
}

// search is row by halving: the last row whose lower edge is at most price.
func (g *grid) search(price float64) int {
	at, end := 0, g.count
	for at+1 < end {
		if mid := int(uint(at+end) / 2); g.edge(mid) <= price {
			at = mid
		} else {
			end = mid
		}
	}
	return at
}

// edge is the lower edge of row i, or for i = count the upper of the last.
func (g *grid) edge(i int) float64 {
	switch {
	case g.size != 0:
		return g.multiple(i)
	case i == 0:
		return g.low
	case i == g.count:
		return g.high
	}
	return g.bounds[i]
}

// centre is the middle of row i, rounded before it meets a sum.
func (g *grid) centre(i int) float64 { return float64((g.edge(i) + g.edge(i+1)) / 2) }

// change lays next for a range from low to high unless g already has its rows,
// and reports whether it did. A grid without rows has those of no range.
func (g *grid) change(next *grid, p Params, low, high float64) (bool, error) {
	if p.Rows != 0 {
		if g.count > 0 && g.low == low && g.high == high {
			return false, nil
		}
		next.layRows(p.Rows, low, high)
		return true, nil
	}
	first, count, err := rowsOfSize(p.RowSize, low, high)
	if err != nil || first == g.first && count == g.count {
		return false, err
	}
	next.laySize(p.RowSize, first, count)
	return true, nil
}

// rim reports whether rows that reach further may hold an end of k elsewhere
// than g, whose end rows hold all there is: prices on the upper edge, and those
// on or just below the lower one.
func (g *grid) rim(k *kept) bool { return k.high >= g.high || k.low < g.low || k.high <= g.low }
