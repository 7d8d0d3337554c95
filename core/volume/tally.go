package volume

import "github.com/quantum-signals/quantum/core"

// tally takes a one-shot profile: made for the extent of what it counts, then
// given it bar by bar, then read.
type tally struct {
	params  Params
	source  Source
	count   int
	moments moments
	meter   meter
	small   bool // fewUnits
	sheet   sheet
}

// newTally lays the rows for count bars or trades of that extent.
func newTally(p Params, source Source, count int, e *extent) (*tally, error) {
	t := &tally{params: p, source: source, count: count, moments: e.moments}
	if err := t.moments.check(); err != nil {
		return nil, err
	}
	unit := p.VolumeUnit
	if unit == 0 {
		unit = unitOf(e.most)
	}
	t.meter = newMeter(unit)
	t.small = t.fewUnits(e.most)
	g := &t.sheet.grid
	if _, err := g.change(g, p, e.low, e.high); err != nil {
		return nil, err
	}
	g.first = 0 // the ledger begins with row 0
	t.sheet.ledger.room(g, g.count)
	return t, nil
}

// fewUnits reports whether no sum can overflow, nor any bar of at most that
// volume have 2^52 units.
func (t *tally) fewUnits(most float64) bool {
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
