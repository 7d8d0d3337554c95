package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// extent is what a profile needs to know of its bars before it lays them.
type extent struct {
	low, high float64 // least low, greatest high
	most      float64 // greatest volume of one bar
	moments   moments
}

// scan checks every bar of c and measures their extent. The error is that of
// the first bar that breaks a rule.
func scan(c core.Columns) (extent, error) {
	if err := checkLengths(c); err != nil {
		return extent{}, err
	}
	if e, ok := scanPositive(c); ok {
		return e, nil
	}
	return scanAny(c)
}

// scanPositive is scan of good bars without a sign. Their bits are ordered as
// the numbers are, and comparing whole numbers is less work: the chain of the
// moments hides all of it. It reports false of any other bars, good or bad.
func scanPositive(c core.Columns) (e extent, ok bool) {
	n := c.Len()
	times, open, high, low, closes, volume := c.OpenTime[:n], c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n], c.Volume[:n]
	var least, greatest, most, signs int64 = math.MaxInt64, 0, 0, 0
	before := int64(math.MinInt64)
	var m moments
	for i, t := range times {
		o, hi, lo, cl := ordered(open[i]), ordered(high[i]), ordered(low[i]), ordered(closes[i])
		if o < lo || cl < lo || o > hi || cl > hi || t <= before {
			return e, false
		}
		v := ordered(volume[i])
		before = t
		signs |= v
		least, greatest, most = min(least, lo), max(greatest, hi), max(most, v)
		m = m.with(typical(high[i], low[i], closes[i]), volume[i])
	}
	number := func(bits int64) float64 { return math.Float64frombits(uint64(bits)) }
	e = extent{number(least), number(greatest), number(most), m}
	timely := times[0] >= -MaxTime && times[n-1] <= MaxTime // they ascend
	return e, timely && least >= 0 && signs >= 0 && e.high <= core.MaxPrice && e.most <= math.MaxFloat64
}

// ordered is the bits of x, ordered as numbers without a sign are, a NaN above
// all of them; those with a sign are negative.
func ordered(x float64) int64 { return int64(math.Float64bits(x)) }

// scanAny is scan of bars of whatever sign.
//
//go:noinline
func scanAny(c core.Columns) (extent, error) {
	e := extent{low: c.Low[0], high: c.High[0], most: c.Volume[0]}
	for i := range c.Len() {
		bar := c.At(i)
		if err := core.CheckPrices(bar, i); err != nil {
			return extent{}, err
		}
		if err := core.CheckVolume(bar.Volume, i); err != nil {
			return extent{}, err
		}
		if err := core.CheckOpenTime(bar.OpenTime, i); err != nil {
			return extent{}, err
		}
		if i > 0 && bar.OpenTime <= c.OpenTime[i-1] {
			return extent{}, &core.Error{
				Code: core.OutOfOrder, Field: "open_time", Index: i,
				Value: float64(bar.OpenTime), Rule: core.RuleAbove, Low: float64(c.OpenTime[i-1]),
			}
		}
		if bar.Low < e.low {
			e.low = bar.Low
		}
		if bar.High > e.high {
			e.high = bar.High
		}
		if bar.Volume > e.most {
			e.most = bar.Volume
		}
		e.moments = e.moments.with(typical(bar.High, bar.Low, bar.Close), bar.Volume)
	}
	return e, nil
}

// checkLengths reports whether there are bars and all their columns are there.
func checkLengths(c core.Columns) error {
	n := c.Len()
	if n == 0 {
		return noBars()
	}
	names := [5]string{"open", "high", "low", "close", "volume"}
	for i, length := range [5]int{len(c.Open), len(c.High), len(c.Low), len(c.Close), len(c.Volume)} {
		if length != n {
			return wrongLength(names[i], length, n)
		}
	}
	return nil
}

// noBars is the error of a profile over nothing.
//
//go:noinline
func noBars() error {
	return &core.Error{Code: core.NoBars, Field: "bars", Index: -1, Value: 0, Rule: core.RuleAtLeast, Low: 1}
}

// wrongLength is the error of a column of another length than the times.
//
//go:noinline
func wrongLength(name string, length, want int) error {
	return &core.Error{
		Code: core.InvalidBar, Field: name, Index: min(length, want), Value: float64(length),
		Text: "has another number of entries than there are times",
	}
}
