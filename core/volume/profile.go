package volume

// Source says what a profile was taken from.
type Source int

const (
	SourceBars   Source = iota // bars: volume laid over each bar's prices
	SourceTrades               // trades: exact
)

// String is the source as the API writes it: "bars" or "trades".
func (s Source) String() string {
	if s == SourceTrades {
		return "trades"
	}
	return "bars"
}

// Profile is the volume of a range of bars or trades by price, and the levels
// read from it. Volumes are in base currency, prices in quote currency. Of a
// profile without volume POC, VAH, VAL, Enclosed, VWAP and SD are absent and
// there are no nodes.
type Profile struct {
	Source Source
	Count  int     // bars or trades taken
	Unit   float64 // volume unit: every volume here is a whole multiple of it

	Edges    []float64 // row i is [Edges[i], Edges[i+1]); one more than rows
	Up, Down []float64 // volume of each row in up bars and in down bars

	Total         float64
	POC, VAH, VAL float64
	Enclosed      float64 // volume inside the value area
	HighNodes     []Node  // by row, ascending
	LowNodes      []Node
	VWAP, SD      float64 // volume-weighted mean and deviation; absent for a rolling range
	Shape         Shape
}

// Len is the number of rows.
func (p *Profile) Len() int { return len(p.Up) }

// Node is a high or low volume node.
type Node struct {
	Row        int
	Price      float64 // centre of the row
	Volume     float64 // the row's own total, not smoothed
	Prominence float64 // as a share of the greatest smoothed row
}

// reader is memory for reading ledgers, used again.
type reader struct {
	finder finder
	strip  strip
}

// fill reads rows, levels, nodes and shape off a sheet, in the memory p has.
func (p *Profile) fill(s *sheet, params Params, unit float64, r *reader) {
	g, n := &s.grid, s.grid.count
	if cap(p.Edges) <= n {
		floats := make([]float64, 3*n+1)
		p.Edges, p.Up, p.Down = floats[:n+1:n+1], floats[n+1:2*n+1:2*n+1], floats[2*n+1:]
	}
	p.Edges, p.Up, p.Down = p.Edges[:n+1], p.Up[:n], p.Down[:n]
	totals := r.strip.line(n)
	var evenUp, evenDown int64
	for i := range n {
		at := s.ledger.at(g, i)
		evenUp, evenDown = evenUp+at[up].even, evenDown+at[down].even
		ups, downs := at[up].own+evenUp, at[down].own+evenDown
		p.Up[i], p.Down[i], totals[i] = inBase(ups, unit), inBase(downs, unit), ups+downs
	}
	for i := range p.Edges {
		p.Edges[i] = g.edge(i)
	}
	p.Unit = unit
	p.HighNodes, p.LowNodes, p.Shape = p.HighNodes[:0], p.LowNodes[:0], NoShape
	v := readLevels(g, r.strip, s.ledger.total, params, unit)
	p.Total, p.POC, p.VAH, p.VAL, p.Enclosed = v.total, v.price, v.vah, v.val, v.enclosed
	if s.ledger.total != 0 {
		p.HighNodes, p.LowNodes = r.finder.find(g, totals, v.poc, params, unit, p.HighNodes, p.LowNodes)
		p.Shape = shapeOf(p)
	}
}
