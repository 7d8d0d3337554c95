// Package core holds the candles and the rules every Quantum engine shares.
//
// Nothing below core does I/O, reads a clock, starts a goroutine or iterates a
// map: the same source compiles natively and to wasm and gives the same bits.
package core

import "math"

// Candle is one bar of a series: open, high, low and close in quote currency,
// volume in base currency, and the open time in Unix milliseconds UTC, which
// is the bar's identity.
type Candle struct {
	OpenTime                       int64
	Open, High, Low, Close, Volume float64
}

// Columns is a series of candles as a structure of arrays, oldest first. All
// six slices have the same length.
type Columns struct {
	OpenTime                       []int64
	Open, High, Low, Close, Volume []float64
}

// MakeColumns returns empty columns with room for n bars.
func MakeColumns(n int) Columns {
	floats := make([]float64, 5*n)
	col := func(i int) []float64 { return floats[i*n : i*n : (i+1)*n] }
	return Columns{
		OpenTime: make([]int64, 0, n),
		Open:     col(0), High: col(1), Low: col(2), Close: col(3), Volume: col(4),
	}
}

// Len is the number of bars.
func (c Columns) Len() int { return len(c.OpenTime) }

// At returns bar i.
func (c Columns) At(i int) Candle {
	return Candle{c.OpenTime[i], c.Open[i], c.High[i], c.Low[i], c.Close[i], c.Volume[i]}
}

// Slice returns bars from up to to, to excluded, sharing memory with c.
func (c Columns) Slice(from, to int) Columns {
	return Columns{
		c.OpenTime[from:to], c.Open[from:to], c.High[from:to],
		c.Low[from:to], c.Close[from:to], c.Volume[from:to],
	}
}

// Append adds a bar at the end.
func (c *Columns) Append(k Candle) {
	c.OpenTime = append(c.OpenTime, k.OpenTime)
	c.Open = append(c.Open, k.Open)
	c.High = append(c.High, k.High)
	c.Low = append(c.Low, k.Low)
	c.Close = append(c.Close, k.Close)
	c.Volume = append(c.Volume, k.Volume)
}

// MaxPrice is the greatest magnitude of a valid price. It keeps every sum and
// difference of prices inside binary64.
const MaxPrice = 1e100

// Absent is the reading that does not exist: the one canonical quiet NaN,
// 0x7FF8000000000000. JSON writes it as null, CSV as an empty field.
func Absent() float64 { return math.Float64frombits(0x7FF8000000000000) }

// Canonical returns v, or Absent for any NaN: which NaN arithmetic leaves
// behind differs between processors.
func Canonical(v float64) float64 {
	if v != v {
		return Absent()
	}
	return v
}

// CheckPrices reports whether the four prices of bar k, at place index of its
// series, are finite, at most MaxPrice in magnitude, and in order: low below
// open and close, high above. The error is a *Error naming the index, the
// field, its value and the bound it broke.
func CheckPrices(k Candle, index int) error {
	// One chain of comparisons that holds for every good bar; a NaN fails it.
	if -MaxPrice <= k.Low && k.Low <= k.Open && k.Low <= k.Close &&
		k.Open <= k.High && k.Close <= k.High && k.High <= MaxPrice {
		return nil
	}
	return priceError(k, index)
}

// priceError finds what CheckPrices refused.
func priceError(k Candle, index int) error {
	fields := [4]string{"open", "high", "low", "close"}
	for i, v := range [4]float64{k.Open, k.High, k.Low, k.Close} {
		if !(math.Abs(v) <= MaxPrice) {
			return &Error{Code: InvalidBar, Field: fields[i], Index: index, Value: v, Rule: RuleRange, Low: -MaxPrice, High: MaxPrice}
		}
	}
	if body := max(k.Open, k.Close); k.High < body {
		return &Error{Code: InvalidBar, Field: "high", Index: index, Value: k.High, Rule: RuleAtLeast, Low: body}
	}
	return &Error{Code: InvalidBar, Field: "low", Index: index, Value: k.Low, Rule: RuleAtMost, High: min(k.Open, k.Close)}
}

// CheckVolume reports whether the volume of the bar at place index is finite
// and not negative.
func CheckVolume(volume float64, index int) error {
	if volume >= 0 && volume <= math.MaxFloat64 {
		return nil
	}
	return &Error{Code: InvalidBar, Field: "volume", Index: index, Value: volume, Rule: RuleRange, Low: 0, High: math.MaxFloat64}
}

// CheckOrder reports whether a bar opening at open, at place index, comes at
// least one interval after the bar that opened at previous. Missing bars are
// allowed.
func CheckOrder(previous, open int64, interval Interval, index int) error {
	if earliest := previous + int64(interval); open < earliest {
		return &Error{Code: OutOfOrder, Field: "open_time", Index: index, Value: float64(open), Rule: RuleAtLeast, Low: float64(earliest)}
	}
	return nil
}
