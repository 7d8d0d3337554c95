//go:build tinygo

package main

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

var volumes = handles[volume.Engine]{kind: 1}

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
		return refuse(badPointer("range", span))
	}
	if !volumes.prepare(volumeRoom + wordSize*uintptr(spanCount)) {
		return refuse(outOfMemory())
	}
	r, err := rangeOf(floats(span, int(spanCount)))
	if err != nil {
		return volumes.open(nil, err)
	}
	length, err := intervalOf(interval)
	if err != nil {
		return volumes.open(nil, err)
	}
	return volumes.open(volume.New(p, length, r))
}

// volumeRoom is more than a new engine takes.
const volumeRoom = 1 << 20

var rangeFields = [rangeWords]string{"range", "offset", "length", "bars", "from"}

// rangeOf reads a range. Its numbers must be whole; the rest core checks.
func rangeOf(words []float64) (volume.Range, error) {
	for i, field := range rangeFields {
		bound := float64(math.MaxInt32)
		if field == "from" {
			bound = core.MaxOpenTime
		}
		if v := words[i]; !(math.Abs(v) <= bound) || v != math.Trunc(v) {
			return volume.Range{}, &core.Error{
				Code: core.InvalidParam, Field: field, Index: -1, Value: core.Canonical(v),
				Rule: core.RuleWhole, Low: -bound, High: bound,
			}
		}
	}
	r := volume.Range{
		Kind: volume.RangeKind(words[0]), Offset: int(words[1]), Length: int(words[2]), Bars: int(words[3]), From: int64(words[4]),
	}
	for i, v := range words[rangeWords:] {
		t, err := wholeTime(v, "bounds", i)
		if err != nil {
			return r, err
		}
		r.Bounds = append(r.Bounds, t)
	}
	return r, nil
}

// volume_free ends an engine.
//
//go:wasmexport volume_free
func volumeFree(handle int32) int32 { return volumes.free(handle) }
