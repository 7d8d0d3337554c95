//go:build tinygo

package main

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

var volumes = handles[keeper]{kind: 1}

// rangeWords are the kind, offset, length, bars and from of a range; the times
// of its bounds follow.
const rangeWords = 5

// volume_new makes an engine for bars of interval milliseconds over the range
// that rangeCount words at span describe, and returns its handle or a status.
//
//go:wasmexport volume_new
func volumeNew(params, paramCount uint32, interval float64, span, spanCount uint32) int32 {
	p, status := volumeParams(params, paramCount)
	if status < 0 {
		return status
	}
	if !held(span, uint64(spanCount)) || spanCount < rangeWords {
		return badPointer("range", span)
	}
	if !volumes.prepare(volumeRoom + 3*wordSize*uintptr(spanCount)) {
		return outOfMemory()
	}
	length, err := intervalOf(interval)
	if err != nil {
		return volumes.open(nil, err)
	}
	r, err := rangeOf(floats(span, int(spanCount)))
	if err != nil {
		return volumes.open(nil, err)
	}
	return openVolume(volume.New(p, length, r))
}

func openVolume(e *volume.Engine, err error) int32 {
	return volumes.open(&keeper{engine: e}, err)
}

// volumeRoom is more than a new engine takes.
const volumeRoom = 1 << 20

// rangeFields are the numbers of a range with the bounds of core, which checks
// them: here they only have to be whole and fit their types.
var rangeFields = [rangeWords]struct {
	name            string
	low, high, most float64
}{
	{"range", 0, float64(volume.RangeAnchored), math.MaxInt32},
	{"offset", -volume.MaxOffsetMinutes, volume.MaxOffsetMinutes, math.MaxInt32},
	{"length", 0, volume.MaxLengthMinutes, math.MaxInt32},
	{"bars", 1, volume.MaxRollingBars, math.MaxInt32},
	{"from", -core.MaxOpenTime, core.MaxOpenTime, 1 << 62},
}

func rangeOf(words []float64) (volume.Range, error) {
	for i := range rangeFields {
		f, v := &rangeFields[i], words[i]
		if v != math.Trunc(v) || math.Abs(v) > f.most {
			return volume.Range{}, notWhole(f.name, v, f.low, f.high)
		}
	}
	r := volume.Range{
		Kind: volume.RangeKind(words[0]), Offset: int(words[1]), Length: int(words[2]), Bars: int(words[3]), From: int64(words[4]),
	}
	bounds := words[rangeWords:]
	r.Bounds = make([]int64, len(bounds))
	for i, v := range bounds {
		if v != math.Trunc(v) || math.Abs(v) > core.MaxOpenTime {
			return r, notWhole("bounds", v, -core.MaxOpenTime, core.MaxOpenTime)
		}
		r.Bounds[i] = int64(v)
	}
	return r, nil
}

func notWhole(field string, v, low, high float64) error {
	return &core.Error{
		Code: core.InvalidParam, Field: field, Index: -1, Value: core.Canonical(v),
		Rule: core.RuleWhole, Low: low, High: high,
	}
}

// volume_free ends an engine.
//
//go:wasmexport volume_free
func volumeFree(handle int32) int32 { return volumes.free(handle) }
