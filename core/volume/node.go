package volume

import "math"

// run is a stretch of equal rows in the smoothed profile where it turns.
type run struct {
	first, last int
	height      float64
}

// row is the row a run is reported at.
func (r run) row() int { return (r.first + r.last) / 2 }

// finder looks for the nodes of profiles, in memory it uses again.
type finder struct {
	heights, spare []float64 // the smoothed rows
	runs           []run     // where they turn, and the ends
	left, right    []float64 // of each run, what walk found on that side
	stack          []int
	nodes          maker
}

// find appends the high nodes of a profile with volume to high and its low
// nodes to low, each by row ascending. totals are the units of each row, poc
// the row with the most. The cost is linear in rows and in passes.
func (f *finder) find(g *grid, totals []int64, poc int, p Params, unit float64, high, low []Node) ([]Node, []Node) {
	f.room(len(totals))
	f.smooth(totals, p.NodeSmoothing)
	f.split()
	most := f.heights[0]
	for _, h := range f.heights {
		most = max(most, h)
	}
	f.nodes = maker{g, totals, unit, most, p.NodeStrength * most}

	f.walk(1)
	from, near := len(high), false
	for i, r := range f.runs {
		if f.stands(i, 1) {
			high = f.nodes.add(high, r.row(), r.height-max(f.left[i], f.right[i]))
		}
	}
	for _, n := range high[from:] {
		near = near || n.Row >= poc-1 && n.Row <= poc+1
	}
	if !near {
		high = f.nodes.add(high, poc, most)
		for i := len(high) - 1; i > from && high[i].Row < high[i-1].Row; i-- {
			high[i], high[i-1] = high[i-1], high[i]
		}
	}

	f.walk(-1)
	for i, r := range f.runs {
		if f.stands(i, -1) {
			low = f.nodes.add(low, r.row(), min(-f.left[i], -f.right[i])-r.height)
		}
	}
	return high, low
}

// maker makes the nodes of one profile.
type maker struct {
	g           *grid
	totals      []int64
	unit        float64
	most, least float64 // greatest smoothed row, least prominence of a node
}

// add appends a node that stands out by height, if that is enough.
//
//go:noinline
func (m *maker) add(nodes []Node, row int, height float64) []Node {
	if !(height >= m.least) {
		return nodes
	}
	return append(nodes, Node{row, m.g.centre(row), inBase(m.totals[row], m.unit), height / m.most})
}

// stands reports whether run i is higher than both its neighbours, 0 beyond
// the ends, or with sign -1 lower than both and at neither end.
func (f *finder) stands(i int, sign float64) bool {
	before, after := 0.0, 0.0
	if i > 0 {
		before = f.runs[i-1].height
	} else if sign < 0 {
		return false
	}
	if i+1 < len(f.runs) {
		after = f.runs[i+1].height
	} else if sign < 0 {
		return false
	}
	return sign*before < sign*f.runs[i].height && sign*after < sign*f.runs[i].height
}

// walk sets left and right to what is met going outward from each run to the
// first run higher than it: the least height, 0 past the end. With sign -1
// heights change sign and there is nothing past the ends.
func (f *finder) walk(sign float64) {
	n := len(f.runs)
	f.left, f.right = f.left[:n], f.right[:n]
	f.stack = f.stack[:0]
	for i := range n {
		f.left[i] = f.met(i, f.left, sign)
	}
	f.stack = f.stack[:0]
	for i := n - 1; i >= 0; i-- {
		f.right[i] = f.met(i, f.right, sign)
	}
}

// met is walk for run i, given those on the one side of it in side. The stack
// holds the runs on that side that no nearer one reaches up to.
func (f *finder) met(i int, side []float64, sign float64) float64 {
	height, least := sign*f.runs[i].height, math.Inf(1)
	for len(f.stack) > 0 {
		top := f.stack[len(f.stack)-1]
		if sign*f.runs[top].height > height {
			break
		}
		least = min(least, side[top], sign*f.runs[top].height)
		f.stack = f.stack[:len(f.stack)-1]
	}
	if len(f.stack) == 0 && sign > 0 {
		least = min(least, 0)
	}
	f.stack = append(f.stack, i)
	return least
}

// room makes the memory hold a profile of n rows.
func (f *finder) room(n int) {
	if cap(f.heights) >= n {
		return
	}
	floats := make([]float64, 4*n)
	f.heights, f.spare, f.left, f.right = floats[:0:n], floats[n:n:2*n], floats[2*n:2*n:3*n], floats[3*n:3*n:4*n]
	f.runs, f.stack = make([]run, 0, n), make([]int, 0, n)
}

// smooth sets heights to the totals after some passes of the [1 2 1]/4 kernel,
// the end rows standing in for their missing neighbours.
func (f *finder) smooth(totals []int64, passes int) {
	n := len(totals)
	f.heights, f.spare = f.heights[:n], f.spare[:n]
	for i, units := range totals {
		f.heights[i] = float64(units)
	}
	for range passes {
		src, dst := f.heights, f.spare
		for i := 1; i < n-1; i++ {
			dst[i] = kernel(src[i-1], src[i], src[i+1])
		}
		dst[0], dst[n-1] = kernel(src[0], src[0], src[min(1, n-1)]), kernel(src[max(n-2, 0)], src[n-1], src[n-1])
		f.heights, f.spare = dst, src
	}
}

// kernel is one row after one pass.
func kernel(a, b, c float64) float64 { return (float64(a+float64(2*b)) + c) / 4 }

// split sets runs to where the heights turn: the first and the last stretch of
// equal rows, and between them those higher or lower than both neighbours. On
// the way from one to the next nothing higher or lower is met.
func (f *finder) split() {
	f.runs = f.runs[:0]
	for i, h := range f.heights {
		last := len(f.runs) - 1
		switch {
		case last >= 0 && f.runs[last].height == h:
			f.runs[last].last = i
		case last >= 1 && (f.runs[last-1].height < f.runs[last].height) == (f.runs[last].height < h):
			f.runs[last] = run{i, i, h}
		default:
			f.runs = append(f.runs, run{i, i, h})
		}
	}
}
