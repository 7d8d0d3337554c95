package outcomes

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// wilson is the score interval of a share of hits among n, which unlike the
// textbook one stays inside 0 to 1 and holds for few observations.
//
// Source: E. B. Wilson, Probable inference, the law of succession, and
// statistical inference, JASA 22, 1927.
func wilson(hits, n int, level float64) Estimate {
	if n == 0 {
		return Estimate{none(), none(), none()}
	}
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	p, count := float64(hits)/float64(n), float64(n)
	z2 := float64(z * z)
	centre := (p + z2/(2*count)) / (1 + z2/count)
	half := z * math.Sqrt(float64(p*(1-p))/count+z2/float64(4*count*count)) / (1 + z2/count)
	return Estimate{Figure(p), Figure(max(0, centre-half)), Figure(min(1, centre+half))}
}

// median of ascending values.
func median(sorted []float64) float64 {
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// resampling draws bootstrap intervals: percentiles of the statistic over
// samples drawn with replacement.
type resampling struct {
	rng   *rand.Rand
	times int
	level float64
}

// interval is the percentiles of what draw gives.
func (r resampling) interval(value float64, draw func() float64) Estimate {
	e := Estimate{Figure(value), none(), none()}
	if r.times < 1 || math.IsNaN(value) {
		return e
	}
	drawn := make([]float64, r.times)
	for i := range drawn {
		drawn[i] = draw()
	}
	slices.Sort(drawn)
	tail := (1 - r.level) / 2
	e.Low = Figure(stat.Quantile(tail, stat.Empirical, drawn, nil))
	e.High = Figure(stat.Quantile(1-tail, stat.Empirical, drawn, nil))
	return e
}

func (r resampling) mean(values []float64) Estimate {
	n := len(values)
	if n == 0 {
		return Estimate{none(), none(), none()}
	}
	return r.interval(stat.Mean(values, nil), func() float64 {
		sum := 0.0
		for range n {
			sum += values[r.rng.IntN(n)]
		}
		return sum / float64(n)
	})
}

// median draws the middle order statistics of n uniform places, which is what
// the median of a resample reads off the sorted values, without drawing all n.
func (r resampling) median(sorted []float64) Estimate {
	n := len(sorted)
	at := func(u float64) float64 { return sorted[min(int(u*float64(n)), n-1)] }
	lower := (n + 1) / 2 // the lower middle one counts from 1
	return r.interval(median(sorted), func() float64 {
		u := distuv.Beta{Alpha: float64(lower), Beta: float64(n - lower + 1), Src: r.rng}.Rand()
		if n%2 == 1 {
			return at(u)
		}
		above := 1 - math.Pow(r.rng.Float64(), 1/float64(n-lower)) // least of those above, as a share of what is left
		return (at(u) + at(u+float64((1-u)*above))) / 2
	})
}

// differs is the two-sided p-value of Student's t test that values come from a
// population of the given mean; NaN below min values or without spread.
func differs(values []float64, mean float64, least int) float64 {
	n := len(values)
	if n < max(least, 2) {
		return math.NaN()
	}
	own, sd := stat.MeanStdDev(values, nil)
	if sd == 0 || math.IsNaN(mean) {
		return math.NaN()
	}
	t := (own - mean) / (sd / math.Sqrt(float64(n)))
	return 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.CDF(-math.Abs(t))
}

// discoveries are the p-values adjusted so that calling those at most r a
// discovery is false for a share of at most r of the calls, expected. What is
// NaN was not compared.
//
// Source: Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, J. R.
// Statist. Soc. B 57, 1995.
func discoveries(p []float64) (q []float64, compared int) {
	order := make([]int, 0, len(p))
	q = make([]float64, len(p))
	for i, v := range p {
		q[i] = math.NaN()
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	least := 1.0
	for rank := len(order); rank >= 1; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*float64(len(order))/float64(rank))
		q[i] = least
	}
	return q, len(order)
}
