package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// snapshotMagic heads every snapshot of this engine.
const snapshotMagic = "QCPH"

// AppendBinary appends a snapshot: Restore of it goes on with the same bits, in
// any host. It begins with the engine's version and the hash of the parameters,
// carries parameters, interval and state, and ends with a hash of it all.
// The error is always nil.
func (e *Engine) AppendBinary(b []byte) ([]byte, error) {
	start := len(b)
	w := snap.Writer{Bytes: append(b, snapshotMagic...)}
	w.Count(len(Version))
	w.Bytes = append(w.Bytes, Version...)
	w.Uint64(e.params.hash())
	w.Int64(int64(e.state.interval))
	var vector [NumParams]float64
	e.params.vector(&vector)
	for i := range vector {
		w.Float(vector[i])
	}
	e.state.save(&w)
	sum := newHash()
	sum.bytes(w.Bytes[start:])
	w.Uint64(uint64(sum))
	return w.Bytes, nil
}

// Restore makes an engine from a snapshot. Bytes that are no snapshot of this
// engine version are refused with a *core.Error of code InvalidSnapshot.
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
	p := new(Params)
	if err := p.read(vector[:]); err != nil || p.hash() != hash {
		return nil, badSnapshot("params")
	}
	e, err := newEngine(p, interval)
	if err != nil {
		return nil, badSnapshot("interval")
	}
	e.state.load(&r)
	if r.Next(8); !r.Done() { // the hash, which intact has checked
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

// badSnapshot names the part of the snapshot that is wrong.
func badSnapshot(part string) error {
	return &core.Error{Code: core.InvalidSnapshot, Field: part, Index: -1, Value: core.Absent(), Text: "is not of engine " + Version}
}
