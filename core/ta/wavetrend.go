package ta

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// WaveTrend smooths the wave index of a bar's typical price twice: the first
// wave is its exponential average, the second the plain average of the latest
// of the first.
//
//   - In: high, low and close of each bar, none absent.
//   - Out: unbounded, mostly within 100 of 0.
//   - Warm-up: absent for the first 2(Channel-1)+Average-1 bars; the second
//     wave for Signal-1 more.
//   - Cost: three averages, a division and a sum of Signal values a bar.
//
// Source: LazyBear, Indicator: WaveTrend Oscillator.
type WaveTrend struct {
	index  WaveIndex
	first  EMA
	second SMA
	latest float64 // index of the last bar
}

// WaveTrendOptions are the parameters of a WaveTrend.
type WaveTrendOptions struct {
	Channel int     // period of the index in bars
	Average int     // period of the first wave
	Signal  int     // period of the second
	Floor   float64 // of the index; see WaveIndex
}

// NewWaveTrend refuses periods below 1 bar.
func NewWaveTrend(o WaveTrendOptions) (w WaveTrend, err error) {
	err = w.Init(o)
	return w, err
}

// Init makes w what NewWaveTrend returns, where it is.
func (w *WaveTrend) Init(o WaveTrendOptions) error {
	if err := w.index.Init(o.Channel, o.Floor); err != nil {
		return err
	}
	if err := w.first.Init(o.Average); err != nil {
		return err
	}
	return w.second.Init(o.Signal)
}

// Room is how many values Place takes.
func (w *WaveTrend) Room() int { return w.second.Room() }

// Place moves the window to the front of memory and returns the rest.
func (w *WaveTrend) Place(memory []float64) []float64 { return w.second.Place(memory) }

// typical is a bar's typical price.
func typical(high, low, close float64) float64 { return ((high + low) + close) / 3 }

// Next commits one bar and returns both waves.
func (w *WaveTrend) Next(high, low, close float64) (first, second float64) {
	x, index, wave := typical(high, low, close), &w.index, &w.first
	if w.warming() {
		return w.Smooth(index.Next(x))
	}
	index.centre.mean += float64(index.centre.weight * (x - index.centre.mean))
	off := x - index.centre.mean
	index.spread.mean += float64(index.spread.weight * (math.Abs(off) - index.spread.mean))
	if index.spread.mean <= float64(index.Floor*math.Abs(x)) {
		return w.Smooth(index.still())
	}
	w.latest = off / (0.015 * index.spread.mean)
	wave.mean += float64(wave.weight * (w.latest - wave.mean))
	if w.second.count == three && w.second.period == three && !absent(wave.mean) {
		return wave.mean, w.second.three(wave.mean)
	}
	first = core.Canonical(wave.mean)
	return first, w.second.Next(first)
}

// Index is the wave index of the last bar.
func (w *WaveTrend) Index() float64 { return w.latest }

// Smooth is Next for a wave index worked out elsewhere.
func (w *WaveTrend) Smooth(index float64) (first, second float64) {
	w.latest = index
	wave := &w.first
	if wave.count < wave.period || absent(index) {
		first = wave.rare(index)
	} else {
		wave.mean += float64(wave.weight * (index - wave.mean))
		first = core.Canonical(wave.mean)
	}
	return first, w.second.Next(first)
}

// Column is Next over a run of bars. It writes the wave index too; second may
// be nil where nobody reads it.
func (w *WaveTrend) Column(first, second, index, high, low, close []float64) {
	n, at := len(first), 0
	index, high, low, close = index[:n], high[:n], low[:n], close[:n]
	for ; at < n && w.warming(); at++ {
		index[at] = w.index.Next(typical(high[at], low[at], close[at]))
		first[at] = w.first.Next(index[at])
	}
	w.one(first[at:], index[at:], high[at:], low[at:], close[at:])
	if second != nil {
		w.second.Column(second, first)
	}
}

// TwoColumns is Column of w and, over the same index, Smooth of other: its first
// wave takes no time beside that of w.
func (w *WaveTrend) TwoColumns(other *WaveTrend, first, second, otherFirst, otherSecond, index, high, low, close []float64) {
	n, at := len(first), 0
	otherFirst, index, high, low, close = otherFirst[:n], index[:n], high[:n], low[:n], close[:n]
	for ; at < n && (w.warming() || other.first.count < other.first.period); at++ {
		index[at] = w.index.Next(typical(high[at], low[at], close[at]))
		first[at], otherFirst[at] = w.first.Next(index[at]), other.first.Next(index[at])
	}
	w.two(&other.first, first[at:], otherFirst[at:], index[at:], high[at:], low[at:], close[at:])
	if second != nil {
		w.second.Column(second, first)
	}
	if otherSecond != nil {
		other.second.Column(otherSecond, otherFirst)
	}
}

// warming reports whether the index or the first wave is not yet past its seed.
func (w *WaveTrend) warming() bool {
	return w.index.spread.count < w.index.spread.period || w.first.count < w.first.period
}

// one is Column of the index and the first wave after the warm-up. The three
// chains take the time of one.
func (w *WaveTrend) one(first, index, high, low, close []float64) {
	n := len(first)
	index, high, low, close = index[:n], high[:n], low[:n], close[:n]
	centre, spread, weight, floor := w.index.centre.mean, w.index.spread.mean, w.index.centre.weight, w.index.Floor
	mean, smoothing := w.first.mean, w.first.weight
	for i := range first {
		x := typical(high[i], low[i], close[i])
		centre += float64(weight * (x - centre))
		off := x - centre
		spread += float64(weight * (math.Abs(off) - spread))
		value := off / (0.015 * spread)
		if spread <= float64(floor*math.Abs(x)) {
			if value = w.index.still(); absent(value) {
				index[i], first[i] = value, value
				continue
			}
		}
		index[i] = value
		mean += float64(smoothing * (value - mean))
		first[i] = mean
	}
	w.index.centre.mean, w.index.spread.mean, w.first.mean = centre, spread, mean
	if absent(mean) { // once infinities have met, for good
		canonicalise(first)
	}
}

// two is one with another average of the index.
func (w *WaveTrend) two(other *EMA, first, average, index, high, low, close []float64) {
	n := len(first)
	average, index, high, low, close = average[:n], index[:n], high[:n], low[:n], close[:n]
	centre, spread, weight, floor := w.index.centre.mean, w.index.spread.mean, w.index.centre.weight, w.index.Floor
	mean, smoothing, otherMean, otherSmoothing := w.first.mean, w.first.weight, other.mean, other.weight
	for i := range first {
		x := typical(high[i], low[i], close[i])
		centre += float64(weight * (x - centre))
		off := x - centre
		spread += float64(weight * (math.Abs(off) - spread))
		value := off / (0.015 * spread)
		if spread <= float64(floor*math.Abs(x)) {
			if value = w.index.still(); absent(value) {
				index[i], average[i], first[i] = value, value, value
				continue
			}
		}
		index[i] = value
		mean += float64(smoothing * (value - mean))
		otherMean += float64(otherSmoothing * (value - otherMean))
		first[i], average[i] = mean, otherMean
	}
	w.index.centre.mean, w.index.spread.mean, w.first.mean, other.mean = centre, spread, mean, otherMean
	if absent(mean) || absent(otherMean) {
		canonicalise(first)
		canonicalise(average)
	}
}

// Save writes the state.
func (w *WaveTrend) Save(to *snap.Writer) {
	w.index.Save(to)
	w.first.Save(to)
	w.second.Save(to)
}

// Load reads what Save wrote into a WaveTrend of the same options.
func (w *WaveTrend) Load(from *snap.Reader) {
	w.index.Load(from)
	w.first.Load(from)
	w.second.Load(from)
}
