package ta

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// RMA is Wilder's moving average, seeded by a plain mean.
//
//   - In: any series; an absent value changes nothing and reads absent.
//   - Out: in the unit of the series. A period of 1 is the series itself.
//   - Warm-up: absent for the first period-1 present values.
//   - Cost: one product, sum and division a bar, in that chain.
//
// Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
type RMA struct {
	mean   float64 // sum of the values while they are fewer than period
	count  int     // present values so far, period at most
	period int
}

// NewRMA averages over a period of 1 bar and more.
func NewRMA(period int) (a RMA, err error) {
	err = a.Init(period)
	return a, err
}

// Init makes a what NewRMA returns, where it is.
func (a *RMA) Init(period int) error {
	*a = RMA{}
	a.period = period
	return checkPeriod(period, 1)
}

// Next commits one value and returns its bar's reading.
func (a *RMA) Next(x float64) float64 {
	if absent(x) {
		return core.Absent()
	}
	n := float64(a.period)
	if a.count == a.period {
		a.mean = (float64(a.mean*(n-1)) + x) / n
		return a.mean
	}
	a.count++
	a.mean += x
	if a.count < a.period {
		return core.Absent()
	}
	a.mean /= n
	return a.mean
}

// Column is Next over a run of values.
func (a *RMA) Column(dst, src []float64) {
	dst = dst[:len(src)]
	at := 0
	for ; at < len(src) && a.count < a.period; at++ {
		dst[at] = a.Next(src[at])
	}
	src, dst = src[at:], dst[at:]
	n, mean := float64(a.period), a.mean
	for i, x := range src {
		if absent(x) {
			dst[i] = core.Absent()
			continue
		}
		mean = (float64(mean*(n-1)) + x) / n
		dst[i] = mean
	}
	a.mean = mean
}

// Save writes the state.
func (a *RMA) Save(w *snap.Writer) {
	w.Count(a.count)
	w.Float(a.mean)
}

// Load reads what Save wrote into an RMA of the same period.
func (a *RMA) Load(r *snap.Reader) {
	a.count = r.Count(a.period)
	a.mean = r.Float()
}
