//go:build tinygo

package main

import (
	"math/bits"

	"github.com/quantum-signals/quantum/core"
)

// batch is where the candles of many bars come from and where their columns go.
type batch struct {
	in    columns
	count int
	mask  uint32    // which columns are wanted, a bit each
	out   []float64 // those columns, in.stride apart
}

// batchAt checks the host's offsets: each range in its memory, none over
// another.
func batchAt(candles, out, stride, count, mask, width uint32) (batch, int32) {
	b := batch{count: int(count), mask: mask}
	in, ok := candlesAt(candles, stride, count)
	if !ok {
		return b, badPointer("candles", candles)
	}
	b.in = in
	if most := uint32(1)<<width - 1; mask > most {
		return b, refuse(&core.Error{
			Code: core.InvalidParam, Field: "columns", Index: -1, Value: float64(mask), Rule: core.RuleWhole, Low: 0, High: float64(most),
		})
	}
	if mask == 0 {
		return b, int32(core.OK)
	}
	words := columnWords(uint32(bits.OnesCount32(mask)), stride, count)
	if !held(out, words) || !apart(out, words, candles, uint64(len(in.words))) {
		return b, badPointer("out", out)
	}
	b.out = floats(out, int(words))
	return b, int32(core.OK)
}

// column is where wanted column i goes from bar from on; nil where it is not
// wanted.
func (b *batch) column(i, from, count int) []float64 {
	if b.mask>>i&1 == 0 {
		return nil
	}
	place := bits.OnesCount32(b.mask & (1<<i - 1))
	return b.out[place*b.in.stride+from:][:count]
}
