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

// Shape is the outline of a profile.
type Shape int

const (
	NoShape     Shape = iota // no volume
	ShapeD                   // the dominant high node in the middle third
	ShapeP                   // in the upper third
	ShapeB                   // in the lower third: the small b
	ShapeDouble              // two high nodes of like volume with a low node between: the big B
	ShapeThin                // no high node but the point of control, and a wide value area
)

// String is the shape as the API writes it: "D", "P", "b", "B", "thin", or
// empty.
func (s Shape) String() string {
	return [...]string{"", "D", "P", "b", "B", "thin"}[s]
}
