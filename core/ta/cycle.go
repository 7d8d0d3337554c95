package ta

import "github.com/quantum-signals/quantum/core/snap"

// cycle is one of the two stages of Schaff: where a value lies in its window,
// 0 to 100, smoothed by a factor. Both start from 0.
type cycle struct {
	window Extremes
	factor float64
	raw    float64 // where the value lies; that of the bar before if the window spans too little
	smooth float64
}

func (c *cycle) init(period int, factor float64) error {
	c.factor = factor
	return c.window.Init(period)
}

// next commits a value; a window that spans no more than quiet spans nothing.
func (c *cycle) next(x, quiet float64) float64 {
	low, high := c.window.Next(x)
	if span := high - low; span > quiet {
		c.raw = float64(((x - low) / span) * 100)
	}
	c.smooth += float64(c.factor * (c.raw - c.smooth))
	return c.smooth
}

// column is next over a run of values, in place.
func (c *cycle) column(values, quiet []float64) {
	for len(values) > 0 {
		n := c.window.room(len(values))
		c.run(values[:n], quiet[:n])
		values, quiet = values[n:], quiet[n:]
	}
}

// run is next over values that fit the window's block, in place.
func (c *cycle) run(values, quiet []float64) {
	w, n := &c.window, len(values)
	quiet = quiet[:n]
	kept, lows, negHighs := w.values[w.at:][:n], w.lows[w.at+1:][:n], w.negHighs[w.at+1:][:n]
	frontLow, frontNegHigh := w.low, w.negHigh
	raw, smooth, factor := c.raw, c.smooth, c.factor
	for i, x := range values {
		kept[i] = x
		frontLow, frontNegHigh = min(frontLow, x), min(frontNegHigh, -x)
		low, high := min(frontLow, lows[i]), -min(frontNegHigh, negHighs[i])
		if span := high - low; span > quiet[i] {
			raw = float64(((x - low) / span) * 100)
		}
		smooth += float64(factor * (raw - smooth))
		values[i] = smooth
	}
	c.raw, c.smooth = raw, smooth
	w.low, w.negHigh = frontLow, frontNegHigh
	w.at += n
	w.count = min(w.count+n, w.period)
}

func (c *cycle) save(w *snap.Writer) {
	c.window.Save(w)
	w.Float(c.raw)
	w.Float(c.smooth)
}

func (c *cycle) load(r *snap.Reader) {
	c.window.Load(r)
	c.raw, c.smooth = r.Float(), r.Float()
}
