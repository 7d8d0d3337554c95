package ta_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/quantum-signals/quantum/core/ta"
)

// walk is a random walk nobody can predict, branch predictors included. It
// steps by whole ticks, so that every machine walks the same way.
func walk(n int) []float64 {
	random, ticks := uint64(0x9E3779B97F4A7C15), int64(3_000_000)
	values := make([]float64, n)
	for i := range values {
		random ^= random << 13
		random ^= random >> 7
		random ^= random << 17
		ticks = max(ticks+int64(random>>11)%4001-2000, 1_000_000)
		values[i] = float64(ticks) / 100
	}
	return values
}

// benchmark runs a block's Column and Next over the walk, beside a plain loop
// of the same arithmetic on the same values.
func benchmark(b *testing.B, column, plain func(dst, src []float64), next func(x float64) float64) {
	for _, bars := range []int{1000, 100_000} {
		src, dst := walk(bars), make([]float64, bars)
		run := func(name string, pass func()) {
			b.Run(name+"/bars="+strconv.Itoa(bars), func(b *testing.B) {
				for b.Loop() {
					pass()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(bars), "ns/bar")
			})
		}
		run("column", func() { column(dst, src) })
		run("plain", func() { plain(dst, src) })
		run("next", func() {
			for i, x := range src {
				dst[i] = next(x)
			}
		})
	}
}

func BenchmarkEMA(b *testing.B) {
	ema, _ := ta.NewEMA(9)
	benchmark(b, ema.Column, func(dst, src []float64) {
		mean, weight := src[0], 2.0/10
		for i, x := range src {
			mean += float64(weight * (x - mean))
			dst[i] = mean
		}
	}, ema.Next)
}

func BenchmarkRMA(b *testing.B) {
	rma, _ := ta.NewRMA(14)
	benchmark(b, rma.Column, func(dst, src []float64) {
		mean := src[0]
		for i, x := range src {
			mean = (float64(mean*13) + x) / 14
			dst[i] = mean
		}
	}, rma.Next)
}

func benchmarkSMA(b *testing.B, period int) {
	sma, _ := ta.NewSMA(period)
	benchmark(b, sma.Column, func(dst, src []float64) {
		for i := period - 1; i < len(src); i++ {
			sum := 0.0
			for _, x := range src[i-period+1 : i+1] {
				sum += x
			}
			dst[i] = sum / float64(period)
		}
	}, sma.Next)
}

func BenchmarkSMA3(b *testing.B)  { benchmarkSMA(b, 3) }
func BenchmarkSMA20(b *testing.B) { benchmarkSMA(b, 20) }
func BenchmarkSMA60(b *testing.B) { benchmarkSMA(b, 60) }

func BenchmarkRSI(b *testing.B) {
	rsi, _ := ta.NewRSI(14, 50)
	benchmark(b, rsi.Column, func(dst, src []float64) {
		rise, fall, last := 1.0, 1.0, src[0]
		for i, x := range src {
			move := x - last
			size := math.Abs(move)
			rise = (float64(rise*13) + float64(0.5*(size+move))) / 14
			fall = (float64(fall*13) + float64(0.5*(size-move))) / 14
			dst[i] = 100 - 100/(1+rise/fall)
			last = x
		}
	}, rsi.Next)
}

func BenchmarkStochastic(b *testing.B) {
	const period = 14
	stochastic, _ := ta.NewStochastic(period, 0)
	benchmark(b, stochastic.Column, func(dst, src []float64) {
		for i := period - 1; i < len(src); i++ {
			low, high := src[i], src[i]
			for _, x := range src[i-period+1 : i+1] {
				low, high = min(low, x), max(high, x)
			}
			dst[i] = (100 * (src[i] - low)) / (high - low)
		}
	}, stochastic.Next)
}

func BenchmarkWaveIndex(b *testing.B) {
	index, _ := ta.NewWaveIndex(9, 1e-12)
	benchmark(b, index.Column, func(dst, src []float64) {
		centre, spread, weight := src[0], 1.0, 2.0/10
		for i, x := range src {
			centre += float64(weight * (x - centre))
			off := x - centre
			spread += float64(weight * (math.Abs(off) - spread))
			dst[i] = off / (0.015 * spread)
		}
	}, index.Next)
}

func BenchmarkSchaff(b *testing.B) {
	schaff, _ := ta.NewSchaff(ta.SchaffOptions{Period: 10, Fast: 23, Slow: 50, Factor: 0.5, Floor: 1e-12})
	benchmark(b, schaff.Column, plainSchaff, schaff.Next)
}

// plainSchaff rescans its windows, as a plain loop would.
func plainSchaff(dst, src []float64) {
	const period = 10
	fast, slow, fastWeight, slowWeight := src[0], src[0], 2.0/24, 2.0/51
	for i, x := range src {
		fast += float64(fastWeight * (x - fast))
		slow += float64(slowWeight * (x - slow))
		dst[i] = fast - slow
	}
	for range 2 {
		plainSmoothed(dst, period)
	}
}

// plainSmoothed replaces the values by half-smoothed stochastics of theirs.
func plainSmoothed(values []float64, period int) {
	raw, smooth := 0.0, 0.0
	window := make([]float64, period)
	for i, x := range values {
		window[i%period] = x
		low, high := x, x
		for _, v := range window {
			low, high = min(low, v), max(high, v)
		}
		if span := high - low; span > 0 {
			raw = float64(((x - low) / span) * 100)
		}
		smooth += float64(0.5 * (raw - smooth))
		values[i] = smooth
	}
}

func BenchmarkLn(b *testing.B) {
	benchmark(b, ta.LnColumn, func(dst, src []float64) {
		for i, x := range src {
			dst[i] = math.Log(x) // assembly here, other bits elsewhere
		}
	}, ta.Ln)
}
