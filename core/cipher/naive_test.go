package cipher_test

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// The functions below are the specification read aloud: whole series in, whole
// series out, every bar looked up afresh among all bars before it. They share
// nothing with the engine and serve to disagree with it.

var absent = core.Absent()

func present(v float64) bool { return v == v }

// latest returns the n latest present values at or before bar t, oldest first,
// or fewer.
func latest(x []float64, t, n int) []float64 {
	var found []float64
	for i := t; i >= 0 && len(found) < n; i-- {
		if present(x[i]) {
			found = append([]float64{x[i]}, found...)
		}
	}
	return found
}

func sum(values []float64) float64 {
	s := 0.0
	for _, v := range values {
		s += v
	}
	return s
}

// smoothed is 3.1 and 3.2: seeded by a plain mean, then step by step.
func smoothed(x []float64, n int, step func(e, x float64) float64) []float64 {
	out := make([]float64, len(x))
	var seen []float64
	e := absent
	for t, v := range x {
		out[t] = absent
		if !present(v) {
			continue
		}
		seen = append(seen, v)
		switch {
		case len(seen) == n:
			e = sum(seen) / float64(n)
		case len(seen) > n:
			e = step(e, v)
		}
		out[t] = e
	}
	return out
}

func ema(x []float64, n int) []float64 {
	if n == 1 {
		return x
	}
	k := 2 / float64(n+1)
	return smoothed(x, n, func(e, x float64) float64 { return e + float64(k*(x-e)) })
}

func rma(x []float64, n int) []float64 {
	return smoothed(x, n, func(e, x float64) float64 { return (float64(e*float64(n-1)) + x) / float64(n) })
}

func sma(x []float64, n int) []float64 {
	out := make([]float64, len(x))
	for t := range x {
		out[t] = absent
		if window := latest(x, t, n); len(window) == n {
			out[t] = sum(window) / float64(n)
		}
	}
	return out
}

func rsi(x []float64, n int, flat float64) []float64 {
	rises, falls := make([]float64, len(x)), make([]float64, len(x))
	for t, v := range x {
		rises[t], falls[t] = absent, absent
		if pair := latest(x, t, 2); present(v) && len(pair) == 2 {
			rises[t], falls[t] = max(pair[1]-pair[0], 0), max(pair[0]-pair[1], 0)
		}
	}
	up, down := rma(rises, n), rma(falls, n)
	out := make([]float64, len(x))
	for t := range x {
		u, d := up[t], down[t]
		switch {
		case !present(u):
			out[t] = absent
		case d == 0 && u > 0:
			out[t] = 100
		case d == 0:
			out[t] = flat
		default:
			out[t] = 100 - 100/(1+u/d)
		}
	}
	return out
}

// extremes are the least and greatest present value of some.
func extremes(values []float64) (least, greatest float64) {
	least, greatest = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if present(v) {
			least, greatest = math.Min(least, v), math.Max(greatest, v)
		}
	}
	return least, greatest
}

func stochastic(x []float64, n int, floor float64) []float64 {
	out := make([]float64, len(x))
	for t, v := range x {
		out[t] = absent
		window := latest(x, t, n)
		if !present(v) || len(window) < n {
			continue
		}
		if least, greatest := extremes(window); !(greatest-least <= floor) {
			out[t] = (100 * (v - least)) / (greatest - least)
		}
	}
	return out
}

// waves is 4.1.
func waves(s []float64, n1, n2, n3 int, floor float64) (wt1, wt2 []float64) {
	centre := ema(s, n1)
	distance, index := make([]float64, len(s)), make([]float64, len(s))
	for t := range s {
		distance[t] = math.Abs(s[t] - centre[t])
	}
	spread := ema(distance, n1)
	for t := range s {
		switch {
		case !present(spread[t]), floor == 0 && spread[t] == 0:
			index[t] = absent
		case floor > 0 && spread[t] <= floor*math.Abs(s[t]):
			index[t] = 0
		default:
			index[t] = (s[t] - centre[t]) / (0.015 * spread[t])
		}
	}
	wt1 = ema(index, n2)
	return wt1, sma(wt1, n3)
}

// schaff is 4.5.
func schaff(c []float64, p cipher.Params, tie, floor float64) []float64 {
	n, f := p.STCPeriod, p.STCFactor
	fast, slow := ema(c, p.STCFastPeriod), ema(c, p.STCSlowPeriod)
	size := len(c)
	m, d, out := make([]float64, size), make([]float64, size), make([]float64, size)
	g, e, s, last := 0.0, 0.0, 0.0, 0.0
	for t := range c {
		m[t] = fast[t] - slow[t]
		from := max(0, t-n+1)
		least, greatest := extremes(m[from : t+1])
		if span := greatest - least; t >= n-1 && present(m[t]) && span > tie && span > floor*math.Abs(c[t]) {
			g = float64(((m[t] - least) / span) * 100)
		}
		last += float64(f * (g - last))
		d[t] = last
		least, greatest = extremes(d[from : t+1])
		if span := greatest - least; t >= n-1 && span > 1e-10 {
			e = float64(((d[t] - least) / span) * 100)
		}
		s += float64(f * (e - s))
		out[t] = absent
		if t >= p.STCSlowPeriod+n-2 {
			out[t] = s
		}
	}
	return out
}

// crossing is 3.6.
func crossing(a, b []float64) []int {
	side := func(t int) int {
		switch {
		case a[t]-b[t] > 1e-10:
			return 1
		case b[t]-a[t] > 1e-10:
			return -1
		}
		return 0
	}
	out := make([]int, len(a))
	for t := range a {
		if side(t) == 0 {
			continue
		}
		for i := t - 1; i >= 0; i-- {
			if s := side(i); s != 0 {
				if s != side(t) {
					out[t] = side(t)
				}
				break
			}
		}
	}
	return out
}

// risesOver is 3.7.
func risesOver(a, b []float64) []bool {
	out := make([]bool, len(a))
	for t := range a {
		if !(a[t] > b[t]) {
			continue
		}
		for i := t - 1; i >= 0; i-- {
			if present(a[i]) && present(b[i]) {
				out[t] = a[i] <= b[i]
				break
			}
		}
	}
	return out
}

// higherBar is a bar of a higher interval and the chart bar that knows it.
type higherBar struct {
	core.Candle
	known int
}

// higherBars is 7.1.
func higherBars(c core.Columns, interval core.Interval, minutes int) []higherBar {
	w := int64(minutes) * 60_000
	if w == 0 || w < int64(interval) || w%int64(interval) != 0 {
		return nil
	}
	bucket := func(t int) int64 {
		b := c.OpenTime[t] / w
		if c.OpenTime[t]%w < 0 {
			b--
		}
		return b
	}
	var bars []higherBar
	for from := 0; from < c.Len(); {
		b, to := bucket(from), from
		bar := c.At(from)
		for ; to < c.Len() && bucket(to) == b; to++ {
			bar.High, bar.Low = max(bar.High, c.High[to]), min(bar.Low, c.Low[to])
			bar.Close = c.Close[to]
		}
		known := to - 1
		if c.OpenTime[to-1]+int64(interval) < (b+1)*w {
			known = to // the first bar of a later bucket, if there ever is one
		}
		if b*w >= c.OpenTime[0] {
			bars = append(bars, higherBar{bar, known})
		}
		from = to
	}
	return bars
}

// held gives, at each chart bar, the value of the latest higher bar known by
// then.
func held[T any](size int, bars []higherBar, values []T, none T) []T {
	out := make([]T, size)
	for t := range out {
		out[t] = none
		for i, bar := range bars {
			if bar.known <= t {
				out[t] = values[i]
			}
		}
	}
	return out
}
