//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core"

// batch is where the candles of many bars come from and where their columns
// and events go.
type batch struct {
	in     columns
	count  int
	out    []float64 // columns, in.stride apart; nil if not wanted
	events eventList // without words if not wanted
}

// batchAt checks the host's offsets: each range in its memory, none over
// another.
func batchAt(candles, out, width, stride, count, events, capacity uint32) (batch, int32) {
	var b batch
	in, ok := candlesAt(candles, stride, count)
	if !ok {
		return b, refuse(badPointer("candles", candles))
	}
	b.in, b.count = in, int(count)
	inWords := uint64(len(in.words))
	outWords := columnWords(width, stride, count)
	if out != 0 {
		if !held(out, outWords) || !apart(out, outWords, candles, inWords) {
			return b, refuse(badPointer("out", out))
		}
		b.out = floats(out, int(outWords))
	}
	if events != 0 {
		words := uint64(capacity)
		if !apart(events, words, candles, inWords) || out != 0 && !apart(events, words, out, outWords) {
			return b, refuse(badPointer("events", events))
		}
		if b.events, ok = eventListAt(events, capacity); !ok {
			return b, refuse(badPointer("events", events))
		}
	}
	return b, int32(core.OK)
}
