package ta

import "github.com/quantum-signals/quantum/core"

// FourEMAs are four averages of one series. Each waits for its own chain of
// operations, so that four take about the time of one.
type FourEMAs [4]EMA

// Next commits one value and writes its bar's readings.
func (e *FourEMAs) Next(dst *[4]float64, x float64) {
	for i := range e {
		m := &e[i]
		if m.count < m.period || absent(x) {
			dst[i] = m.rare(x)
			continue
		}
		m.mean += float64(m.weight * (x - m.mean))
		dst[i] = core.Canonical(m.mean)
	}
}

// Column is Next of all four over a run of values, as EMA.Column of each. No
// column of dst may overlap src.
func (e *FourEMAs) Column(dst *[4][]float64, src []float64) {
	at := 0
	for ; at < len(src) && e.seeding(); at++ {
		for i := range e {
			dst[i][at] = e[i].Next(src[at])
		}
	}
	src = src[at:]
	n := len(src)
	a, b, c, d := dst[0][at:][:n], dst[1][at:][:n], dst[2][at:][:n], dst[3][at:][:n]
	meanA, meanB, meanC, meanD := e[0].mean, e[1].mean, e[2].mean, e[3].mean
	weightA, weightB, weightC, weightD := e[0].weight, e[1].weight, e[2].weight, e[3].weight
	for i, x := range src {
		if absent(x) {
			a[i], b[i], c[i], d[i] = core.Absent(), core.Absent(), core.Absent(), core.Absent()
			continue
		}
		meanA += float64(weightA * (x - meanA))
		meanB += float64(weightB * (x - meanB))
		meanC += float64(weightC * (x - meanC))
		meanD += float64(weightD * (x - meanD))
		a[i], b[i], c[i], d[i] = meanA, meanB, meanC, meanD
	}
	e[0].mean, e[1].mean, e[2].mean, e[3].mean = meanA, meanB, meanC, meanD
}

// seeding reports whether one of the four is not yet past its seed.
func (e *FourEMAs) seeding() bool {
	for i := range e {
		if e[i].count < e[i].period {
			return true
		}
	}
	return false
}
