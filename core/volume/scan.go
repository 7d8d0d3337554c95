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
	n := c.Len()
	times, open, high, low, closes, volume := c.OpenTime[:n], c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n], c.Volume[:n]
	e := extent{low: low[0], high: high[0], most: volume[0]}
	var m moments
	before := int64(math.MinInt64)
	for i, lo := range low {
		o, hi, cl, v, t := open[i], high[i], closes[i], volume[i], times[i]
		if !(lo <= o && lo <= cl && o <= hi && cl <= hi && v >= 0 && t > before) {
			if err := firstFault(c); err != nil {
				return extent{}, err
			}
		}
		before = t
		if lo < e.low {
			e.low = lo
		}
		if hi > e.high {
			e.high = hi
		}
		if v > e.most {
			e.most = v
		}
		m = m.with(typical(hi, lo, cl), v)
	}
	if !(-core.MaxPrice <= e.low && e.high <= core.MaxPrice && e.most <= math.MaxFloat64) {
		return extent{}, firstFault(c)
	}
	e.moments = m
	return e, nil
}

// firstFault is the error of the first bar that breaks a rule.
//
//go:noinline
func firstFault(c core.Columns) error {
	for i := range c.Len() {
		bar := c.At(i)
		if err := core.CheckPrices(bar, i); err != nil {
			return err
		}
		if err := core.CheckVolume(bar.Volume, i); err != nil {
			return err
		}
		if i > 0 && bar.OpenTime <= c.OpenTime[i-1] {
			return &core.Error{
				Code: core.OutOfOrder, Field: "open_time", Index: i,
				Value: float64(bar.OpenTime), Rule: core.RuleAbove, Low: float64(c.OpenTime[i-1]),
			}
		}
	}
	return nil
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
