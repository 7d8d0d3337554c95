package volume

// parts is a bar's units split over rows first to last of a grid: begin in
// first, each in every row between, end in last, and in row odd what rounding
// left over, of either sign. They add up to units exactly.
type parts struct {
	first, last, odd       int
	units                  int64
	begin, each, end, over int64
	strain                 int64 // by how much a row is pressed below zero: 0 but in narrow rows
}

// place lays the units of a bar as the spread says.
//
//go:noinline
func (g *grid) place(s Spread, low, high, close float64, units int64) parts {
	if s == Close {
		row := g.row(close)
		return parts{first: row, last: row, odd: row, units: units, begin: units}
	}
	return g.split(low, high, units)
}

// split lays units over [low, high] evenly.
func (g *grid) split(low, high float64, units int64) parts {
	p := parts{first: g.row(low), last: g.row(high), units: units}
	p.odd = p.first
	if p.first == p.last {
		p.begin = units
		return p
	}
	u, span := float64(units), high-low
	first, last := (g.edge(p.first+1)-low)/span, (high-g.edge(p.last))/span
	p.begin, p.end = whole(u*first), whole(u*last)
	p.over = units - p.begin - p.end
	switch between := int64(p.last - p.first - 1); {
	case between > 0:
		p.odd = p.first + 1
		p.each = whole(u * (g.step / span))
		p.over -= p.each * between
		if g.narrow {
			p.strain = strain(p.each, p.over, between)
		}
	case last > first:
		p.odd = p.last
	}
	return p
}

// whole is floor of a part of a bar's units, which is not negative. Only in
// narrow rows, under a bar that is then refused, it can be past maxBarUnits.
func whole(part float64) int64 { return int64(min(part, maxBarUnits)) }

// strain is by how much each + over is below zero. Between rows narrower than
// the spacing of prices, whose edges coincide, the even share of the rows
// between may add up to many times the bar; the odd part then makes up for it.
func strain(each, over, between int64) int64 {
	if float64(each)*float64(between) > maxBarUnits {
		return maxUnits
	}
	return max(-(each + over), 0)
}
