//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
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

// cipherParams reads count parameters in catalog order.
func cipherParams(offset, count uint32) (cipher.Params, int32) {
	if !held(offset, uint64(count)) {
		return cipher.Params{}, refuse(badPointer("params", offset))
	}
	m, ok := scratch.enter(paramsRoom)
	if !ok {
		return cipher.Params{}, refuse(outOfMemory())
	}
	status := int32(core.OK)
	p, err := cipher.ParamsFromVector(floats(offset, int(count)))
	if err != nil {
		status = refusal(err)
	}
	scratch.leave(m)
	return p, status
}

// cipher_new makes an engine for bars of interval milliseconds and returns its
// handle, or a status.
//
//go:wasmexport cipher_new
func cipherNew(params, count uint32, interval float64) int32 {
	p, status := cipherParams(params, count)
	if status < 0 {
		return status
	}
	if !ciphers.prepare(cipherRoom) {
		return refuse(outOfMemory())
	}
	length, err := intervalOf(interval)
	if err != nil {
		return ciphers.open(nil, err)
	}
	return ciphers.open(cipher.New(p, length))
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
	s := ciphers.find(handle)
	if s == nil {
		return refuse(badHandle(handle))
	}
	if !held(out, outputWords) {
		return refuse(badPointer("out", out))
	}
	m, ok := s.home.enter(0)
	if !ok {
		return refuse(outOfMemory())
	}
	bar, err := row{openTime, open, high, low, close, volume}.candle(s.engine.Bars())
	if err == nil {
		err = s.engine.Next(bar, outputAt(out))
	}
	if err != nil {
		status := refusal(err)
		s.home.leave(m)
		return status
	}
	s.home.keep()
	return int32(core.OK)
}

// cipher_peek writes what cipher_next would give, and changes nothing.
//
//go:wasmexport cipher_peek
func cipherPeek(handle int32, openTime, open, high, low, close, volume float64, out uint32) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return refuse(badHandle(handle))
	}
	if !held(out, outputWords) {
		return refuse(badPointer("out", out))
	}
	m, ok := s.home.enter(0)
	if !ok {
		return refuse(outOfMemory())
	}
	status := int32(core.OK)
	bar, err := row{openTime, open, high, low, close, volume}.candle(s.engine.Bars())
	if err == nil {
		err = s.engine.Peek(bar, outputAt(out))
	}
	if err != nil {
		status = refusal(err)
	}
	s.home.leave(m)
	return status
}

func outputAt(offset uint32) *cipher.Output {
	return (*cipher.Output)(unsafe.Pointer(uintptr(offset)))
}
