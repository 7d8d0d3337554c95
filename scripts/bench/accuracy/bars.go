package accuracy

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// Bars makes the bars of an interval from trades. An interval without a trade
// has no bar.
func Bars(t volume.Trades, interval core.Interval) core.Columns {
	c := core.MakeColumns(0)
	for i, price := range t.Price {
		open := t.Time[i] - t.Time[i]%int64(interval)
		last := c.Len() - 1
		if last < 0 || c.OpenTime[last] != open {
			c.Append(core.Candle{OpenTime: open, Open: price, High: price, Low: price, Close: price, Volume: t.Size[i]})
			continue
		}
		c.High[last], c.Low[last], c.Close[last] = max(c.High[last], price), min(c.Low[last], price), price
		c.Volume[last] += t.Size[i]
	}
	return c
}
