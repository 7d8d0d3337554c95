package main

import (
	"github.com/quantum-signals/quantum/core/ta"

	"bench/floor"
)

// stream is the seven plain readings one bar at a time from core's blocks, put
// together as the cipher does.
type stream struct {
	waves  ta.WaveTrend
	rsi    ta.RSI
	stoch  stochRSI
	flow   ta.SMA
	schaff ta.Schaff
}

func newStream() *stream {
	return &stream{
		waves:  newWaveTrend(),
		rsi:    must(ta.NewRSI(14, flatRSI)),
		stoch:  newStochRSI(),
		flow:   must(ta.NewSMA(60)),
		schaff: newSchaff(),
	}
}

func (s *stream) next(open, high, low, close float64, out *[floor.Seven]float64) {
	out[floor.WT1], out[floor.WT2] = s.waves.Next(high, low, close)
	out[floor.Strength] = s.rsi.Next(close)
	out[floor.StochK], out[floor.StochD] = s.stoch.next(close)
	out[floor.MF] = s.flow.Next(body(open, high, low, close)) - 2.5
	out[floor.STC] = s.schaff.Next(close)
}

func newWaveTrend() ta.WaveTrend {
	return must(ta.NewWaveTrend(ta.WaveTrendOptions{Channel: 9, Average: 12, Signal: 3, Floor: waveFloor}))
}

// stochRSI is the stochastic of the relative strength of the logarithm.
type stochRSI struct {
	rsi  ta.RSI
	raw  ta.Stochastic
	k, d ta.SMA
}

func newStochRSI() stochRSI {
	return stochRSI{
		rsi: must(ta.NewRSI(14, flatRSI)), raw: must(ta.NewStochastic(14, stochFloor)),
		k: must(ta.NewSMA(3)), d: must(ta.NewSMA(3)),
	}
}

func (s *stochRSI) next(close float64) (k, d float64) {
	k = s.k.Next(s.raw.Next(s.rsi.Next(ta.Ln(close))))
	return k, s.d.Next(k)
}

func newSchaff() ta.Schaff {
	return must(ta.NewSchaff(ta.SchaffOptions{Period: 10, Fast: 23, Slow: 50, Factor: 0.5, Floor: waveFloor}))
}

// body is a bar's flow of money.
func body(open, high, low, close float64) float64 {
	if high == low {
		return 0
	}
	return float64(((close - open) / (high - low)) * 150)
}
