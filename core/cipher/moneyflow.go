package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/ta"
)

// moneyFlow is the mean of how much of each bar's range its body fills, signed
// and scaled. In spite of its name it reads no volume.
//
// Source: andreholanda73, MFI+RSI Area.
type moneyFlow struct {
	mean               ta.SMA
	multiplier, offset float64
	flat               float64 // the body of a bar without range
}

func (m *moneyFlow) init(p *Params, r *rules) {
	must(m.mean.Init(p.MFPeriod))
	m.multiplier, m.offset, m.flat = p.MFMultiplier, p.MFOffset, r.flatBody
}

// body is the bar's own flow: ±multiplier if it opens and closes at its ends.
func (m *moneyFlow) body(open, high, low, close float64) float64 {
	if high == low {
		return m.flat
	}
	return float64(((close - open) / (high - low)) * m.multiplier)
}

func (m *moneyFlow) next(bar *core.Candle) float64 {
	return core.Canonical(m.mean.Next(m.body(bar.Open, bar.High, bar.Low, bar.Close)) - m.offset)
}

// column is next over a run of bars; bodies is as long as dst.
func (m *moneyFlow) column(dst, bodies []float64, c *core.Columns) {
	bodies = bodies[:len(dst)]
	open, high, low, close := c.Open[:len(dst)], c.High[:len(dst)], c.Low[:len(dst)], c.Close[:len(dst)]
	for i := range bodies {
		bodies[i] = m.body(open[i], high[i], low[i], close[i])
	}
	m.mean.Column(dst, bodies)
	for i, mean := range dst {
		dst[i] = core.Canonical(mean - m.offset)
	}
}
