package feed

import (
	"context"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// Replay plays recorded candles as if they were live, over and over: each round
// is shifted by whole days. What a bar is depends on its open time alone, so a
// monitor that stopped goes on with the very bars it would have had. Safe for
// concurrent use.
type Replay struct {
	series server.Series
	tape   loop
	origin int64 // open time of the first bar that is not history
	*player
}

// NewReplay plays candles, at least one, as the bars of a series.
func NewReplay(s server.Series, candles core.Columns, o PlayOptions) (*Replay, error) {
	if candles.Len() == 0 {
		return nil, &core.Error{Code: core.NoBars, Field: "candles", Index: -1, Text: "are missing: " + s.String() + " has none to play"}
	}
	for i := range candles.Len() {
		before := candles.Slice(0, i)
		if err := check(&before, candles.At(i), s.Interval); err != nil {
			return nil, err
		}
	}
	r := &Replay{series: s, tape: newLoop(candles, s.Interval), player: newPlayer(o)}
	r.origin = r.tape.bar(int64(o.Backfill)).OpenTime
	return r, nil
}

// History gives the bars before the one at which playing begins.
func (r *Replay) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	if err := r.only(s); err != nil {
		return err
	}
	return r.history(ctx, r.tape, after, r.tape.candles.OpenTime[0], r.origin, yield)
}

// Live plays on.
func (r *Replay) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	if err := r.only(s); err != nil {
		return err
	}
	return r.live(ctx, r.tape, s, after, r.origin, emit)
}

func (r *Replay) only(s server.Series) error {
	if s == r.series {
		return nil
	}
	return server.Invalid("series", s.String(), "series", "the one that is played, "+r.series.String())
}
