package cipher_test

import (
	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// drawInterval draws a bar's length, of which some divide the higher intervals
// and some do not.
func drawInterval(t *rapid.T) core.Interval {
	return rapid.SampledFrom([]core.Interval{
		core.Minute, 15 * core.Minute, core.Hour, 4 * core.Hour, 12 * core.Hour, core.Day, 7 * core.Second, 7 * core.Minute,
	}).Draw(t, "interval")
}

// drawBars draws a series of whole ticks: walks, flat stretches, ties, jumps,
// dojis, missing bars, times off the grid, prices that fall through zero, huge
// and tiny ones.
func drawBars(t *rapid.T, interval core.Interval, most int) core.Columns {
	tick := rapid.SampledFrom([]float64{1, 0.01, 1e-7, 1e-11, 1e95, 1e-300}).Draw(t, "tick")
	level := rapid.SampledFrom([]int64{3, 100, 30_000}).Draw(t, "level")
	open := rapid.SampledFrom([]int64{0, 1_700_006_400_000, -86_400_000 * 3, 1_700_000_123_456}).Draw(t, "start")
	bars := rapid.OneOf(rapid.IntRange(0, most), rapid.IntRange(most/2, most)).Draw(t, "count") // rapid's own slices are short
	codes := rapid.SliceOfN(rapid.Uint32(), bars, bars).Draw(t, "bars")
	c := core.MakeColumns(len(codes))
	for _, code := range codes {
		code *= 0x9E3779B1 // rapid likes small numbers, a market does not
		bar, next := decodeBar(code, level, tick)
		bar.OpenTime = open
		open += int64(interval) + missing(code>>24)*int64(interval)/2
		level = next
		c.Append(bar)
	}
	return c
}

// missing is how many half bars of time are left out after a bar: mostly none.
func missing(code uint32) int64 {
	switch {
	case code < 230:
		return 0
	case code < 250:
		return int64(code - 229)
	}
	return int64(code-249) * 200
}

// decodeBar makes a bar of a code, and the level it closes at.
func decodeBar(code uint32, level int64, tick float64) (core.Candle, int64) {
	close := level
	switch step := int64(code & 15); {
	case step < 9:
		close += step - 4
	case step == 9:
		close += 60
	case step == 10:
		close -= 60
	} // else as it opened
	high, low := max(level, close), min(level, close)
	if code&16 != 0 {
		high += int64(code >> 8 & 7)
		low -= int64(code >> 11 & 7)
	}
	price := func(ticks int64) float64 { return float64(float64(ticks) * tick) }
	return core.Candle{
		Open: price(level), High: price(high), Low: price(low), Close: price(close), Volume: float64(code >> 16 & 255),
	}, close
}

// drawParams draws parameters of either preset: its own, or changed ones with
// short periods, so that short series warm up.
func drawParams(t *rapid.T) cipher.Params {
	p := cipher.Default(rapid.SampledFrom([]cipher.Preset{cipher.Quantum, cipher.Classic}).Draw(t, "preset"))
	if rapid.Bool().Draw(t, "default") {
		return p
	}
	for _, info := range cipher.Catalog().Params[1:] {
		if value, ok := drawParam(t, info); ok {
			if err := p.Set(info.Name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.STCSlowPeriod = max(p.STCSlowPeriod, p.STCFastPeriod+1)
	return p
}

// drawParam draws a value a parameter may have; false to leave its default.
func drawParam(t *rapid.T, info core.ParamInfo) (float64, bool) {
	switch {
	case info.Kind == core.KindBool:
		return float64(rapid.IntRange(0, 1).Draw(t, info.Name)), true
	case info.Unit == "minutes":
		return float64(rapid.SampledFrom([]int{0, 1, 60, 240, 720, 1440}).Draw(t, info.Name)), true
	case info.Kind == core.KindInt:
		return float64(rapid.OneOf(rapid.IntRange(2, 6), rapid.IntRange(7, 40)).Draw(t, info.Name)), true
	case info.Low == -1000:
		return info.Default / float64(rapid.IntRange(1, 3).Draw(t, info.Name)), true
	}
	return 0, false
}
