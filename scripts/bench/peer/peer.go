// Package peer composes the cipher's seven plain readings from go-talib, the
// fastest Go library of indicators we know, as a careful user of it would.
//
// go-talib writes zeros while it warms up, and its next function would take
// them for values; so each step is given what comes after its predecessor's
// warm-up, and a column here begins with its first reading. It divides, seeds
// and sums in another order than core, so readings agree to about nine digits
// and not in bits.
package peer

import (
	"math"

	talib "github.com/markcheno/go-talib"
	"github.com/quantum-signals/quantum/core"
)

// EMA is the exponential average; n-1 bars short.
func EMA(x []float64, n int) []float64 { return talib.Ema(x, n)[n-1:] }

// SMA is the plain average, a running sum; n-1 bars short.
func SMA(x []float64, n int) []float64 { return talib.Sma(x, n)[n-1:] }

// RSI is Wilder's relative strength; n bars short.
func RSI(x []float64, n int) []float64 { return talib.Rsi(x, n)[n:] }

// Stochastic is the place of a value among the latest n; n-1 bars short.
func Stochastic(x []float64, n int) []float64 {
	k, _ := talib.StochF(x, x, x, n, 1, talib.SMA)
	return k[n-1:]
}

// WaveTrend is the two waves of hlc3: 2(channel-1)+(average-1) bars short, and
// the second two more.
func WaveTrend(c core.Columns, channel, average int) (wt1, wt2 []float64) {
	price := talib.TypPrice(c.High, c.Low, c.Close)
	centre := EMA(price, channel)
	off := talib.Sub(price[channel-1:], centre)
	size := make([]float64, len(off))
	for i, x := range off {
		size[i] = math.Abs(x)
	}
	spread := EMA(size, channel)
	index := make([]float64, len(spread))
	for i, x := range off[channel-1:] {
		index[i] = x / (0.015 * spread[i])
	}
	wt1 = EMA(index, average)
	return wt1, SMA(wt1, 3)
}

// MoneyFlow is the mean body over n; n-1 bars short.
func MoneyFlow(c core.Columns, n int) []float64 {
	body := make([]float64, c.Len())
	for i, high := range c.High {
		if span := high - c.Low[i]; span != 0 {
			body[i] = (c.Close[i] - c.Open[i]) / span * 150
		}
	}
	flow := SMA(body, n)
	for i := range flow {
		flow[i] -= 2.5
	}
	return flow
}

// StochRSI is the stochastic of the relative strength of the logarithm, both
// over n, smoothed over 3 and again; k is 2n+1 bars short and d two more.
func StochRSI(close []float64, n int) (k, d []float64) {
	rsi := RSI(talib.Ln(close), n)
	k, d = talib.Stoch(rsi, rsi, rsi, n, 3, talib.SMA, 3, talib.SMA)
	return k[n+3:], d[n+3:]
}

// Schaff is the Schaff trend cycle; slow+n-2 bars short.
func Schaff(close []float64, n, fast, slow int) []float64 {
	trend := talib.Sub(EMA(close, fast)[slow-fast:], EMA(close, slow))
	first := smoothed(trend, n)
	return smoothed(first, n)[n-1:]
}

// smoothed is the stochastic of x, averaged with weight a half.
func smoothed(x []float64, n int) []float64 {
	low, high := talib.MinMax(x, n)
	out := make([]float64, len(x))
	place, mean := 0.0, 0.0
	for i, v := range x {
		if span := high[i] - low[i]; span > 0 && i >= n-1 {
			place = (v - low[i]) / span * 100
		}
		mean += 0.5 * (place - mean)
		out[i] = mean
	}
	return out
}

// Readings are the seven columns, each as short as its function says: waves,
// relative strength, stochastic k and d, money flow, Schaff cycle.
func Readings(c core.Columns) [7][]float64 {
	wt1, wt2 := WaveTrend(c, 9, 12)
	k, d := StochRSI(c.Close, 14)
	return [7][]float64{wt1, wt2, RSI(c.Close, 14), k, d, MoneyFlow(c, 60), Schaff(c.Close, 10, 23, 50)}
}
