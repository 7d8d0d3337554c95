package cipher

import (
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// waves smooth a wave index twice: the first wave is its exponential average,
// the second the plain average of the latest of the first.
//
// Source: LazyBear, Indicator: WaveTrend Oscillator.
type waves struct {
	index  ta.WaveIndex
	first  ta.EMA
	second ta.SMA
}

func newWaves(channel, average, signal int, r *rules) waves {
	return waves{
		index:  must(ta.NewWaveIndex(channel, r.waveFloor)),
		first:  must(ta.NewEMA(average)),
		second: must(ta.NewSMA(signal)),
	}
}

// next takes a price.
func (w *waves) next(price float64) (first, second float64) { return w.smooth(w.index.Next(price)) }

// smooth takes what the index gave.
func (w *waves) smooth(index float64) (first, second float64) {
	first = w.first.Next(index)
	return first, w.second.Next(first)
}

// columns is smooth over a run; second may be nil where nobody reads it.
func (w *waves) columns(first, second, index []float64) {
	w.first.Column(first, index)
	if second != nil {
		w.second.Column(second, first)
	}
}

func (w *waves) save(to *snap.Writer, withIndex bool) {
	if withIndex {
		w.index.Save(to)
	}
	w.first.Save(to)
	w.second.Save(to)
}

func (w *waves) load(from *snap.Reader, withIndex bool) {
	if withIndex {
		w.index.Load(from)
	}
	w.first.Load(from)
	w.second.Load(from)
}

// typical is a bar's typical price, hlc3.
func typical(high, low, close float64) float64 { return ((high + low) + close) / 3 }
