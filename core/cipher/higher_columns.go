package cipher

import "github.com/quantum-signals/quantum/core"

// column is next over a run of bars: fast holds from one close to the next.
func (h *higherWave) column(fast []float64, c *core.Columns) {
	if !h.on {
		for i := range fast {
			fast[i] = core.Absent()
		}
		return
	}
	var closed [2]core.Candle
	for at := 0; at < len(fast); {
		to, n := h.bars.Skip(c, at, &closed)
		for ; n > 0 && at < to-1 || n == 0 && at < to; at++ {
			fast[at] = h.fast
		}
		if n > 0 {
			h.commit(closed[:n])
			fast[at] = h.fast
			at++
		}
	}
}

// column is next over a run of bars: it takes from each bar's diamonds those
// that it does not allow.
func (h *heikinAshi) column(diamonds []Flags, c *core.Columns) {
	if !h.on {
		clear(diamonds)
		return
	}
	var closed [2]core.Candle
	for at := 0; at < len(diamonds); {
		to, n := h.bars.Skip(c, at, &closed)
		allowed := h.allowed
		for ; n > 0 && at < to-1 || n == 0 && at < to; at++ {
			diamonds[at] &= allowed
		}
		if n > 0 {
			h.commit(closed[:n])
			diamonds[at] &= h.allowed
			at++
		}
	}
}
