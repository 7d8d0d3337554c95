package volume

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// snapshotMagic heads every snapshot of this engine.
const snapshotMagic = "QVOL"

// AppendBinary appends a snapshot: Restore of it goes on with the same bits, in
// any host. It begins with the engine's version and the hash of the parameters,
// carries parameters, interval, range and state, and ends with a hash of it
// all. It is a few hundred bytes and 16 a row, or where the range keeps its
// bars (a number of rows, or rolling) 25 to 42 a bar. The error is always nil.
func (e *Engine) AppendBinary(b []byte) ([]byte, error) {
	start := len(b)
	w := snap.Writer{Bytes: append(b, snapshotMagic...)}
	w.Count(len(Version))
	w.Bytes = append(w.Bytes, Version...)
	w.Uint64(e.params.Hash())
	w.Int64(int64(e.interval))
	for _, v := range e.params.Vector() {
		w.Float(v)
	}
	e.rng.save(&w)
	w.Int64(int64(e.bars))
	w.Int64(e.last.OpenTime)
	w.Float(e.last.Close)
	if e.roll != nil {
		e.roll.save(&w)
	} else {
		e.saveSession(&w)
	}
	sum := newHash()
	sum.bytes(w.Bytes[start:])
	w.Uint64(uint64(sum))
	return w.Bytes, nil
}

func (r *Range) save(w *snap.Writer) {
	w.Int8(int8(r.Kind))
	w.Int64(int64(r.Offset))
	w.Int64(int64(r.Length))
	w.Int64(int64(r.Bars))
	w.Int64(r.From)
	w.Count(len(r.Bounds))
	for _, t := range r.Bounds {
		w.Int64(t)
	}
}

// save writes the window's bars; rows and deques follow from them.
func (b *rolling) save(w *snap.Writer) {
	w.Count(int(b.end - b.first))
	for i := b.first; i < b.end; i++ {
		w.Int64(b.times[int(i&int64(len(b.times)-1))])
		b.at(i).save(w, true)
	}
}

// save writes a bar, with what only some profiles need where full.
func (k *kept) save(w *snap.Writer, full bool) {
	w.Float(k.low)
	w.Float(k.high)
	w.Int64(k.units)
	w.Int8(int8(k.side))
	if full {
		w.Float(k.close)
		w.Bool(k.flat)
	}
}

func (e *Engine) saveSession(w *snap.Writer) {
	w.Int64(e.session)
	w.Int64(int64(e.sessions))
	e.book.save(w)
	e.previous.save(w)
	w.Count(len(e.naked))
	for _, n := range e.naked {
		w.Float(n.price)
		w.Int64(n.start)
		w.Int64(int64(n.ordinal))
	}
}

// save writes what rows follow from, and with rows of one height what lies in
// them.
func (b *growing) save(w *snap.Writer) {
	w.Int64(int64(b.count))
	if b.count == 0 {
		return
	}
	w.Int64(b.start)
	w.Float(b.low)
	w.Float(b.high)
	w.Int8(int8(b.course.last))
	w.Float(b.moments.weight)
	w.Float(b.moments.mean)
	w.Float(b.moments.square)
	w.Count(b.bars.count)
	for i := range b.bars.count {
		b.bars.at(i).save(w, b.params.Spread == Close)
	}
	if b.params.Rows != 0 {
		return
	}
	var up, down int64
	for i := range b.now.grid.count {
		at := b.now.ledger.at(&b.now.grid, i)
		up += at[0].even
		down += at[1].even
		w.Int64(at[0].own + up)
		w.Int64(at[1].own + down)
	}
}

func (r *reference) save(w *snap.Writer) {
	w.Bool(r.known)
	if !r.known {
		return
	}
	s := &r.session
	w.Int64(s.Start)
	w.Int64(s.End)
	w.Int64(int64(s.Levels.Count))
	for i := range NumReadings {
		w.Float(s.Levels.Value(i))
	}
	w.Int8(int8(s.Shape))
	w.Count(len(s.LowNodes))
	for i, n := range s.LowNodes {
		w.Count(n.Row)
		w.Float(n.Price)
		w.Float(n.Volume)
		w.Float(n.Prominence)
		w.Int8(r.sides[i])
	}
}

// badSnapshot names the part of the snapshot that is wrong.
func badSnapshot(part string) error {
	return &core.Error{Code: core.InvalidSnapshot, Field: part, Index: -1, Value: core.Absent(), Text: "is not of engine " + Version}
}
