package volume

import "github.com/quantum-signals/quantum/core"

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

// fill reads rows, levels, nodes and shape off a ledger.
func (p *Profile) fill(g *grid, l *ledger, params Params, unit float64, f *finder) {
	n := g.count
	floats := make([]float64, 3*n+1)
	p.Edges, p.Up, p.Down = floats[:n+1:n+1], floats[n+1:2*n+1:2*n+1], floats[2*n+1:]
	p.Edges[n] = g.high
	units := make([]int64, 3*n)
	ups, downs, totals := units[:n], units[n:2*n], units[2*n:]
	l.read(g, ups, downs)
	for i := range n {
		p.Edges[i] = g.edge(i)
		p.Up[i], p.Down[i] = inBase(ups[i], unit), inBase(downs[i], unit)
		totals[i] = ups[i] + downs[i]
	}
	p.Unit, p.Total = unit, inBase(l.total, unit)
	p.POC, p.VAH, p.VAL, p.Enclosed = core.Absent(), core.Absent(), core.Absent(), core.Absent()
	p.HighNodes, p.LowNodes, p.Shape = p.HighNodes[:0], p.LowNodes[:0], NoShape
	if l.total == 0 {
		return
	}
	poc := pointOfControl(g, totals)
	a := valueArea(totals, l.total, poc, params.ValueArea, params.Expansion)
	p.POC, p.VAH, p.VAL = g.centre(poc), g.edge(a.high+1), g.edge(a.low)
	p.Enclosed = inBase(a.enclosed, unit)
	p.HighNodes, p.LowNodes = f.find(g, totals, poc, params, unit, p.HighNodes, p.LowNodes)
	p.Shape = shapeOf(p)
}
