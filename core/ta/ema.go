package ta

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// EMA is the exponential moving average, seeded by a plain mean.
//
//   - In: any series; an absent value changes nothing and reads absent.
//   - Out: in the unit of the series. A period of 1 is the series itself.
//   - Warm-up: absent for the first period-1 present values.
//   - Cost: one subtraction, product and sum a bar, in that chain.
//
// Source: TradingView's ta.ema, whose bits the form of the step gives.
type EMA struct {
	weight float64 // 2/(period+1)
	mean   float64 // sum of the values while they are fewer than period
	count  int     // present values so far, period at most
	period int
}

// NewEMA averages over a period of 1 bar and more.
func NewEMA(period int) (e EMA, err error) {
	err = e.Init(period)
	return e, err
}

// Init makes e what NewEMA returns, where it is.
func (e *EMA) Init(period int) error {
	*e = EMA{}
	e.weight, e.period = 2/float64(period+1), period
	return checkPeriod(period, 1)
}

// Next commits one value and returns its bar's reading.
func (e *EMA) Next(x float64) float64 {
	if e.count < e.period || absent(x) {
		return e.rare(x)
	}
	e.mean += float64(e.weight * (x - e.mean))
	return core.Canonical(e.mean)
}

// rare takes a gap or one of the first period values; a period of 1 never has
// enough. It stays out of line: in the module every caller would have its copy.
//
//go:noinline
func (e *EMA) rare(x float64) float64 {
	switch {
	case absent(x):
		return core.Absent()
	case e.period == 1:
		return x
	}
	e.count++
	e.mean += x
	if e.count < e.period {
		return core.Absent()
	}
	e.mean /= float64(e.period)
	return e.mean
}

// Column is Next over a run of values.
func (e *EMA) Column(dst, src []float64) {
	dst = dst[:len(src)]
	at := 0
	for ; at < len(src) && e.count < e.period; at++ {
		dst[at] = e.rare(src[at])
	}
	src, dst = src[at:], dst[at:]
	mean, weight := e.mean, e.weight
	for i, x := range src {
		if absent(x) {
			dst[i] = core.Absent()
			continue
		}
		mean += float64(weight * (x - mean))
		dst[i] = mean
	}
	e.mean = mean
	if absent(mean) { // once infinities have met, for good
		canonicalise(dst)
	}
}

// Save writes the state.
func (e *EMA) Save(w *snap.Writer) {
	w.Count(e.count)
	w.Float(e.mean)
}

// Load reads what Save wrote into an EMA of the same period.
func (e *EMA) Load(r *snap.Reader) {
	e.count = r.Count(e.period)
	e.mean = r.Float()
}
