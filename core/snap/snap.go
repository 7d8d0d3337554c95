// Package snap writes and reads the bytes of an engine's snapshot: little
// endian, fixed widths, one bit pattern for absent, so that native and wasm
// builds write the same bytes for the same state. Engines call it once a field;
// what moves one value stays out of line, or each call would weigh in the module.
package snap

import (
	"encoding/binary"
	"math"
)

// absent is the one NaN that is written, that of core.Absent.
const absent = 0x7FF8000000000000

// Writer appends values to Bytes.
type Writer struct {
	Bytes []byte
}

// Bool appends one byte, 0 or 1.
//
//go:noinline
func (w *Writer) Bool(v bool) {
	b := byte(0)
	if v {
		b = 1
	}
	w.Bytes = append(w.Bytes, b)
}

// Int8 appends one byte.
//
//go:noinline
func (w *Writer) Int8(v int8) { w.Bytes = append(w.Bytes, byte(v)) }

// Count appends a count or place that fits four bytes.
//
//go:noinline
func (w *Writer) Count(v int) { w.Bytes = binary.LittleEndian.AppendUint32(w.Bytes, uint32(v)) }

// Int64 appends eight bytes, for times and bar numbers.
//
//go:noinline
func (w *Writer) Int64(v int64) { w.Bytes = binary.LittleEndian.AppendUint64(w.Bytes, uint64(v)) }

// Uint64 appends eight bytes.
//
//go:noinline
func (w *Writer) Uint64(v uint64) { w.Bytes = binary.LittleEndian.AppendUint64(w.Bytes, v) }

// Float appends the value's bits; any NaN as absent.
//
//go:noinline
func (w *Writer) Float(v float64) {
	if v != v {
		w.Uint64(absent)
		return
	}
	w.Uint64(math.Float64bits(v))
}

// Floats appends a count and as many values.
//
//go:noinline
func (w *Writer) Floats(v []float64) {
	w.Count(len(v))
	for _, x := range v {
		w.Float(x)
	}
}

// Reader takes values off the front of the bytes it was made of. The first
// value that is not there, or breaks its bound, fails it for good: from then on
// it gives zeros, and OK says false. It never panics.
type Reader struct {
	bytes  []byte
	failed bool
}

// NewReader reads b, which it does not change or keep beyond its own life.
func NewReader(b []byte) Reader { return Reader{bytes: b} }

// OK reports whether everything read so far was there and within its bound.
func (r *Reader) OK() bool { return !r.failed }

// Done reports whether all was well and nothing is left.
func (r *Reader) Done() bool { return !r.failed && len(r.bytes) == 0 }

// Fail marks the bytes as no snapshot.
func (r *Reader) Fail() { r.failed = true }

// Require fails the reader unless ok.
func (r *Reader) Require(ok bool) {
	if !ok {
		r.failed = true
	}
}

// Next takes n bytes, nil if they are not there.
//
//go:noinline
func (r *Reader) Next(n int) []byte {
	if r.failed || n > len(r.bytes) {
		r.failed = true
		return nil
	}
	taken := r.bytes[:n]
	r.bytes = r.bytes[n:]
	return taken
}

// Bool takes a byte that is 0 or 1.
//
//go:noinline
func (r *Reader) Bool() bool {
	b := r.Int8()
	r.Require(b == 0 || b == 1)
	return b == 1
}

// Int8 takes one byte.
//
//go:noinline
func (r *Reader) Int8() int8 {
	if b := r.Next(1); b != nil {
		return int8(b[0])
	}
	return 0
}

// Count takes a count of at most most.
//
//go:noinline
func (r *Reader) Count(most int) int {
	b := r.Next(4)
	if b == nil {
		return 0
	}
	v := binary.LittleEndian.Uint32(b)
	if uint64(v) > uint64(most) {
		r.failed = true
		return 0
	}
	return int(v)
}

// Int64 takes eight bytes.
//
//go:noinline
func (r *Reader) Int64() int64 { return int64(r.Uint64()) }

// Uint64 takes eight bytes.
//
//go:noinline
func (r *Reader) Uint64() uint64 {
	if b := r.Next(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Float takes a value; any NaN is absent.
//
//go:noinline
func (r *Reader) Float() float64 {
	v := math.Float64frombits(r.Uint64())
	if v != v {
		return math.Float64frombits(absent)
	}
	return v
}

// Floats takes a count of at most len(dst) and as many values, none of them
// absent, into the front of dst.
//
//go:noinline
func (r *Reader) Floats(dst []float64) []float64 {
	n := r.Count(len(dst))
	for i := range n {
		dst[i] = r.Float()
		r.Require(dst[i] == dst[i])
	}
	if r.failed {
		return dst[:0]
	}
	return dst[:n]
}
