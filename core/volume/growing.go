package volume

import "github.com/quantum-signals/quantum/core"

// growing is the profile of a session or an anchored range: bars are added
// until it starts afresh.
//
// With rows of one height only the bars on the rim, which a wider profile lays
// otherwise, are kept: the work and the memory a bar do not depend on how many
// there were. With a number of rows every edge moves when the range grows, so
// all bars are kept and then laid afresh.
type growing struct {
	params  Params
	meter   meter
	now     sheet
	ahead   sheet // of a range about to change, or of a peek
	bars    []kept
	relaid  bool  // the last bar moved the rows
	count   int   // bars in the profile
	start   int64 // open time of the first
	low     float64
	high    float64
	course  course
	moments moments
}

// reset starts afresh, in the same memory.
func (b *growing) reset() {
	b.now.ledger.clear()
	b.now.grid.count = 0
	b.bars, b.count, b.start = b.bars[:0], 0, 0
	b.course, b.moments = course{}, moments{}
}

// add takes one more bar, the index-th of its series. With commit false it only
// shows the sheet and the moments there would be, until the next call. On an
// error nothing has changed.
func (b *growing) add(bar core.Candle, index int, commit bool) (*sheet, moments, error) {
	k, err := keep(bar, b.meter, index)
	if err != nil {
		return nil, moments{}, err
	}
	course, m := b.course, b.moments
	k.side = course.next(bar.Open, bar.Close)
	m.add(typical(bar.High, bar.Low, bar.Close), bar.Volume)
	if err := m.check(); err != nil {
		return nil, moments{}, err
	}
	low, high := bar.Low, bar.High
	if b.count > 0 {
		low, high = min(low, b.low), max(high, b.high)
	}
	changed, err := b.now.grid.change(&b.ahead.grid, b.params, low, high)
	if err != nil {
		return nil, moments{}, err
	}

	s := &b.ahead
	switch {
	case changed && b.params.Rows != 0:
		err = b.layAfresh(&k, bar.Volume, index, m)
	case commit:
		s = &b.now
		err = b.layOne(&s.ledger, &k, changed, bar.Volume, index, m)
	default:
		s.ledger.copy(&b.now.ledger)
		if !changed {
			s.grid.copy(&b.now.grid)
		}
		err = b.layOne(&s.ledger, &k, changed, bar.Volume, index, m)
	}
	if err != nil || !commit {
		return s, m, err
	}

	b.relaid = changed
	if changed {
		b.now.grid, b.ahead.grid = b.ahead.grid, b.now.grid
		if b.params.Rows != 0 {
			b.now.ledger, b.ahead.ledger = b.ahead.ledger, b.now.ledger
		}
		b.keepRim()
	}
	if b.params.Rows != 0 || b.now.grid.rim(&k) {
		b.bars = append(b.bars, k)
	}
	if b.count == 0 {
		b.start = bar.OpenTime
	}
	b.low, b.high, b.course, b.moments = low, high, course, m
	b.count++
	return &b.now, m, nil
}

// layAfresh lays every bar and then k in the rows ahead.
func (b *growing) layAfresh(k *kept, volume float64, index int, m moments) error {
	g, l := &b.ahead.grid, &b.ahead.ledger
	l.room(&b.now.grid, g.count)
	l.clear()
	for i := range b.bars {
		if !l.layChecked(g, b.params.Spread, &b.bars[i]) {
			return b.meter.tooMuch(index, volume, m.weight, g.narrow)
		}
	}
	if !l.layChecked(g, b.params.Spread, k) {
		return b.meter.tooMuch(index, volume, m.weight, g.narrow)
	}
	return nil
}

// layOne adds k to l, in the rows ahead if they change: rows of one height,
// where only the bars on the rim move.
func (b *growing) layOne(l *ledger, k *kept, changed bool, volume float64, index int, m moments) error {
	g := &b.now.grid
	if changed {
		g = &b.ahead.grid
	}
	p := g.place(b.params.Spread, k.low, k.high, k.close, k.units)
	if !l.fits(p.units, p.strain) {
		return b.meter.tooMuch(index, volume, m.weight, g.narrow)
	}
	if changed {
		l.room(&b.now.grid, g.count)
		for i := range b.bars {
			l.relay(&b.now.grid, g, b.params.Spread, &b.bars[i])
		}
	}
	l.add(g, &p, k.side, 1)
	return nil
}

// keepRim drops the bars that no wider profile lays otherwise.
func (b *growing) keepRim() {
	if b.params.Rows != 0 {
		return
	}
	n := 0
	for i := range b.bars {
		if b.now.grid.rim(&b.bars[i]) {
			b.bars[n] = b.bars[i]
			n++
		}
	}
	b.bars = b.bars[:n]
}
