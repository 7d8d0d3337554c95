package volume

import "github.com/quantum-signals/quantum/core"

// rolling is the profile of the last bars of a series.
//
// With rows of one height a bar that comes and one that goes touch a fixed
// number of cells, and bars on the rim are laid again when the rows at their
// end change, once in their time: the work a bar does not depend on the
// window. With a number of rows the whole window is laid again whenever its
// range changes.
type rolling struct {
	params     Params
	meter      meter
	limit      int
	now        sheet
	ahead      sheet
	bars       []kept  // a ring by number, its length a power of two
	times      []int64 // open times, likewise
	first, end int64   // numbers of the oldest bar and of the next one
	lows       deque   // by lowKey
	highs      deque   // by high, falling
}

// step is what one more bar changes.
type step struct {
	bar   kept
	gone  int64 // number of the bar that leaves, -1 if none
	fresh int64 // bars before this number, from the oldest left, turn into up bars
	low   float64
	high  float64 // keys for the deques
	moved bool    // the rows change, to those ahead
}

// try lays one more bar, the index-th of its series, to be committed or taken
// back. On an error nothing has changed.
func (b *rolling) try(bar core.Candle, index int) (step, error) {
	s, err := b.plan(bar, index)
	switch {
	case err != nil:
	case s.moved && b.params.Rows != 0:
		err = b.layAfresh(&s, bar.Volume, index)
	case !b.fits(&s):
		err = b.tooMuch(&s, bar.Volume, index)
	default:
		b.slide(&s, 1)
	}
	return s, err
}

// view is the profile with s laid.
func (b *rolling) view(s *step) view {
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
func (b *rolling) takeBack(s *step) {
	if !s.moved || b.params.Rows == 0 {
		b.slide(s, -1)
	}
}

// plan works out what a bar changes, and lays the rows ahead if they do.
func (b *rolling) plan(bar core.Candle, index int) (step, error) {
	s := step{gone: -1}
	if b.end-b.first == int64(b.limit) {
		s.gone = b.first
	}
	total := moments{weight: b.volume(&s) + bar.Volume}
	if err := total.check(); err != nil {
		return s, err
	}
	var err error
	if s.bar, err = keep(bar, b.meter, index, total.weight); err != nil {
		return s, err
	}
	oldest := b.oldest(&s)
	s.fresh = b.turned(oldest)
	if s.bar.flat {
		s.bar.side = b.sideAfter(&s, oldest)
	}
	s.high = -bar.High
	if b.params.Rows != 0 {
		s.low = bar.Low
		low, high := b.lows.least(s.gone, s.low), -b.highs.least(s.gone, s.high)
		s.moved, err = b.now.grid.change(&b.ahead.grid, b.params, low, high)
		return s, err
	}
	err = b.planRows(&s) // on its own: what return reads first, s or the call's work on it, is open
	return s, err
}

// planRows is plan for rows of one height.
func (b *rolling) planRows(s *step) error {
	size := b.params.RowSize
	if _, _, err := rowsOfSize(size, s.bar.low, s.bar.high); err != nil {
		return err
	}
	s.low = lowKey(size, s.bar.low)
	first, high := firstOfKey(b.lows.least(s.gone, s.low)), -b.highs.least(s.gone, s.high)
	count, ok := countRows(size, first, high)
	if !ok {
		return b.tooManyRows(s, high)
	}
	if s.moved = first != b.now.grid.first || count != b.now.grid.count; s.moved {
		b.ahead.grid.laySize(size, first, count)
	}
	return nil
}

// turned is the end of the bars, from the oldest left on, that turn into up
// bars when those before them leave: the oldest, if it closed where it opened
// below the bar before it, and the bars that took their side from it.
func (b *rolling) turned(oldest int64) int64 {
	if oldest == b.end || !b.at(oldest).flat || b.at(oldest).side == up {
		return oldest
	}
	i := oldest + 1
	for i < b.end && b.at(i).flat && b.at(i).close == b.at(i-1).close {
		i++
	}
	return i
}

// after is bar number i as it is after s.
func (b *rolling) after(s *step, i int64) kept {
	k := *b.at(i)
	if i < s.fresh {
		k.side = up
	}
	return k
}

// sideAfter is the side of the bar of s, which closed where it opened, beside
// the bars from oldest on.
func (b *rolling) sideAfter(s *step, oldest int64) side {
	c := course{}
	if oldest < b.end {
		k := b.after(s, b.end-1)
		c = course{previous: k.close, started: true, last: k.side}
	}
	return c.next(s.bar.close, s.bar.close)
}

// at is bar number i of the window.
func (b *rolling) at(i int64) *kept { return &b.bars[int(i&int64(len(b.bars)-1))] }

// oldest is the number of the oldest bar that s leaves.
func (b *rolling) oldest(s *step) int64 {
	if s.gone >= 0 {
		return s.gone + 1
	}
	return b.first
}

// fits reports whether the ledger can take s where few bars are laid again.
func (b *rolling) fits(s *step) bool {
	rest := ledger{total: b.left(s), strain: b.now.ledger.strain}
	var strained int64
	if g := &b.now.grid; g.narrow && !s.moved {
		p := g.place(b.params.Spread, s.bar.low, s.bar.high, s.bar.close, s.bar.units)
		strained = p.strain
		if s.gone >= 0 {
			k := b.at(s.gone)
			p := g.place(b.params.Spread, k.low, k.high, k.close, k.units)
			rest.strain -= p.strain
		}
	}
	return rest.fits(s.bar.units, strained)
}

// layAfresh lays every bar that s leaves, and its own, in the rows ahead.
func (b *rolling) layAfresh(s *step, volume float64, index int) error {
	g, l := &b.ahead.grid, &b.ahead.ledger
	l.room(&b.now.grid, g.count)
	l.clear()
	for i := b.oldest(s); i < b.end; i++ {
		if k := b.after(s, i); !l.layChecked(g, b.params.Spread, &k) {
			return b.tooMuch(s, volume, index)
		}
	}
	if !l.layChecked(g, b.params.Spread, &s.bar) {
		return b.tooMuch(s, volume, index)
	}
	return nil
}

// slide takes the bar that leaves off the rows, turns sides, moves the rim and
// adds the bar that comes, sign 1, or takes all that back, -1.
func (b *rolling) slide(s *step, sign int64) {
	g, l, spread := &b.now.grid, &b.now.ledger, b.params.Spread
	if s.gone >= 0 {
		l.lay(g, spread, b.at(s.gone), -sign)
	}
	for i := b.oldest(s); i < s.fresh; i++ {
		k := *b.at(i)
		l.lay(g, spread, &k, -sign)
		k.side = up
		l.lay(g, spread, &k, sign)
	}
	if s.moved {
		l.room(g, b.ahead.grid.count)
		b.moveRim(s, sign)
		g = &b.ahead.grid
	}
	l.lay(g, spread, &s.bar, sign)
}

// moveRim lays the bars again that the rows ahead hold otherwise: those at the
// greatest high, if the top moves and it lies on the old upper edge or on the
// new one, and those in the lowest row, if the bottom moves and they lie just
// below the old lower edge or the new one. With sign -1 it lays them back.
func (b *rolling) moveRim(s *step, sign int64) {
	from, to, l := &b.now.grid, &b.ahead.grid, &b.now.ledger
	top, edge := b.highs.front(s.gone), 0.0
	atTop := top < b.highs.count && from.first+int64(from.count) != to.first+int64(to.count)
	if atTop {
		edge = -b.highs.at(top).key
		atTop = edge >= from.high || edge >= to.high
	}
	for i := top; atTop && i < b.highs.count && b.highs.at(i).key == -edge; i++ {
		k := b.after(s, b.highs.at(i).bar)
		l.relay(from, to, b.params.Spread, &k, sign)
	}
	if from.first == to.first {
		return
	}
	bottom := b.lows.front(s.gone)
	for i := bottom; i < b.lows.count && b.lows.at(i).key == b.lows.at(bottom).key; i++ {
		k := b.after(s, b.lows.at(i).bar)
		if k.low >= from.low && k.low >= to.low {
			return
		}
		if !atTop || k.high != edge {
			l.relay(from, to, b.params.Spread, &k, sign)
		}
	}
}

// commit moves the window by s, which is laid.
func (b *rolling) commit(s *step, time int64) {
	if s.moved {
		b.now.grid, b.ahead.grid = b.ahead.grid, b.now.grid
		if b.params.Rows != 0 {
			b.now.ledger, b.ahead.ledger = b.ahead.ledger, b.now.ledger
		}
	}
	for i := b.oldest(s); i < s.fresh; i++ {
		b.at(i).side = up
	}
	if s.gone >= 0 {
		b.lows.expire(s.gone)
		b.highs.expire(s.gone)
		b.first++
	}
	if int(b.end-b.first) == len(b.bars) {
		b.grow()
	}
	*b.at(b.end) = s.bar
	b.times[int(b.end&int64(len(b.times)-1))] = time
	b.lows.push(s.low, b.end)
	b.highs.push(s.high, b.end)
	b.end++
}

// grow doubles the ring.
func (b *rolling) grow() {
	size := max(2*len(b.bars), 16)
	bars, times := make([]kept, size), make([]int64, size)
	for i := b.first; i < b.end; i++ {
		at := int(i & int64(size-1))
		bars[at], times[at] = *b.at(i), b.times[int(i&int64(len(b.times)-1))]
	}
	b.bars, b.times = bars, times
}

// window is the open time of the oldest bar and the number of bars, after more
// bars of which the next opens at next.
func (b *rolling) window(next int64, more int64) (start int64, count int) {
	first, end := b.first, b.end+more
	if end-first > int64(b.limit) {
		first = end - int64(b.limit)
	}
	if first == b.end {
		return next, int(end - first)
	}
	return b.times[int(first&int64(len(b.times)-1))], int(end - first)
}

// left is the units of the bars that s leaves.
func (b *rolling) left(s *step) int64 {
	if s.gone >= 0 {
		return b.now.ledger.total - b.at(s.gone).units
	}
	return b.now.ledger.total
}

// volume is left in base currency.
func (b *rolling) volume(s *step) float64 { return inBase(b.left(s), b.meter.unit) }

// tooMuch is the error of a bar whose volume does not fit beside the window's.
func (b *rolling) tooMuch(s *step, volume float64, index int) error {
	return b.meter.tooMuch(index, volume, b.volume(s)+volume, b.now.grid.narrow || b.ahead.grid.narrow)
}

// tooManyRows is the error of a window whose rows of one height are too many.
func (b *rolling) tooManyRows(s *step, high float64) error {
	low := s.bar.low
	for i := b.oldest(s); i < b.end; i++ {
		low = min(low, b.at(i).low)
	}
	_, _, err := rowsOfSize(b.params.RowSize, low, high)
	return err
}
