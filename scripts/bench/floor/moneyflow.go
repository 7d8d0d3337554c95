package floor

import "github.com/quantum-signals/quantum/core"

// MoneyFlow's defaults.
const (
	multiplier = 150
	offset     = 2.5
)

// MoneyFlows is the plain average over n of the bars' bodies.
func MoneyFlows(dst []float64, c core.Columns, n int) {
	dst = dst[:c.Len()]
	bodies := make([]float64, len(dst))
	open, high, low, close := c.Open[:len(dst)], c.High[:len(dst)], c.Low[:len(dst)], c.Close[:len(dst)]
	for i := range bodies {
		bodies[i] = body(open[i], high[i], low[i], close[i])
	}
	SMAs(dst, bodies, n)
	for i, mean := range dst[n-1:] {
		dst[n-1+i] = mean - offset
	}
}

func body(open, high, low, close float64) float64 {
	if high == low {
		return 0
	}
	return float64(((close - open) / (high - low)) * multiplier)
}

// MoneyFlow is MoneyFlows one bar at a time.
type MoneyFlow struct{ mean longSMA }

// NewMoneyFlow averages over n.
func NewMoneyFlow(n int) MoneyFlow { return MoneyFlow{newLongSMA(n)} }

// Next takes one bar.
func (m *MoneyFlow) Next(open, high, low, close float64) float64 {
	mean := m.mean.next(body(open, high, low, close))
	if m.mean.seen < m.mean.n {
		return absent()
	}
	return mean - offset
}
