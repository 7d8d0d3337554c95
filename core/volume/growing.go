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
	bars    barList
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
	b.bars.count, b.count, b.start = 0, 0, 0
	b.course, b.moments = course{}, moments{}
}

// growth is what one more bar changes.
type growth struct {
	bar     kept
	low     float64
	high    float64
	course  course
	moments moments
	moved   bool // the rows change, to those ahead
}

// add takes one more bar, the index-th of its series. With commit false it only
// shows the sheet and the moments there would be, until the next call. On an
// error nothing has changed.
func (b *growing) add(bar core.Candle, index int, commit bool) (*sheet, moments, error) {
	s, err := b.plan(bar, index)
	if err != nil {
		return nil, s.moments, err
	}
	to := &b.ahead
	var fits bool
	switch {
	case s.moved && b.params.Rows != 0:
		fits = b.layAfresh(&s)
	case commit:
		to = &b.now
		fits = b.layOne(&to.ledger, &s)
	default:
		to.ledger.copy(&b.now.ledger)
		if !s.moved {
			to.grid.copy(&b.now.grid)
		}
		fits = b.layOne(&to.ledger, &s)
	}
	if !fits {
		return nil, s.moments, b.meter.tooMuch(index, bar.Volume, s.moments.weight, b.now.grid.narrow || b.ahead.grid.narrow)
	}
	if !commit {
		return to, s.moments, nil
	}
	b.commit(&s, bar.OpenTime)
	return &b.now, s.moments, nil
}

// plan works out what a bar changes, and lays the rows ahead if they do.
func (b *growing) plan(bar core.Candle, index int) (growth, error) {
	s := growth{low: bar.Low, high: bar.High, course: b.course, moments: b.moments.with(typical(bar.High, bar.Low, bar.Close), bar.Volume)}
	if err := s.moments.check(); err != nil {
		return s, err
	}
	var err error
	if s.bar, err = keep(bar, b.meter, index, s.moments.weight); err != nil {
		return s, err
	}
	s.bar.side = s.course.next(bar.Open, bar.Close)
	if b.count > 0 {
		s.low, s.high = min(s.low, b.low), max(s.high, b.high)
	}
	s.moved, err = b.now.grid.change(&b.ahead.grid, b.params, s.low, s.high)
	return s, err
}

// layAfresh lays every bar and then that of s in the rows ahead; false if they
// do not fit.
func (b *growing) layAfresh(s *growth) bool {
	g, l := &b.ahead.grid, &b.ahead.ledger
	l.clear()
	l.room(g, g.count)
	for i := range b.bars.count {
		if !l.layChecked(g, b.params.Spread, b.bars.at(i)) {
			return false
		}
	}
	return l.layChecked(g, b.params.Spread, &s.bar)
}

// layOne adds the bar of s to l; false if it does not fit. If the rows change
// they are of one height, and only the bars on the rim move.
func (b *growing) layOne(l *ledger, s *growth) bool {
	g := &b.now.grid
	if s.moved {
		g = &b.ahead.grid
	}
	p := g.place(b.params.Spread, s.bar.low, s.bar.high, s.bar.close, s.bar.units)
	if !l.fits(p.units, p.strain) {
		return false
	}
	if s.moved {
		l.room(&b.now.grid, g.count)
		for i := range b.bars.count {
			l.relay(&b.now.grid, g, b.params.Spread, b.bars.at(i))
		}
	}
	l.add(g, &p, s.bar.side, 1)
	return true
}

// commit makes s, which is laid, the state.
func (b *growing) commit(s *growth, time int64) {
	if b.relaid = s.moved; s.moved {
		b.now.grid, b.ahead.grid = b.ahead.grid, b.now.grid
		if b.params.Rows != 0 {
			b.now.ledger, b.ahead.ledger = b.ahead.ledger, b.now.ledger
		}
		b.keepRim()
	}
	if b.params.Rows != 0 || b.now.grid.rim(&s.bar) {
		b.bars.push(&s.bar)
	}
	if b.count == 0 {
		b.start = time
	}
	b.low, b.high, b.course, b.moments = s.low, s.high, s.course, s.moments
	b.count++
}

// keepRim drops the bars that no wider profile lays otherwise.
func (b *growing) keepRim() {
	if b.params.Rows != 0 {
		return
	}
	all := b.bars.count
	b.bars.count = 0
	for i := range all {
		if k := b.bars.at(i); b.now.grid.rim(k) {
			b.bars.push(k)
		}
	}
}
