package feed

import (
	"context"
	"iter"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// simOrigin is the market time at which a simulated market begins to play: 1
// January 2025.
const simOrigin = 20089 * int64(core.Day)

// Simulator makes markets up: any symbol, any interval of whole minutes. The
// bars of a market are fixed by seed and symbol, those of a higher interval are
// the minutes put together, and each is found by its open time alone. Prices
// walk through regimes, lively times come in clusters, volume follows range, and
// days have sessions. Safe for concurrent use.
type Simulator struct {
	seed uint64
	*player
}

// NewSimulator makes the markets of a seed.
func NewSimulator(seed uint64, o PlayOptions) *Simulator {
	return &Simulator{seed: seed, player: newPlayer(o)}
}

// History gives the bars before the one at which playing begins.
func (f *Simulator) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	t, err := f.tape(s)
	if err != nil {
		return err
	}
	origin := t.start(simOrigin)
	from := max(origin-int64(f.options.Backfill)*int64(s.Interval), int64(core.Day))
	return f.history(ctx, t, after, t.start(from), origin, yield)
}

// Live plays on.
func (f *Simulator) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	t, err := f.tape(s)
	if err != nil {
		return err
	}
	return f.live(ctx, t, s, after, t.start(simOrigin), emit)
}

func (f *Simulator) tape(s server.Series) (simTape, error) {
	if s.Interval%core.Minute != 0 {
		return simTape{}, server.Invalid("interval", s.Interval.String(), "interval", "whole minutes for a simulated market")
	}
	return simTape{newSim(f.seed, s.Market.Symbol), s.Interval}, nil
}

// simTape is a simulated series.
type simTape struct {
	sim      sim
	interval core.Interval
}

// start is the open time of the first bar that opens at a time or after.
func (t simTape) start(at int64) int64 {
	interval := int64(t.interval)
	return (at + interval - 1) / interval * interval
}

func (t simTape) after(open int64) iter.Seq[core.Candle] {
	return func(yield func(core.Candle) bool) {
		from := t.start(max(open+1, 0))
		higher, err := core.NewResampler(core.Minute, t.interval)
		if err != nil {
			return // tape has checked the interval
		}
		var closed [2]core.Candle
		for day := from / millisInADay; ; day++ {
			for _, bar := range t.sim.day(day) {
				if bar.OpenTime < from {
					continue
				}
				if higher.Next(bar, &closed) > 0 && !yield(closed[0]) {
					return
				}
			}
		}
	}
}
