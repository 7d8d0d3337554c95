package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// maxVolume is the greatest volume of a range, in base currency. With prices
// at most core.MaxPrice it keeps the sum of squares inside binary64.
const maxVolume = 1e100

// moments are the volume-weighted mean and spread of typical prices, kept by
// West's update: bars in order, those without volume passed over.
//
// Source: D. H. D. West, Updating Mean and Variance Estimates: An Improved
// Method, Communications of the ACM 22 (1979).
type moments struct {
	weight float64 // sum of volumes
	mean   float64
	square float64 // sum of volume times squared distance from the mean
}

// typical is the price a bar stands for.
func typical(high, low, close float64) float64 { return ((high + low) + close) / 3 }

// with is m after one more price and its volume.
func (m moments) with(price, volume float64) moments {
	if volume == 0 {
		return m
	}
	m.weight += volume
	d := price - m.mean
	m.mean += float64(d * (volume / m.weight))
	m.square += float64(volume * float64(d*(price-m.mean)))
	return m
}

// check reports whether the volume so far keeps its bound.
func (m *moments) check() error {
	if m.weight <= maxVolume {
		return nil
	}
	return &core.Error{
		Code: core.Overflow, Field: "volume", Index: -1, Value: m.weight, Rule: core.RuleAtMost, High: maxVolume,
	}
}

// read is the mean and the deviation, both absent without volume.
func (m *moments) read() (vwap, sd float64) {
	if m.weight == 0 {
		return core.Absent(), core.Absent()
	}
	return m.mean, math.Sqrt(m.square / m.weight)
}
