package volume

import "github.com/quantum-signals/quantum/core"

// Levels are what an engine reads at one bar: the levels of the profile over
// the range so far. They equal those of a fresh profile over the same bars with
// the same unit, bit for bit.
type Levels struct {
	Start int64 // open time of the range's first bar
	Count int   // bars in the range; 0 where the bar lies in no session

	POC, VAH, VAL   float64 // absent without volume
	Total, Enclosed float64 // of volume; Enclosed absent without
	VWAP, SD        float64 // absent without volume and for a rolling range
}

// Engine keeps the profile of a range up to date, one bar at a time: the
// developing levels, the sessions gone by and their events.
//
//   - Each profile equals the one taken afresh over the same bars with the same
//     unit, in every bit.
//   - Cost with RowSize: constant in bars for every range, on average. A bar
//     touches the rows it spans, and reading levels passes over the rows of the
//     value area and a sixteenth of all. With Rows every edge moves when the
//     range of prices grows (or, rolling, changes), and the bars in it are laid
//     afresh.
//   - Peek costs about two bars: it lays the bar, reads, and takes it back.
//   - Next and Peek allocate nothing once the longest session, or the window,
//     has been seen.
//
// It is not safe for concurrent use.
type Engine struct {
	params   Params
	interval core.Interval
	rng      Range
	meter    meter

	bars int // committed
	last core.Candle

	roll     *rolling // of a rolling range; else nil
	book     *growing // of the running session
	spare    *growing // of the next one
	session  int64    // when the running session begins, as its range says
	sessions int      // sessions begun
	previous reference
	naked    nakedList
	journal  journal

	levels  Levels // after the last bar
	pending bool   // levels of a rolling range are not read yet
	reader  reader
	profile Profile // memory for finished sessions
}

// New returns an engine for bars of that interval. Volume is counted in
// p.VolumeUnit, DefaultUnit where it is 0. The error is a *core.Error naming
// the parameter, its value and the bound.
func New(p Params, interval core.Interval, r Range) (*Engine, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := interval.Check(); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	p.rowsNamed = false
	r.Bounds = append([]int64(nil), r.Bounds...)
	unit := p.VolumeUnit
	if unit == 0 {
		unit = DefaultUnit
	}
	e := &Engine{params: p, interval: interval, rng: r, meter: newMeter(unit), session: noSession}
	e.levels = noLevels()
	e.journal.events = make([]Event, 0, NumSignals)
	if r.Kind == RangeRolling {
		e.roll = &rolling{params: p, meter: e.meter, limit: r.Bars}
		return e, nil
	}
	e.book, e.spare = &growing{params: p, meter: e.meter}, &growing{params: p, meter: e.meter}
	return e, nil
}

// Next commits a closed bar and writes the levels after it to out, which may
// be nil. On an error, which is a *core.Error naming bar, field and bound,
// nothing has changed.
func (e *Engine) Next(bar core.Candle, out *Levels) error {
	if err := e.check(bar); err != nil {
		return err
	}
	var err error
	if e.roll != nil {
		err = e.nextRolling(bar)
	} else {
		err = e.nextSession(bar)
	}
	if err != nil {
		return err
	}
	e.bars++
	e.last = bar
	if out != nil {
		*out = e.Levels()
	}
	return nil
}

// Peek writes to out what Next would give if the bar closed as it is, and
// changes nothing.
func (e *Engine) Peek(bar core.Candle, out *Levels) error {
	if err := e.check(bar); err != nil {
		return err
	}
	if e.roll != nil {
		s, err := e.roll.try(bar, e.bars)
		if err != nil {
			return err
		}
		start, count := e.roll.window(bar.OpenTime, 1)
		*out = e.read(e.roll.view(&s), moments{}, start, count)
		e.roll.takeBack(&s)
		return nil
	}
	start := e.rng.start(bar.OpenTime)
	if start == noSession {
		*out = noLevels()
		return nil
	}
	book := e.book
	if start != e.session {
		book = e.spare
		book.reset()
	}
	s, err := book.try(bar, e.bars)
	if err != nil {
		return err
	}
	first := bar.OpenTime
	if book.count > 0 {
		first = book.start
	}
	*out = e.read(book.view(&s), s.moments, first, book.count+1)
	book.takeBack(&s)
	return nil
}

// Levels are the levels after the bar last committed.
func (e *Engine) Levels() Levels {
	if e.pending {
		start, count := e.roll.window(0, 0)
		e.levels = e.read(e.roll.now.view(), moments{}, start, count)
		e.pending = false
	}
	return e.levels
}

// check reports whether a bar may follow those committed.
func (e *Engine) check(bar core.Candle) error {
	if err := core.CheckPrices(bar, e.bars); err != nil {
		return err
	}
	if err := core.CheckVolume(bar.Volume, e.bars); err != nil {
		return err
	}
	if err := core.CheckOpenTime(bar.OpenTime, e.bars); err != nil {
		return err
	}
	if e.bars > 0 {
		return core.CheckOrder(e.last.OpenTime, bar.OpenTime, e.interval, e.bars)
	}
	return nil
}

// read reads the levels off a profile.
func (e *Engine) read(p view, m moments, start int64, count int) Levels {
	v := p.ledger.levels(p.grid, e.params, e.meter.unit)
	vwap, sd := m.read()
	return Levels{
		Start: start, Count: count, POC: v.price, VAH: v.vah, VAL: v.val,
		Total: v.total, Enclosed: v.enclosed, VWAP: vwap, SD: sd,
	}
}

// noLevels are those of a bar in no session.
func noLevels() Levels {
	none := core.Absent()
	return Levels{POC: none, VAH: none, VAL: none, Total: none, Enclosed: none, VWAP: none, SD: none}
}

// nextRolling commits a bar of a rolling range.
func (e *Engine) nextRolling(bar core.Candle) error {
	s, err := e.roll.try(bar, e.bars)
	if err != nil {
		return err
	}
	e.roll.commit(&s, bar.OpenTime)
	e.pending = true
	return nil
}

// Profile is the whole profile after the bar last committed, in new memory.
// The error is of code NoBars where the range holds none.
func (e *Engine) Profile() (*Profile, error) {
	if e.roll != nil {
		_, count := e.roll.window(0, 0)
		return e.profileOf(&e.roll.now, moments{}, count)
	}
	return e.profileOf(&e.book.now, e.book.moments, e.book.count)
}

func (e *Engine) profileOf(s *sheet, m moments, count int) (*Profile, error) {
	if count == 0 {
		return nil, noBars()
	}
	p := &Profile{Source: SourceBars, Count: count}
	p.VWAP, p.SD = m.read()
	p.fill(s, e.params, e.meter.unit, &e.reader)
	return p, nil
}

// Previous is the session finished last; false before there is one.
func (e *Engine) Previous() (Session, bool) { return e.previous.session, e.previous.known }

// AppendNaked appends the naked points of control, by price ascending.
func (e *Engine) AppendNaked(dst []Naked) []Naked {
	for _, n := range e.naked {
		dst = append(dst, Naked{n.price, n.start, e.sessions - n.ordinal})
	}
	return dst
}

// AppendEvents appends the events of the bar last committed, at most one of a
// kind, in the order of the kinds. A rolling range has none.
func (e *Engine) AppendEvents(dst []Event) []Event { return append(dst, e.journal.events...) }

// Bars is how many bars have been committed.
func (e *Engine) Bars() int { return e.bars }

// Params are the parameters the engine was made with.
func (e *Engine) Params() Params { return e.params }

// Interval is the length of the engine's bars.
func (e *Engine) Interval() core.Interval { return e.interval }

// Range is the range of the engine's profile; its bounds are not to be written.
func (e *Engine) Range() Range { return e.rng }

// LastOpenTime is the open time of the bar last committed; false before any.
func (e *Engine) LastOpenTime() (int64, bool) { return e.last.OpenTime, e.bars > 0 }
