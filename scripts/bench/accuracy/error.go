package accuracy

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// Error is how far a profile from bars is off the exact one.
type Error struct {
	Variation     float64 // share of the volume that lies in a wrong row, 0 to 1
	POC, VAH, VAL int     // rows too high; negative is too low
}

// Of takes the exact profile of the trades and the one of their bars of that
// interval, both with parameters p, and returns how far the second is off. The
// rows are the same: highs and lows of bars are prices of trades.
func Of(p volume.Params, t volume.Trades, interval core.Interval) (Error, error) {
	exact, err := volume.FromTrades(p, t)
	if err != nil {
		return Error{}, err
	}
	rough, err := volume.Compute(p, Bars(t, interval))
	if err != nil {
		return Error{}, err
	}
	height := (exact.Edges[exact.Len()] - exact.Edges[0]) / float64(exact.Len())
	rows := func(rough, exact float64) int {
		if height == 0 {
			return 0
		}
		return int(math.Round((rough - exact) / height))
	}
	return Error{
		Variation: variation(exact, rough),
		POC:       rows(rough.POC, exact.POC),
		VAH:       rows(rough.VAH, exact.VAH),
		VAL:       rows(rough.VAL, exact.VAL),
	}, nil
}

// variation is the total variation distance of two profiles over the same rows:
// half the sum of the differences of their rows' shares.
func variation(a, b *volume.Profile) float64 {
	sum := 0.0
	for i := range a.Len() {
		sum += math.Abs((a.Up[i]+a.Down[i])/a.Total - (b.Up[i]+b.Down[i])/b.Total)
	}
	return sum / 2
}

// Mean is the mean of several errors.
type Mean struct {
	Variation     float64
	POC, VAH, VAL float64 // rows off, either way
}

// MeanOf is the mean size of errors.
func MeanOf(errors []Error) Mean {
	var m Mean
	n := float64(len(errors))
	for _, e := range errors {
		m.Variation += e.Variation / n
		m.POC += math.Abs(float64(e.POC)) / n
		m.VAH += math.Abs(float64(e.VAH)) / n
		m.VAL += math.Abs(float64(e.VAL)) / n
	}
	return m
}
