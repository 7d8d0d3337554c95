//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core/cipher"
)

const (
	// cipherRoom is more than an engine takes with every period at its bound.
	cipherRoom = 512 << 10
	// paramsRoom is more than reading a parameter vector takes.
	paramsRoom = 8 << 10
	// outputWords are the readings and the flags of one bar.
	outputWords = cipher.NumReadings + 1
)

// The host reads cipher.Output as words: this does not compile if it is not
// just them.
const _ = -uint(unsafe.Sizeof(cipher.Output{}) ^ outputWords*wordSize)

var ciphers = handles[cipher.Engine]{kind: 0}

// cipher_new makes an engine for bars of interval milliseconds and returns its
// handle, or a status.
//
//go:wasmexport cipher_new
func cipherNew(params, count uint32, interval float64) int32 {
	if !held(params, uint64(count)) {
		return badPointer("params", params)
	}
	if !ciphers.prepare(cipherRoom) {
		return outOfMemory()
	}
	length, err := intervalOf(interval)
	if err != nil {
		return ciphers.open(nil, err)
	}
	return ciphers.open(cipher.NewFromVector(floats(params, int(count)), length))
}

// cipher_free ends an engine.
//
//go:wasmexport cipher_free
func cipherFree(handle int32) int32 { return ciphers.free(handle) }

// cipher_next commits a closed bar and writes its readings and flags to out.
// On a refusal nothing has changed but out.
//
//go:wasmexport cipher_next
func cipherNext(handle int32, openTime, open, high, low, close, volume float64, out uint32) int32 {
	return stepCipher(handle, row{openTime, open, high, low, close, volume}, out, true)
}

// cipher_peek writes what cipher_next would give, and changes nothing.
//
//go:wasmexport cipher_peek
func cipherPeek(handle int32, openTime, open, high, low, close, volume float64, out uint32) int32 {
	return stepCipher(handle, row{openTime, open, high, low, close, volume}, out, false)
}

func stepCipher(handle int32, r row, out uint32, commit bool) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	if !held(out, outputWords) {
		return badPointer("out", out)
	}
	m, ok := s.home.enter(0)
	if !ok {
		return outOfMemory()
	}
	bar, err := r.candle(s.engine.Bars())
	switch {
	case err != nil:
	case commit:
		err = s.engine.Next(bar, outputAt(out))
	default:
		err = s.engine.Peek(bar, outputAt(out))
	}
	return s.home.leave(m, err)
}

func outputAt(offset uint32) *cipher.Output {
	return (*cipher.Output)(unsafe.Pointer(uintptr(offset)))
}
