package ta

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// WaveIndex is how far a series lies from its average, in units of its usual
// distance: the commodity channel index with exponential averages, which the
// waves of WaveTrend smooth.
//
//   - In: prices; an absent value changes nothing and reads absent.
//   - Out: unbounded, mostly within 200 of 0.
//   - Warm-up: absent for the first 2(period-1) present values.
//   - Cost: two averages and a division a bar.
//
// Where the usual distance is at most Floor times the price, price stands
// still and the index would be rounding noise over rounding noise: it is 0
// then, or absent with a Floor of 0.
//
// Source: LazyBear, Indicator: WaveTrend Oscillator.
type WaveIndex struct {
	Floor float64 // a share of the price, 0 or 1e-12

	centre, spread EMA
}

// NewWaveIndex averages over a period of 1 bar and more. With 1 the index
// never leaves 0, or is always absent.
func NewWaveIndex(period int, floor float64) (w WaveIndex, err error) {
	err = w.Init(period, floor)
	return w, err
}

// Init makes w what NewWaveIndex returns, where it is.
func (w *WaveIndex) Init(period int, floor float64) error {
	w.Floor = floor
	if err := w.centre.Init(period); err != nil {
		return err
	}
	return w.spread.Init(period)
}

// Next commits one value and returns its bar's reading.
func (w *WaveIndex) Next(x float64) float64 {
	centre := w.centre.Next(x)
	spread := w.spread.Next(math.Abs(x - centre))
	if absent(spread) {
		return core.Absent()
	}
	if spread <= float64(w.Floor*math.Abs(x)) {
		return w.still()
	}
	return (x - centre) / (0.015 * spread)
}

// still is the index of a price that stands still.
func (w *WaveIndex) still() float64 {
	if w.Floor > 0 {
		return 0
	}
	return core.Absent()
}

// Column is Next over a run of values.
func (w *WaveIndex) Column(dst, src []float64) {
	dst = dst[:len(src)]
	at := 0
	for ; at < len(src) && w.spread.count < w.spread.period; at++ {
		dst[at] = w.Next(src[at])
	}
	src, dst = src[at:], dst[at:]
	centre, spread, weight, floor := w.centre.mean, w.spread.mean, w.centre.weight, w.Floor
	for i, x := range src {
		if absent(x) {
			dst[i] = core.Absent()
			continue
		}
		centre += float64(weight * (x - centre))
		off := x - centre
		spread += float64(weight * (math.Abs(off) - spread))
		if spread <= float64(floor*math.Abs(x)) {
			dst[i] = w.still()
			continue
		}
		dst[i] = off / (0.015 * spread)
	}
	w.centre.mean, w.spread.mean = centre, spread
}

// Save writes the state.
func (w *WaveIndex) Save(to *snap.Writer) {
	w.centre.Save(to)
	w.spread.Save(to)
}

// Load reads what Save wrote into a WaveIndex of the same period.
func (w *WaveIndex) Load(from *snap.Reader) {
	w.centre.Load(from)
	w.spread.Load(from)
	from.Require(w.centre.count == w.centre.period || w.spread.count == 0)
}
