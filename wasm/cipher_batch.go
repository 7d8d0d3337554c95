//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

const (
	// runBars are the bars the engine gets at a time where events are wanted, so
	// that all they could take is less than eventRoom: a bar has 22 events at
	// most, 8 of them with pivots, and what is outgrown counts too.
	runBars   = 512
	eventRoom = 4 << 20
	// runRoom is more than a pass over columns takes besides a time a bar.
	runRoom = 512 << 10
)

// cipher_next_many commits count bars and writes the wanted columns, bit i of
// the mask for the i-th reading and the one above them for the flags. Columns
// lie stride apart, in candles and in out. Where events is not 0 the events are
// listed. It returns how many bars it committed: fewer than count only where
// memory ran out on the way. On a refusal the bars before the refused one are
// committed and last_error names its place.
//
//go:wasmexport cipher_next_many
func cipherNextMany(handle int32, candles, out, stride, count, mask, events uint32) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	b, status := batchAt(candles, out, stride, count, mask, outputWords)
	if status < 0 {
		return status
	}
	beginList()
	for from := 0; from < b.count; {
		n, each := b.count-from, (func(*cipher.Event))(nil)
		if events != 0 {
			n, each = min(n, runBars), hearCipher
		}
		status := b.runCipher(s.engine, from, n, each)
		if status == int32(core.OutOfMemory) && from > 0 {
			return int32(from)
		}
		if status < 0 {
			return status
		}
		from += n
	}
	return int32(b.count)
}

// runCipher feeds n bars from from on to the engine.
func (b *batch) runCipher(e *cipher.Engine, from, n int, each func(*cipher.Event)) int32 {
	room := runRoom + wordSize*uintptr(n)
	if each != nil && !spare(room+eventRoom) {
		return outOfMemory()
	}
	m, ok := scratch.enter(room)
	if !ok {
		return outOfMemory()
	}
	c, refusedTime := b.in.bars(from, n, e.Bars())
	b.fill(&output, from, c.Len())
	err := e.NextColumnsEach(c, &output, each)
	if err != nil { // nothing has changed: commit what comes before the refused bar
		good := err.(*core.Error).Index - e.Bars()
		b.fill(&output, from, good)
		_ = e.NextColumnsEach(c.Slice(0, good), &output, each) // which all have been accepted
	} else {
		err = refusedTime
	}
	return scratch.leave(m, err)
}

// output is where an engine writes: one for all, a copy of so many slices is
// code.
var output cipher.Columns

// fill makes out the wanted columns of count bars from from on.
func (b *batch) fill(out *cipher.Columns, from, count int) {
	for r := range out.Values {
		out.Values[r] = b.column(r, from, count)
	}
	flags := b.column(cipher.NumReadings, from, count)
	out.Flags = unsafe.Slice((*cipher.Flags)(unsafe.Pointer(unsafe.SliceData(flags))), len(flags))
}

// cipher computes the wanted columns of a whole series at once, and nothing
// besides.
//
//go:wasmexport cipher
func cipherAll(params, paramCount uint32, interval float64, candles, out, count, mask uint32) int32 {
	if !held(params, uint64(paramCount)) {
		return badPointer("params", params)
	}
	b, status := batchAt(candles, out, count, count, mask, outputWords)
	if status < 0 {
		return status
	}
	m, ok := scratch.enter(cipherRoom + runRoom + wordSize*uintptr(count))
	if !ok {
		return outOfMemory()
	}
	return scratch.leave(m, b.computeCipher(floats(params, int(paramCount)), interval))
}

func (b *batch) computeCipher(params []float64, interval float64) error {
	length, err := intervalOf(interval)
	if err != nil {
		return err
	}
	c, refusedTime := b.in.bars(0, b.count, 0)
	b.fill(&output, 0, c.Len())
	if err := cipher.ComputeVector(params, length, c, &output); err != nil {
		return err
	}
	return refusedTime
}
