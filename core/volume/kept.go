package volume

import "github.com/quantum-signals/quantum/core"

// kept is what a profile remembers of a bar that it may have to lay again.
type kept struct {
	low, high, close float64
	units            int64
	side             side
	flat             bool // it closed where it opened: its side comes from the bars before
}

// keep is a bar as kept, its side left open where it is flat. total is the
// volume there would be with it; the error is that of a bar that does not fit
// the unit.
//
//go:noinline
func keep(bar core.Candle, m meter, index int, total float64) (kept, error) {
	units := m.count(bar.Volume)
	if !(units <= maxBarUnits) {
		return kept{}, m.tooMuch(index, bar.Volume, total, false)
	}
	return kept{
		low: bar.Low, high: bar.High, close: bar.Close, units: int64(units),
		side: sideOf(bar.Close < bar.Open), flat: bar.Close == bar.Open,
	}, nil
}

// sheet is rows and what lies in them.
type sheet struct {
	grid   grid
	ledger ledger
}

// view is what lies in the rows of a grid, for reading.
type view struct {
	grid   *grid
	ledger *ledger
}

func (s *sheet) view() view { return view{&s.grid, &s.ledger} }

// lay lays a bar, sign 1, or takes it away, -1.
//
//go:noinline
func (l *ledger) lay(g *grid, s Spread, k *kept, sign int64) {
	p := g.place(s, k.low, k.high, k.close, k.units)
	l.add(g, &p, k.side, sign)
}

// layChecked lays a bar unless that would overflow.
//
//go:noinline
func (l *ledger) layChecked(g *grid, s Spread, k *kept) bool {
	p := g.place(s, k.low, k.high, k.close, k.units)
	if !l.fits(p.units, p.strain) {
		return false
	}
	l.add(g, &p, k.side, 1)
	return true
}

// relay moves a bar from where one grid lays it to where another does, sign 1,
// or back, -1.
func (l *ledger) relay(from, to *grid, s Spread, k *kept, sign int64) {
	l.lay(from, s, k, -sign)
	l.lay(to, s, k, sign)
}
