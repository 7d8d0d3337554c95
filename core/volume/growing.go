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
	if b.count == 0 {
		return
	}
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

// try lays one more bar, the index-th of its series, to be committed or taken
// back. On an error nothing has changed.
func (b *growing) try(bar core.Candle, index int) (growth, error) {
	s, err := b.plan(bar, index)
	if err != nil {
		return s, err
	}
	var fits bool
	if s.moved && b.params.Rows != 0 {
		fits = b.layAfresh(&s)
	} else {
		fits = b.layOne(&s)
	}
	if !fits {
		err = b.meter.tooMuch(index, bar.Volume, s.moments.weight, b.now.grid.narrow || b.ahead.grid.narrow)
	}
	return s, err
}

// view is the profile with s laid.
func (b *growing) view(s *growth) view {
	v := b.now.view()
	if s.moved {
		v.grid = &b.ahead.grid
		if b.params.Rows != 0 {
			v.ledger = &b.ahead.ledger
		}
	}
	return v
}

// takeBack undoes try.
func (b *growing) takeBack(s *growth) {
	if s.moved && b.params.Rows != 0 {
		return
	}
	l, g := &b.now.ledger, b.view(s).grid
	l.lay(g, b.params.Spread, &s.bar, -1)
	b.moveRim(s, -1)
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

// layOne lays the bar of s; false if it does not fit. If the rows change they
// are of one height, and only the bars on the rim move.
func (b *growing) layOne(s *growth) bool {
	l, g := &b.now.ledger, b.view(s).grid
	p := g.place(b.params.Spread, s.bar.low, s.bar.high, s.bar.close, s.bar.units)
	if !l.fits(p.units, p.strain) {
		return false
	}
	if s.moved {
		l.room(&b.now.grid, g.count)
	}
	b.moveRim(s, 1)
	l.add(g, &p, s.bar.side, 1)
	return true
}

// moveRim lays the bars on the rim as the rows ahead hold them if the rows
// change, or with sign -1 back.
func (b *growing) moveRim(s *growth, sign int64) {
	if !s.moved {
		return
	}
	for i := range b.bars.count {
		b.now.ledger.relay(&b.now.grid, &b.ahead.grid, b.params.Spread, b.bars.at(i), sign)
	}
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
