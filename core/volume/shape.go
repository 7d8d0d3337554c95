package volume

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

const (
	// doubleShare is how much of the first high node's volume the second needs
	// for a profile to be double.
	doubleShare = 0.6
	// thinShare is how much of the profile's height a thin value area passes.
	thinShare = 0.8
)

// shapeOf is the outline of a profile whose nodes and value area are known:
// double or thin if it is that, else by the third in which the centre of its
// dominant high node lies, the one of most volume, of equals the lowest.
func shapeOf(p *Profile) Shape {
	if len(p.HighNodes) == 0 {
		return NoShape
	}
	bottom, top := p.Edges[0], p.Edges[len(p.Edges)-1]
	first, second := dominant(p.HighNodes)
	switch {
	case second >= 0 && p.HighNodes[second].Volume >= doubleShare*p.HighNodes[first].Volume &&
		between(p.LowNodes, p.HighNodes[first].Row, p.HighNodes[second].Row):
		return ShapeDouble
	case second < 0 && p.VAH-p.VAL > thinShare*(top-bottom):
		return ShapeThin
	}
	third := (top - bottom) / 3
	switch price := p.HighNodes[first].Price; {
	case price > top-third:
		return ShapeP
	case price < bottom+third:
		return ShapeB
	}
	return ShapeD
}

// dominant is the places of the two nodes of most volume; second is -1 where
// there is but one.
func dominant(nodes []Node) (first, second int) {
	second = -1
	for i := 1; i < len(nodes); i++ {
		switch {
		case nodes[i].Volume > nodes[first].Volume:
			first, second = i, first
		case second < 0 || nodes[i].Volume > nodes[second].Volume:
			second = i
		}
	}
	return first, second
}

// between reports whether a node lies strictly between two rows.
func between(nodes []Node, a, b int) bool {
	for _, n := range nodes {
		if n.Row > min(a, b) && n.Row < max(a, b) {
			return true
		}
	}
	return false
}
