package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/ta"
)

// columns is next over the bars of a chunk, for the readings that are needed.
func (o *oscillators) columns(c *core.Columns, w *work) {
	v, n := &w.values, c.Len()
	o.waveColumns(c, w)
	if v[FastWT] != nil {
		subtract(v[FastWT], v[WT1], v[WT2])
	}
	if v[MF] != nil {
		o.flow.column(v[MF], w.spareA[:n], c)
	}
	if v[RSI] != nil {
		o.rsi.Column(v[RSI], c.Close)
	}
	if v[ARSI] != nil && o.oneRSI {
		copy(v[ARSI], v[RSI])
	} else if v[ARSI] != nil {
		o.aRSI.Column(v[ARSI], c.Close)
	}
	if v[StochK] != nil {
		o.stoch.columns(v[StochK], v[StochD], c.Close)
	}
	if v[STC] != nil {
		o.schaff.Column(v[STC], c.Close[:n])
	}
	ribbonColumns((*[4][]float64)(v[EMA1:]), &o.ribbon[0], c.Close)
	ribbonColumns((*[4][]float64)(v[EMA5:]), &o.ribbon[1], c.Close)
}

// ribbonColumns are four lines of the ribbon: together if all are needed.
func ribbonColumns(lines *[4][]float64, averages *ta.FourEMAs, close []float64) {
	if lines[0] != nil && lines[1] != nil && lines[2] != nil && lines[3] != nil {
		averages.Column(lines, close)
		return
	}
	for i, line := range lines {
		if line != nil {
			averages[i].Column(line, close)
		}
	}
}

// waveColumns are the waves of B and A.
func (o *oscillators) waveColumns(c *core.Columns, w *work) {
	v, n := &w.values, c.Len()
	index, unread := w.spareA[:n], w.spareB[:n]
	switch {
	case v[AWT1] == nil && v[WT1] == nil:
	case v[AWT1] == nil:
		o.waves.Column(v[WT1], v[WT2], index, c.High, c.Low, c.Close)
	case o.oneIndex && v[WT1] != nil:
		o.waves.TwoColumns(&o.aWaves, v[WT1], v[WT2], v[AWT1], v[AWT2], index, c.High, c.Low, c.Close)
	case o.oneIndex:
		o.waves.TwoColumns(&o.aWaves, unread, nil, v[AWT1], v[AWT2], index, c.High, c.Low, c.Close)
	default:
		if v[WT1] != nil {
			o.waves.Column(v[WT1], v[WT2], index, c.High, c.Low, c.Close)
		}
		o.aWaves.Column(v[AWT1], v[AWT2], index, c.High, c.Low, c.Close)
	}
}

// subtract writes a-b, absent where one of them is.
func subtract(dst, a, b []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = core.Canonical(a[i] - b[i])
	}
}
