//go:build tinygo

package main

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// candleColumns are open time, open, high, low, close and volume.
const candleColumns = 6

// columns are the candles of the host: six columns of float64, stride apart.
type columns struct {
	words  []float64
	stride int
}

// columnWords is how many words count bars of so many columns span.
func columnWords(width, stride, count uint32) uint64 {
	return uint64(width-1)*uint64(stride) + uint64(count)
}

// candlesAt views the host's candles; false where they do not lie in its memory.
func candlesAt(offset, stride, count uint32) (columns, bool) {
	words := columnWords(candleColumns, stride, count)
	if count > stride || !held(offset, words) {
		return columns{}, false
	}
	return columns{floats(offset, int(words)), int(stride)}, true
}

// at returns bar i.
func (c columns) at(i int) row {
	w, n := c.words[i:], c.stride
	return row{w[0], w[n], w[2*n], w[3*n], w[4*n], w[5*n]}
}

// bars views count bars from from on as core's columns; only the open times are
// copied. The first of them has place index in its series. Where an open time
// is no whole number the columns end before it, and the error says so.
func (c columns) bars(from, count, index int) (core.Columns, error) {
	var refused error
	times := make([]int64, count)
	for i := range times {
		v := c.words[from+i]
		if !isTime(v) {
			count, refused = i, badTime(v, "open_time", index+i)
			break
		}
		times[i] = int64(v)
	}
	column := func(k int) []float64 { return c.words[k*c.stride+from:][:count] }
	return core.Columns{
		OpenTime: times[:count], Open: column(1), High: column(2), Low: column(3), Close: column(4), Volume: column(5),
	}, refused
}

// isTime reports whether v is a time in Unix milliseconds.
func isTime(v float64) bool {
	return v == math.Trunc(v) && math.Abs(v) <= core.MaxOpenTime // false for NaN
}

// badTime says what is wrong with a time that is none.
//
//go:noinline
func badTime(v float64, field string, index int) error {
	rule := core.RuleRange
	if v != math.Trunc(v) { // NaN too
		rule = core.RuleWhole
	}
	return &core.Error{
		Code: core.InvalidBar, Field: field, Index: index, Value: core.Canonical(v),
		Rule: rule, Low: -core.MaxOpenTime, High: core.MaxOpenTime,
	}
}

// row is one bar as it crosses. Its open time must be a whole number; the rest
// core checks.
type row struct{ openTime, open, high, low, close, volume float64 }

func (r row) candle(index int) (core.Candle, error) {
	if !isTime(r.openTime) {
		return core.Candle{}, badTime(r.openTime, "open_time", index)
	}
	return core.Candle{OpenTime: int64(r.openTime), Open: r.open, High: r.high, Low: r.low, Close: r.close, Volume: r.volume}, nil
}

// intervalOf reads the length of a bar in milliseconds.
func intervalOf(ms float64) (core.Interval, error) {
	if ms == math.Trunc(ms) && math.Abs(ms) <= float64(core.MaxInterval) {
		return core.Interval(ms), nil
	}
	return 0, &core.Error{Code: core.InvalidParam, Field: "interval", Index: -1, Value: core.Canonical(ms), Rule: core.RuleInterval}
}

// apart reports whether two ranges of words share none.
func apart(a uint32, aWords uint64, b uint32, bWords uint64) bool {
	return uint64(a)+aWords*wordSize <= uint64(b) || uint64(b)+bWords*wordSize <= uint64(a)
}
