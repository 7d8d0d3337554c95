package main

import (
	"fmt"
	"math"

	"github.com/quantum-signals/quantum/core"
)

// firstOpen is 2023-11-14 22:00 UTC, a whole hour.
const firstOpen = 1_699_999_200_000

// series is the one long series of bars; the same that src/candles.ts makes,
// bit by bit.
type series struct{ core.Columns }

func makeSeries(bars int) *series {
	c := core.MakeColumns(bars)
	state := uint32(2_463_534_242) // xorshift32, G. Marsaglia, 2003
	below := func(n uint32) int64 {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		return int64(state % n)
	}
	end := int64(1_000_000)
	for i := range bars {
		open := end
		step := below(2001) + below(2001) - 2000
		if end = open + step; end < 100_000 || end > 10_000_000 {
			end = open - step
		}
		high := max(open, end) + 1 + below(1000)
		low := min(open, end) - 1 - below(1000)
		c.Append(core.Candle{
			OpenTime: firstOpen + int64(i)*int64(core.Minute),
			Open:     float64(open) / 100, High: float64(high) / 100, Low: float64(low) / 100, Close: float64(end) / 100,
			Volume: float64(1+below(100_000)) / 1000,
		})
	}
	return &series{c}
}

// windows are the stretches that calls over so many bars take in turn, as many
// as it takes to pass by 100,000 bars: a short series fed again and again would
// teach the branch predictor its turns.
func (s *series) windows(bars int) []core.Columns {
	stretches := make([]core.Columns, max(1, min(s.Len(), 100_000)/bars))
	for i := range stretches {
		stretches[i] = s.Slice(i*bars, (i+1)*bars)
	}
	return stretches
}

// digest is the hash of the first bars, as the page has them.
func (s *series) digest(bars int) string {
	c := s.Slice(0, bars)
	times := make([]float64, bars)
	for i, t := range c.OpenTime {
		times[i] = float64(t)
	}
	return digest(times, c.Open, c.High, c.Low, c.Close, c.Volume)
}

// digest hashes the bits of columns, one after the other: FNV-1a over 32-bit
// words, low word first, every NaN as the canonical one.
func digest(columns ...[]float64) string {
	hash := uint32(0x811c9dc5)
	for _, column := range columns {
		for _, v := range column {
			bits := math.Float64bits(core.Canonical(v))
			hash = (hash ^ uint32(bits)) * 0x01000193
			hash = (hash ^ uint32(bits>>32)) * 0x01000193
		}
	}
	return fmt.Sprintf("%08x", hash)
}
