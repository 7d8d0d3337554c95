//go:build tinygo

package main

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// infoHead are the words of an engine's description before its parameters: the
// interval in milliseconds, the bars committed, and the open time of the last
// of them, absent before any.
const infoHead = 3

func writeInfo(dst []float64, interval core.Interval, bars int, last int64, any bool) {
	dst[0], dst[1], dst[2] = float64(interval), float64(bars), core.Absent()
	if any {
		dst[2] = float64(last)
	}
}

// cipher_info describes an engine, as one from a snapshot needs it: interval,
// bars committed, open time of the last, then its parameters.
//
//go:wasmexport cipher_info
func cipherInfo(handle int32, out uint32) int32 {
	s := ciphers.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	const words = infoHead + cipher.NumParams
	if !held(out, words) {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(paramsRoom)
	if !ok {
		return outOfMemory()
	}
	dst := floats(out, words)
	last, any := s.engine.LastOpenTime()
	writeInfo(dst, s.engine.Interval(), s.engine.Bars(), last, any)
	s.engine.Vector((*[cipher.NumParams]float64)(dst[infoHead:]))
	return scratch.leave(m, nil)
}

// volume_info is to volume what cipher_info is to cipher; the words of the
// range without its bounds follow the parameters.
//
//go:wasmexport volume_info
func volumeInfo(handle int32, out uint32) int32 {
	s := volumes.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	e := s.engine.engine
	const words = infoHead + volume.NumParams + rangeWords
	if !held(out, words) {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(paramsRoom)
	if !ok {
		return outOfMemory()
	}
	dst := floats(out, words)
	last, any := e.LastOpenTime()
	writeInfo(dst, e.Interval(), e.Bars(), last, any)
	params := e.Params().Vector()
	at := infoHead + copy(dst[infoHead:], params[:])
	r := e.Range()
	copy(dst[at:], []float64{float64(r.Kind), float64(r.Offset), float64(r.Length), float64(r.Bars), float64(r.From)})
	return scratch.leave(m, nil)
}
