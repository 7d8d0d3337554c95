//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// output is what the engine says of the bar at hand.
var output cipher.Output

// cipher_next_many commits count bars, columns of which are stride apart in
// candles and in out, and lists their events. It returns how many bars it
// committed: fewer than count where the events of the last of them did not fit.
// On a refusal the bars before the refused one are committed and last_error
// names its place.
//
//go:wasmexport cipher_next_many
func cipherNextMany(handle int32, candles, out, stride, count, events, capacity uint32) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return refuse(badHandle(handle))
	}
	b, status := batchAt(candles, out, outputWords, stride, count, events, capacity)
	if status < 0 {
		return status
	}
	m, ok := s.home.enter(0)
	if !ok {
		return refuse(outOfMemory())
	}
	done, err := runCipher(&b, s.engine)
	if status := s.home.leave(m, err); status < 0 {
		return status
	}
	return int32(done)
}

// runCipher feeds the bars to the engine until the first refused one or one
// whose events do not fit, and returns how many it committed.
func runCipher(b *batch, e *cipher.Engine) (int, error) {
	for i := range b.count {
		bar, err := b.in.at(i).candle(e.Bars())
		if err == nil {
			err = e.Next(bar, &output)
		}
		if err != nil {
			return i, err
		}
		if b.out != nil {
			writeOutput(b.out, b.in.stride, i)
		}
		if b.events.words != nil && !addCipher(&b.events, e) {
			b.events.lack()
			return i + 1, nil
		}
	}
	return b.count, nil
}

// writeOutput writes the output at place i of columns that lie stride apart.
func writeOutput(dst []float64, stride, i int) {
	at := unsafe.Pointer(&dst[i]) // batchAt has checked that all columns are the host's
	for r := range output.Values {
		*(*float64)(at) = output.Values[r]
		at = unsafe.Add(at, stride*wordSize)
	}
	*(*cipher.Flags)(at) = output.Flags
}

// cipher computes a whole series at once: count bars in, columns out.
//
//go:wasmexport cipher
func cipherAll(params, paramCount uint32, interval float64, candles, out, count uint32) int32 {
	handle := cipherNew(params, paramCount, interval)
	if handle < 0 {
		return handle
	}
	status := cipherNextMany(handle, candles, out, count, count, 0, 0)
	ciphers.free(handle)
	return min(status, int32(core.OK))
}
