package main

import (
	"bench/floor"
	"bench/peer"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/ta"
)

const (
	// What the default preset fixes: see cipher's rules.
	waveFloor  = 1e-12
	stochFloor = 1e-10
	flatRSI    = 50

	chunk = 1024 // bars a pass, as the cipher's
)

// oscillators are the blocks made of others. Money flow and the stochastic of
// the relative strength are the cipher's own: their columns are asked of it
// alone, with its checks of every bar and its making ready; their streams are
// put together here as it does.
func oscillators() []block {
	return []block{
		{
			name: "WaveTrend(9,12,3)", outputs: 2,
			column: func(out [][]float64, c core.Columns) {
				t, index := newWaveTrend(), make([]float64, min(c.Len(), chunk))
				for at := 0; at < c.Len(); at += chunk {
					to := min(at+chunk, c.Len())
					t.Column(out[0][at:to], out[1][at:to], index[:to-at], c.High[at:to], c.Low[at:to], c.Close[at:to])
				}
			},
			plainColumn: func(out [][]float64, c core.Columns) {
				floor.WaveTrends(out[0], out[1], c.High, c.Low, c.Close, 9, 12, waveFloor)
			},
			stream: func(out [][]float64, c core.Columns) {
				t, wt1, wt2 := newWaveTrend(), out[0], out[1]
				for i, close := range c.Close {
					wt1[i], wt2[i] = t.Next(c.High[i], c.Low[i], close)
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				t, wt1, wt2 := floor.NewWaveTrend(9, 12, waveFloor), out[0], out[1]
				for i, close := range c.Close {
					wt1[i], wt2[i] = t.Next(c.High[i], c.Low[i], close)
				}
			},
			peer: func(c core.Columns) [][]float64 {
				wt1, wt2 := peer.WaveTrend(c, 9, 12)
				return [][]float64{wt1, wt2}
			},
		},
		{
			name: "money flow(60)", outputs: 1,
			column:      cipherColumns(cipher.MF),
			plainColumn: func(out [][]float64, c core.Columns) { floor.MoneyFlows(out[0], c, 60) },
			stream: func(out [][]float64, c core.Columns) {
				m, dst := must(ta.NewSMA(60)), out[0]
				for i, close := range c.Close {
					dst[i] = m.Next(body(c.Open[i], c.High[i], c.Low[i], close)) - 2.5
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				m, dst := floor.NewMoneyFlow(60), out[0]
				for i, close := range c.Close {
					dst[i] = m.Next(c.Open[i], c.High[i], c.Low[i], close)
				}
			},
			peer: func(c core.Columns) [][]float64 { return [][]float64{peer.MoneyFlow(c, 60)} },
		},
		{
			name: "stoch RSI(14,14,3,3)", outputs: 2,
			column:      cipherColumns(cipher.StochK, cipher.StochD),
			plainColumn: func(out [][]float64, c core.Columns) { floor.StochRSIs(out[0], out[1], c.Close, 14, stochFloor) },
			stream: func(out [][]float64, c core.Columns) {
				s, k, d := newStochRSI(), out[0], out[1]
				for i, close := range c.Close {
					k[i], d[i] = s.next(close)
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				s, k, d := floor.NewStochRSI(14, stochFloor), out[0], out[1]
				for i, close := range c.Close {
					k[i], d[i] = s.Next(close)
				}
			},
			peer: func(c core.Columns) [][]float64 {
				k, d := peer.StochRSI(c.Close, 14)
				return [][]float64{k, d}
			},
		},
		{
			name: "Schaff(10,23,50)", outputs: 1,
			column: func(out [][]float64, c core.Columns) {
				s := newSchaff()
				s.Column(out[0], c.Close)
			},
			plainColumn: func(out [][]float64, c core.Columns) { floor.Schaffs(out[0], c.Close, 10, 23, 50, waveFloor) },
			stream: func(out [][]float64, c core.Columns) {
				s, dst := newSchaff(), out[0]
				for i, close := range c.Close {
					dst[i] = s.Next(close)
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				s, dst := floor.NewSchaff(10, 23, 50, waveFloor), out[0]
				for i, close := range c.Close {
					dst[i] = s.Next(close)
				}
			},
			peer: func(c core.Columns) [][]float64 { return [][]float64{peer.Schaff(c.Close, 10, 23, 50)} },
		},
	}
}

// cipherColumns asks the cipher for some readings and nothing else.
func cipherColumns(readings ...cipher.Reading) fill {
	return func(out [][]float64, c core.Columns) {
		var columns cipher.Columns
		for i, r := range readings {
			columns.Values[r] = out[i]
		}
		compute(c, &columns)
	}
}

// compute runs the cipher with the default parameters.
func compute(c core.Columns, out *cipher.Columns) {
	if err := cipher.Compute(cipher.Default(cipher.Quantum), core.Minute, c, out); err != nil {
		panic(err)
	}
}
