package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// Restore makes an engine from a snapshot. Bytes that are no snapshot of this
// engine version are refused with a *core.Error of code InvalidSnapshot naming
// the part that is wrong. The events of the last bar are not restored.
func Restore(b []byte) (*Engine, error) {
	r := snap.NewReader(b)
	if !intact(b) || string(r.Next(len(snapshotMagic))) != snapshotMagic {
		return nil, badSnapshot("snapshot")
	}
	if string(r.Next(r.Count(len(b)))) != Version {
		return nil, badSnapshot("version")
	}
	hash, interval := r.Uint64(), core.Interval(r.Int64())
	var vector [NumParams]float64
	for i := range vector {
		vector[i] = r.Float()
	}
	p, err := ParamsFromVector(vector[:])
	if err != nil || p.Hash() != hash {
		return nil, badSnapshot("params")
	}
	rng := loadRange(&r, len(b))
	if !r.OK() {
		return nil, badSnapshot("range")
	}
	e, err := New(p, interval, rng)
	if err != nil {
		return nil, badSnapshot("range")
	}
	e.load(&r, len(b))
	if r.Next(8); !r.Done() { // the hash, which intact has checked
		return nil, badSnapshot("state")
	}
	// Whatever an engine can be in, it writes in one way.
	if again, _ := e.AppendBinary(make([]byte, 0, len(b))); string(again) != string(b) {
		return nil, badSnapshot("state")
	}
	return e, nil
}

// intact reports whether b ends with the hash of what comes before.
func intact(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	sum, r := newHash(), snap.NewReader(b[len(b)-8:])
	sum.bytes(b[:len(b)-8])
	return r.Uint64() == uint64(sum)
}

func loadRange(r *snap.Reader, most int) Range {
	g := Range{Kind: RangeKind(r.Int8())}
	g.Offset, g.Length, g.Bars = loadInt(r, MaxLengthMinutes), loadInt(r, MaxLengthMinutes), loadInt(r, MaxRollingBars)
	g.From = r.Int64()
	g.Bounds = make([]int64, r.Count(most/8))
	for i := range g.Bounds {
		g.Bounds[i] = r.Int64()
	}
	return g
}

// loadInt takes a whole number of at most that magnitude.
//
//go:noinline
func loadInt(r *snap.Reader, most int64) int {
	v := r.Int64()
	if v < -most || v > most {
		r.Fail()
		return 0
	}
	return int(v)
}

// load takes the state. size bounds what may be counted.
func (e *Engine) load(r *snap.Reader, size int) {
	e.bars = loadInt(r, math.MaxInt32)
	e.last.OpenTime, e.last.Close = r.Int64(), loadPrice(r)
	r.Require(e.bars >= 0 && e.last.OpenTime >= -MaxTime && e.last.OpenTime <= MaxTime)
	if e.roll != nil {
		e.roll.load(r, e, size)
		e.pending = e.bars > 0
	} else {
		e.loadSession(r, size)
	}
}

// loadPrice takes a price.
//
//go:noinline
func loadPrice(r *snap.Reader) float64 {
	v := r.Float()
	r.Require(math.Abs(v) <= core.MaxPrice)
	return v
}

// loadKept takes a bar as save wrote it.
func loadKept(r *snap.Reader, full bool) kept {
	k := kept{low: loadPrice(r), high: loadPrice(r), units: r.Int64()}
	s := r.Int8()
	r.Require(k.low <= k.high && k.units >= 0 && k.units <= maxBarUnits && (s == int8(up) || s == int8(down)))
	k.side = side(s)
	if full {
		k.close, k.flat = loadPrice(r), r.Bool()
		r.Require(k.low <= k.close && k.close <= k.high)
	}
	return k
}

const keptSize = 25 // bytes of the shortest form

// load takes the window's bars and lays them.
func (b *rolling) load(r *snap.Reader, e *Engine, size int) {
	n := r.Count(size / keptSize)
	r.Require(n == min(e.bars, b.limit))
	low, high := math.Inf(1), math.Inf(-1)
	c, last := course{}, e.last.OpenTime
	for i := 0; i < n && r.OK(); i++ {
		time, k := r.Int64(), loadKept(r, true)
		low, high = min(low, k.low), max(high, k.high)
		if k.flat {
			r.Require(k.side == c.next(k.close, k.close))
		} else {
			c = course{previous: k.close, started: true, last: k.side}
		}
		if i > 0 {
			r.Require(time-last >= int64(e.interval))
		}
		r.Require(time >= -MaxTime && time <= MaxTime)
		last = time
		b.commit(&step{bar: k, gone: -1, fresh: b.first, low: k.low, high: -k.high}, time)
	}
	if r.Require(last == e.last.OpenTime); n == 0 || !r.OK() {
		return
	}
	r.Require(b.at(b.end-1).close == e.last.Close)
	b.layLoaded(r, low, high)
}

// layLoaded lays the bars taken and orders their lows.
func (b *rolling) layLoaded(r *snap.Reader, low, high float64) {
	if _, err := b.now.grid.change(&b.ahead.grid, b.params, low, high); err != nil {
		r.Fail()
		return
	}
	b.now.grid, b.ahead.grid = b.ahead.grid, b.now.grid
	b.now.ledger.room(&b.ahead.grid, b.now.grid.count)
	if b.params.Rows == 0 {
		b.lows.count = 0
	}
	for i := b.first; i < b.end; i++ {
		r.Require(b.now.ledger.layChecked(&b.now.grid, b.params.Spread, b.at(i)))
		if b.params.Rows == 0 {
			b.lows.push(lowKey(b.params.RowSize, b.at(i).low), i)
		}
	}
	r.Require(b.volume(&step{gone: -1}) <= maxVolume)
}

func (e *Engine) loadSession(r *snap.Reader, size int) {
	e.session = r.Int64()
	e.sessions = loadInt(r, math.MaxInt32)
	e.book.load(r, size)
	e.previous.load(r, size)
	e.naked = make(nakedList, r.Count(size/24))
	for i := range e.naked {
		n := nakedPOC{loadPrice(r), r.Int64(), loadInt(r, int64(e.sessions))}
		r.Require(n.ordinal >= 1 && n.ordinal < e.sessions && (i == 0 || e.naked[i-1].price <= n.price))
		e.naked[i] = n
	}
	if !r.OK() {
		return
	}
	r.Require(e.book.count <= e.bars && e.sessions >= 0 && e.sessions <= e.bars)
	r.Require((e.book.count > 0) == (e.session != noSession) && (e.book.count > 0) == (e.sessions > 0))
	r.Require(e.previous.known == (e.sessions > 1))
	if e.book.count == 0 {
		return
	}
	r.Require(e.rng.start(e.last.OpenTime) == e.session && e.rng.start(e.book.start) == e.session && e.book.start <= e.last.OpenTime)
	e.book.course.previous = e.last.Close
	r.Require(e.book.low <= e.last.Close && e.last.Close <= e.book.high)
	e.levels = e.read(e.book.now.view(), e.book.moments, e.book.start, e.book.count)
}

// load takes a session's profile.
func (b *growing) load(r *snap.Reader, size int) {
	b.count = loadInt(r, math.MaxInt32)
	r.Require(b.count >= 0)
	if b.count <= 0 || !r.OK() {
		return
	}
	b.start, b.low, b.high = r.Int64(), loadPrice(r), loadPrice(r)
	s := r.Int8()
	r.Require(b.low <= b.high && (s == int8(up) || s == int8(down)))
	b.course = course{started: true, last: side(s)}
	b.moments = moments{r.Float(), r.Float(), r.Float()}
	r.Require(b.moments.weight >= 0 && b.moments.weight <= maxVolume && math.Abs(b.moments.mean) <= 2*core.MaxPrice &&
		b.moments.square >= 0 && b.moments.square <= math.MaxFloat64)
	n := r.Count(size / keptSize)
	for i := 0; i < n && r.OK(); i++ {
		k := loadKept(r, b.params.Spread == Close)
		r.Require(b.low <= k.low && k.high <= b.high)
		b.bars.push(&k)
	}
	if !r.OK() {
		return
	}
	if _, err := b.now.grid.change(&b.ahead.grid, b.params, b.low, b.high); err != nil {
		r.Fail()
		return
	}
	b.now.grid, b.ahead.grid = b.ahead.grid, b.now.grid
	b.now.ledger.room(&b.ahead.grid, b.now.grid.count)
	if b.params.Rows != 0 {
		b.layLoaded(r)
	} else {
		b.loadRows(r)
	}
}

// layLoaded lays the bars taken, which are all there were.
func (b *growing) layLoaded(r *snap.Reader) {
	r.Require(b.bars.count == b.count)
	low, high := math.Inf(1), math.Inf(-1)
	for i := range b.bars.count {
		k := b.bars.at(i)
		low, high = min(low, k.low), max(high, k.high)
		r.Require(b.now.ledger.layChecked(&b.now.grid, b.params.Spread, k))
	}
	r.Require(low == b.low && high == b.high)
}

// loadRows takes what lies in rows of one height.
func (b *growing) loadRows(r *snap.Reader) {
	r.Require(b.bars.count <= b.count)
	for i := range b.bars.count {
		r.Require(b.now.grid.rim(b.bars.at(i)))
	}
	l := &b.now.ledger
	for i := range b.now.grid.count {
		at := l.at(&b.now.grid, i)
		for side := range at {
			units := r.Int64()
			r.Require(units >= -maxBarUnits && units <= maxUnits && l.total <= maxUnits-max(units, 0) && l.total >= -maxBarUnits)
			if !r.OK() {
				return
			}
			at[side].own = units
			l.total += units
		}
	}
	r.Require(l.total >= 0)
}

// load takes the previous session.
func (r *reference) load(from *snap.Reader, size int) {
	if r.known = from.Bool(); !r.known {
		return
	}
	s := &r.session
	s.Start, s.End = from.Int64(), from.Int64()
	s.Levels = noLevels()
	s.Levels.Start, s.Levels.Count = s.Start, loadInt(from, math.MaxInt32)
	for _, v := range []*float64{
		&s.Levels.POC, &s.Levels.VAH, &s.Levels.VAL, &s.Levels.Total, &s.Levels.Enclosed, &s.Levels.VWAP, &s.Levels.SD,
	} {
		*v = from.Float()
		from.Require(!math.IsInf(*v, 0))
	}
	s.Shape = Shape(from.Int8())
	from.Require(s.Shape >= NoShape && s.Shape <= ShapeThin && s.Levels.Count > 0)
	n := from.Count(min(size/29, MaxRows))
	for i := 0; i < n && from.OK(); i++ {
		node := Node{from.Count(MaxRows - 1), loadPrice(from), from.Float(), from.Float()}
		from.Require(math.Abs(node.Volume) <= math.MaxFloat64 && math.Abs(node.Prominence) <= math.MaxFloat64)
		side := from.Int8()
		from.Require(side >= -1 && side <= 1)
		s.LowNodes, r.sides = append(s.LowNodes, node), append(r.sides, side)
	}
}
