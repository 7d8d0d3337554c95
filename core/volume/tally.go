package volume

import "github.com/quantum-signals/quantum/core"

// tally takes a one-shot profile: opened on the extent of what it counts, then
// given it bar by bar, then read.
type tally struct {
	params  Params
	source  Source
	count   int
	moments moments
	meter   meter
	sheet   sheet
}

// open lays the rows.
func (t *tally) open(e extent) error {
	if err := t.moments.check(); err != nil {
		return err
	}
	if t.params.Rows != 0 {
		t.sheet.grid.layRows(t.params.Rows, e.low, e.high)
	} else {
		first, count, err := rowsOfSize(t.params.RowSize, e.low, e.high)
		if err != nil {
			return err
		}
		t.sheet.grid.laySize(t.params.RowSize, first, count)
		t.sheet.grid.first = 0 // the ledger begins with row 0
	}
	t.sheet.ledger.room(&t.sheet.grid, t.sheet.grid.count)
	return nil
}

// small reports whether no sum can overflow, nor any bar of at most that
// volume have 2^52 units.
func (t *tally) small(most float64) bool {
	units := t.meter.count(most)
	return units < two52 && units*float64(t.count) < maxBarUnits
}

// lay adds the bar at place index. The error names a unit that fits.
func (t *tally) lay(index int, bar core.Candle, side side) error {
	k, err := keep(bar, t.meter, index, t.moments.weight)
	if err != nil {
		return err
	}
	k.side = side
	if !t.sheet.ledger.layChecked(&t.sheet.grid, t.params.Spread, &k) {
		return t.meter.tooMuch(index, bar.Volume, t.moments.weight, t.sheet.grid.narrow)
	}
	return nil
}

// profile reads everything laid.
func (t *tally) profile() *Profile {
	var r reader
	p := &Profile{Source: t.source, Count: t.count}
	p.VWAP, p.SD = t.moments.read()
	p.fill(&t.sheet, t.params, t.meter.unit, &r)
	return p
}
