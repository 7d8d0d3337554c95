package volume

// tally takes a one-shot profile: opened on the extent of what it counts, then
// given it bar by bar, then read.
type tally struct {
	params  Params
	source  Source
	count   int
	moments moments
	meter   meter
	grid    grid
	ledger  ledger
}

// open lays the rows.
func (t *tally) open(e extent) error {
	if err := t.moments.check(); err != nil {
		return err
	}
	if t.params.Rows != 0 {
		t.grid.layRows(t.params.Rows, e.low, e.high)
	} else {
		first, count, err := fitSize(t.params.RowSize, e.low, e.high)
		if err != nil {
			return err
		}
		t.grid.laySize(t.params.RowSize, first, count)
		t.grid.first = 0 // the ledger begins with row 0
	}
	t.ledger.room(&t.grid, t.grid.count)
	return nil
}

// small reports whether no sum can overflow, nor any bar of at most that
// volume have 2^52 units.
func (t *tally) small(most float64) bool {
	units := t.meter.count(most)
	return units < two52 && units*float64(t.count) < maxBarUnits
}

// lay adds the bar at place index. The error names a unit that fits.
func (t *tally) lay(index int, low, high, close, volume float64, side side) error {
	units := t.meter.count(volume)
	if !(units <= maxBarUnits) {
		return t.meter.tooMuch(index, volume, t.moments.weight, t.grid.narrow)
	}
	p := t.grid.place(t.params.Spread, low, high, close, int64(units))
	if !t.ledger.fits(p.units, p.strain) {
		return t.meter.tooMuch(index, volume, t.moments.weight, t.grid.narrow)
	}
	t.ledger.add(&t.grid, &p, side, 1)
	return nil
}

// profile reads everything laid.
func (t *tally) profile() *Profile {
	var f finder
	p := &Profile{Source: t.source, Count: t.count}
	p.VWAP, p.SD = t.moments.read()
	p.fill(&t.grid, &t.ledger, t.params, t.meter.unit, &f)
	return p
}
