package floor

import "math"

// WaveTrends are the two waves of hlc3, in one loop. In channel, average and
// signal are the three periods; signal is 3.
func WaveTrends(wt1, wt2, high, low, close []float64, channel, average int, floor float64) {
	n := len(close)
	high, low, wt1, wt2 = high[:n], low[:n], wt1[:n], wt2[:n]
	t := NewWaveTrend(channel, average, floor)
	warm := 2*channel + average
	for i := range warm {
		wt1[i], wt2[i] = t.Next(high[i], low[i], close[i])
	}
	centre, spread, wave := t.centre.mean, t.spread.mean, t.wave.mean
	near, far := t.centre.weight, t.wave.weight
	before, last := t.before, t.last
	for i := warm; i < n; i++ {
		x := ((high[i] + low[i]) + close[i]) / 3
		centre += float64(near * (x - centre))
		off := x - centre
		spread += float64(near * (math.Abs(off) - spread))
		index := 0.0
		if spread > float64(floor*math.Abs(x)) {
			index = off / (0.015 * spread)
		}
		wave += float64(far * (index - wave))
		wt1[i], wt2[i] = wave, ((before+last)+wave)/3
		before, last = last, wave
	}
}

// WaveTrend is WaveTrends one bar at a time.
type WaveTrend struct {
	centre, spread, wave EMA
	before, last         float64 // the two waves before
	floor                float64
}

// NewWaveTrend has a signal period of 3.
func NewWaveTrend(channel, average int, floor float64) WaveTrend {
	return WaveTrend{
		centre: NewEMA(channel), spread: NewEMA(channel), wave: NewEMA(average),
		before: absent(), last: absent(), floor: floor,
	}
}

// Next takes one bar.
func (t *WaveTrend) Next(high, low, close float64) (wt1, wt2 float64) {
	x := ((high + low) + close) / 3
	if t.wave.count < t.wave.n {
		return t.seed(x)
	}
	t.centre.mean += float64(t.centre.weight * (x - t.centre.mean))
	off := x - t.centre.mean
	t.spread.mean += float64(t.spread.weight * (math.Abs(off) - t.spread.mean))
	index := 0.0
	if t.spread.mean > float64(t.floor*math.Abs(x)) {
		index = off / (0.015 * t.spread.mean)
	}
	t.wave.mean += float64(t.wave.weight * (index - t.wave.mean))
	wave := t.wave.mean
	wt2 = ((t.before + t.last) + wave) / 3
	t.before, t.last = t.last, wave
	if t.wave.count == t.wave.n {
		t.wave.count++
		return wave, absent()
	}
	return wave, wt2
}

func (t *WaveTrend) seed(x float64) (wt1, wt2 float64) {
	centre := t.centre.Next(x)
	if t.centre.count < t.centre.n {
		return absent(), absent()
	}
	off := x - centre
	spread := t.spread.Next(math.Abs(off))
	if t.spread.count < t.spread.n {
		return absent(), absent()
	}
	index := 0.0
	if spread > float64(t.floor*math.Abs(x)) {
		index = off / (0.015 * spread)
	}
	wt1 = t.wave.Next(index)
	t.before, t.last = t.last, wt1
	return wt1, absent()
}
