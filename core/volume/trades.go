package volume

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// Trades is a series of trades as a structure of arrays, oldest first; several
// may share one time. All slices have the same length, or Side is nil.
type Trades struct {
	Time  []int64     // Unix milliseconds
	Price []float64   // in quote currency
	Size  []float64   // in base currency
	Side  []core.Side // of the taker: Bull bought, Bear sold, None not known
}

// Len is the number of trades.
func (t Trades) Len() int { return len(t.Time) }

// FromTrades takes the exact profile of all trades of t: each size in the one
// row that holds its price, up where the taker bought and down where he sold.
// A trade of unknown side takes the sign of its move since the previous price,
// without one the side of the trade before it, and up where none had one. The
// spread does not matter. The error is a *core.Error naming the parameter, or
// trade (Index), field and bound; then there is no profile.
func FromTrades(p Params, t Trades) (*Profile, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	e, err := t.scan()
	if err != nil {
		return nil, err
	}
	p.Spread = Close
	y, err := newTally(p, SourceTrades, t.Len(), &e)
	if err != nil {
		return nil, err
	}
	var c course
	for i, price := range t.Price {
		side := c.next(price, price)
		if t.Side != nil && t.Side[i] != core.None {
			side = sideOf(t.Side[i] == core.Bear)
			c.last = side
		}
		bar := core.Candle{Open: price, High: price, Low: price, Close: price, Volume: t.Size[i]}
		if err := y.lay(i, bar, side); err != nil {
			return nil, err
		}
	}
	return y.profile(), nil
}

// scan checks every trade and measures their extent.
func (t Trades) scan() (extent, error) {
	if err := t.checkLengths(); err != nil {
		return extent{}, err
	}
	e := extent{low: t.Price[0], high: t.Price[0]}
	for i, price := range t.Price {
		size := t.Size[i]
		if !(math.Abs(price) <= core.MaxPrice) {
			return extent{}, badTrade("price", i, price, -core.MaxPrice, core.MaxPrice)
		}
		if !(size >= 0 && size <= math.MaxFloat64) {
			return extent{}, badTrade("size", i, size, 0, math.MaxFloat64)
		}
		if t.Side != nil && (t.Side[i] < core.Bear || t.Side[i] > core.Bull) {
			return extent{}, badTrade("side", i, float64(t.Side[i]), float64(core.Bear), float64(core.Bull))
		}
		if t.Time[i] < -MaxTime || t.Time[i] > MaxTime {
			return extent{}, badTrade("time", i, float64(t.Time[i]), -MaxTime, MaxTime)
		}
		if i > 0 && t.Time[i] < t.Time[i-1] {
			return extent{}, &core.Error{
				Code: core.OutOfOrder, Field: "time", Index: i,
				Value: float64(t.Time[i]), Rule: core.RuleAtLeast, Low: float64(t.Time[i-1]),
			}
		}
		e.low, e.high, e.most = min(e.low, price), max(e.high, price), max(e.most, size)
		e.moments = e.moments.with(price, size)
	}
	return e, nil
}

func (t Trades) checkLengths() error {
	n := t.Len()
	switch {
	case n == 0:
		return noBars()
	case len(t.Price) != n:
		return wrongLength("price", len(t.Price), n)
	case len(t.Size) != n:
		return wrongLength("size", len(t.Size), n)
	case t.Side != nil && len(t.Side) != n:
		return wrongLength("side", len(t.Side), n)
	}
	return nil
}

func badTrade(field string, index int, value, low, high float64) error {
	return &core.Error{
		Code: core.InvalidBar, Field: field, Index: index, Value: core.Canonical(value), Rule: core.RuleRange, Low: low, High: high,
	}
}
