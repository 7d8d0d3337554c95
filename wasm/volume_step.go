//go:build tinygo

package main

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// levels is what the engine says of the bar at hand.
var levels volume.Levels

// volume_next commits a closed bar and writes the levels after it to out. On a
// refusal nothing has changed.
//
//go:wasmexport volume_next
func volumeNext(handle int32, openTime, open, high, low, close, volume float64, out uint32) int32 {
	return stepVolume(handle, row{openTime, open, high, low, close, volume}, out, true)
}

// volume_peek writes what volume_next would give, and changes nothing.
//
//go:wasmexport volume_peek
func volumePeek(handle int32, openTime, open, high, low, close, volume float64, out uint32) int32 {
	return stepVolume(handle, row{openTime, open, high, low, close, volume}, out, false)
}

func stepVolume(handle int32, r row, out uint32, commit bool) int32 {
	s := volumes.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	if !held(out, levelWords) {
		return badPointer("out", out)
	}
	var status int32
	if commit {
		status = nextVolume(s, r)
	} else {
		status = peekVolume(s, r)
	}
	if status == int32(core.OK) {
		writeLevels(floats(out, levelWords))
	}
	return status
}

// nextVolume commits a bar and leaves what it gives in levels.
func nextVolume(s *slot[keeper], r row) int32 {
	if !roomToGrow(s) {
		return outOfMemory()
	}
	current = &s.home
	bar, err := r.candle(s.engine.engine.Bars())
	if err == nil {
		err = s.engine.engine.Next(bar, &levels)
	}
	current = &permanent
	if err != nil {
		return refusal(err)
	}
	s.engine.moved, s.engine.heard = false, nil
	return int32(core.OK)
}

// peekVolume leaves what a bar would give in levels.
func peekVolume(s *slot[keeper], r row) int32 {
	if !roomToGrow(s) {
		return outOfMemory()
	}
	current = &s.home
	bar, err := r.candle(s.engine.engine.Bars())
	if err == nil {
		err = s.engine.engine.Peek(bar, &levels)
	}
	current = &permanent
	if err != nil {
		return refusal(err)
	}
	return int32(core.OK)
}

// levelWords are the words of one bar's levels: the readings in catalog order,
// then the open time of the range's first bar and how many bars it has.
const levelWords = 9

const _ = -uint(levelWords ^ (volume.NumReadings + 2))

// levelValues are the levels as words.
func levelValues() [levelWords]float64 {
	l := &levels
	return [levelWords]float64{
		l.POC, l.VAH, l.VAL, l.Total, l.Enclosed, l.VWAP, l.SD, float64(l.Start), float64(l.Count),
	}
}

func writeLevels(dst []float64) {
	values := levelValues()
	copy(dst, values[:])
}
