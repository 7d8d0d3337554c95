package main

import (
	"bench/floor"
	"bench/peer"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/ta"
)

// averages are the blocks of one series of numbers.
func averages() []block {
	return []block{
		{
			name: "EMA(9)", outputs: 1,
			column: func(out [][]float64, c core.Columns) {
				e := must(ta.NewEMA(9))
				e.Column(out[0], c.Close)
			},
			plainColumn: func(out [][]float64, c core.Columns) { floor.EMAs(out[0], c.Close, 9) },
			stream: func(out [][]float64, c core.Columns) {
				e, dst := must(ta.NewEMA(9)), out[0]
				for i, x := range c.Close {
					dst[i] = e.Next(x)
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				e, dst := floor.NewEMA(9), out[0]
				for i, x := range c.Close {
					dst[i] = e.Next(x)
				}
			},
			peer: func(c core.Columns) [][]float64 { return [][]float64{peer.EMA(c.Close, 9)} },
		},
		{
			name: "SMA(20)", outputs: 1,
			column: func(out [][]float64, c core.Columns) {
				s := must(ta.NewSMA(20))
				s.Column(out[0], c.Close)
			},
			plainColumn: func(out [][]float64, c core.Columns) { floor.SMAs(out[0], c.Close, 20) },
			stream: func(out [][]float64, c core.Columns) {
				s, dst := must(ta.NewSMA(20)), out[0]
				for i, x := range c.Close {
					dst[i] = s.Next(x)
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				s, dst := floor.NewSMA(20), out[0]
				for i, x := range c.Close {
					dst[i] = s.Next(x)
				}
			},
			peer: func(c core.Columns) [][]float64 { return [][]float64{peer.SMA(c.Close, 20)} },
		},
		{
			name: "RMA(14)", outputs: 1,
			column: func(out [][]float64, c core.Columns) {
				a := must(ta.NewRMA(14))
				a.Column(out[0], c.Close)
			},
			plainColumn: func(out [][]float64, c core.Columns) { floor.RMAs(out[0], c.Close, 14) },
			stream: func(out [][]float64, c core.Columns) {
				a, dst := must(ta.NewRMA(14)), out[0]
				for i, x := range c.Close {
					dst[i] = a.Next(x)
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				a, dst := floor.NewRMA(14), out[0]
				for i, x := range c.Close {
					dst[i] = a.Next(x)
				}
			},
		},
		{
			name: "RSI(14)", outputs: 1,
			column: func(out [][]float64, c core.Columns) {
				r := must(ta.NewRSI(14, 50))
				r.Column(out[0], c.Close)
			},
			plainColumn: func(out [][]float64, c core.Columns) { floor.RSIs(out[0], c.Close, 14, 50) },
			stream: func(out [][]float64, c core.Columns) {
				r, dst := must(ta.NewRSI(14, 50)), out[0]
				for i, x := range c.Close {
					dst[i] = r.Next(x)
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				r, dst := floor.NewRSI(14, 50), out[0]
				for i, x := range c.Close {
					dst[i] = r.Next(x)
				}
			},
			peer: func(c core.Columns) [][]float64 { return [][]float64{peer.RSI(c.Close, 14)} },
		},
		{
			name: "Stochastic(14)", outputs: 1,
			column: func(out [][]float64, c core.Columns) {
				s := must(ta.NewStochastic(14, stochFloor))
				s.Column(out[0], c.Close)
			},
			plainColumn: func(out [][]float64, c core.Columns) { floor.Stochastics(out[0], c.Close, 14, stochFloor) },
			stream: func(out [][]float64, c core.Columns) {
				s, dst := must(ta.NewStochastic(14, stochFloor)), out[0]
				for i, x := range c.Close {
					dst[i] = s.Next(x)
				}
			},
			plainStream: func(out [][]float64, c core.Columns) {
				s, dst := floor.NewStochastic(14, stochFloor), out[0]
				for i, x := range c.Close {
					dst[i] = s.Next(x)
				}
			},
			peer: func(c core.Columns) [][]float64 { return [][]float64{peer.Stochastic(c.Close, 14)} },
		},
	}
}
