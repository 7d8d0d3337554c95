package feed

import (
	"math"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
)

// forming is a bar after step k of n equal steps of its time (0 < k < n), on a
// path made up from its end: open, the extreme against the bar's direction, the
// other one, close. The same bar gives the same path.
func forming(bar core.Candle, k, n int) core.Candle {
	first, second := bar.Low, bar.High
	if bar.Close < bar.Open {
		first, second = second, first
	}
	turns := [4]float64{bar.Open, first, second, bar.Close}
	// The path has three legs of equal time.
	leg, part := 3*k/n, 3*k%n
	share := float64(part) / float64(n)
	price := turns[leg] + float64((turns[leg+1]-turns[leg])*share)
	price = min(max(round(price, decimals(bar.Open, bar.High, bar.Low, bar.Close)), bar.Low), bar.High)

	so := core.Candle{OpenTime: bar.OpenTime, Open: bar.Open, High: bar.Open, Low: bar.Open, Close: price}
	for _, passed := range append(turns[1:leg+1:leg+1], price) {
		so.High, so.Low = max(so.High, passed), min(so.Low, passed)
	}
	so.Volume = min(round(bar.Volume*float64(k)/float64(n), decimals(bar.Volume)), bar.Volume)
	return so
}

// decimals is the most decimals any of the values is written with, at most 8.
func decimals(values ...float64) int {
	most := 0
	for _, v := range values {
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if at := strings.IndexByte(text, '.'); at >= 0 {
			most = max(most, len(text)-at-1)
		}
	}
	return min(most, 8)
}

// round keeps so many decimals, where the value has digits to spare.
func round(v float64, decimals int) float64 {
	scale := 1.0
	for range decimals {
		scale *= 10
	}
	if rounded := math.Floor(float64(v*scale)+0.5) / scale; math.Abs(v) < 1e15/scale {
		return rounded
	}
	return v
}
