package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// Session is a finished session.
type Session struct {
	Start, End int64 // open times of its first and last bar
	Levels     Levels
	Shape      Shape
	LowNodes   []Node // in memory of the engine, until its next call
}

// reference is the session before the running one, as its bars are held
// against.
type reference struct {
	known   bool
	session Session
	sides   []int8 // of each low node: where the last close not on it was, -1 below, 1 above, 0 on it so far
}

// begin starts to hold bars against the session, from its last close on.
func (r *reference) begin(close float64) {
	r.known = true
	r.sides = r.sides[:0]
	for _, n := range r.session.LowNodes {
		r.sides = append(r.sides, against(close, n.Price))
	}
}

// inside reports whether price is in the value area, edges included.
func (r *reference) inside(price float64) bool {
	return r.session.Levels.VAL <= price && price <= r.session.Levels.VAH
}

// against is the side of a price on which close is.
func against(close, price float64) int8 {
	switch {
	case close > price:
		return 1
	case close < price:
		return -1
	}
	return 0
}

// nextSession commits a bar of any other range.
func (e *Engine) nextSession(bar core.Candle) error {
	start := e.rng.start(bar.OpenTime)
	book := e.book
	if start != e.session {
		book = e.spare
		book.reset()
	}
	if start != noSession {
		s, err := book.try(bar, e.bars)
		if err != nil {
			return err
		}
		book.commit(&s, bar.OpenTime)
	}
	e.journal.clear()
	if start != e.session {
		e.turn(start)
	}
	if start == noSession {
		return nil
	}
	before := e.levels.POC
	e.levels = e.read(book.now.view(), book.moments, book.start, book.count)
	if e.shifted(before) {
		e.journal.mark(before, book.start)
		e.journal.mark(e.levels.POC, book.start)
		e.journal.note(POCShift, sideOfMove(before, e.levels.POC), bar, e.interval)
	}
	if e.previous.known {
		e.watchValue(e.last.Close, bar)
		e.watchNaked(bar)
		e.watchLowNodes(bar)
	}
	return nil
}

// turn ends the running session and begins the next, whose book is the spare
// one.
func (e *Engine) turn(start int64) {
	if b := e.book; b.count > 0 {
		e.finish(b)
	}
	e.book, e.spare = e.spare, e.book
	e.session = start
	e.sessions++
	e.levels = noLevels()
}

// finish makes the running session the previous one.
func (e *Engine) finish(b *growing) {
	p := &e.profile
	p.fill(&b.now, e.params, e.meter.unit, &e.reader)
	s := &e.previous.session
	s.Start, s.End, s.Levels, s.Shape = b.start, e.last.OpenTime, e.levels, p.Shape
	s.LowNodes = append(s.LowNodes[:0], p.LowNodes...)
	e.previous.begin(e.last.Close)
	if p.POC == p.POC {
		e.naked.add(nakedPOC{p.POC, b.start, e.sessions})
	}
}

// shifted reports whether the point of control moved by at least one row from
// where it was, at price before. Where the rows of a growing range have moved
// too, a row is as high as they are now.
func (e *Engine) shifted(before float64) bool {
	now := e.levels.POC
	if before != before || now != now || now == before {
		return false
	}
	if e.params.Rows != 0 && e.book.relaid {
		return math.Abs(now-before) >= e.book.now.grid.step
	}
	return true
}
