package monitor

import (
	"context"
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// made is the feed of a series whose bars are put together from those of a lower
// one of the same market, once they are committed. It has nothing of its own to
// remember: from the stored bars it makes the same ones again, wherever it was
// interrupted.
type made struct {
	store Store
	from  server.Series
	taps  *taps
}

// lowest finds, for each series of a market that is to be made, the one it is
// made from: the market's lowest. Intervals that do not divide a day stay the
// exchange's: where its weeks begin is its own affair.
func lowest(list []server.Series, resample func(server.Market) bool) map[server.Series]server.Series {
	least := map[server.Market]core.Interval{}
	for _, s := range list {
		if known, ok := least[s.Market]; !ok || s.Interval < known {
			least[s.Market] = s.Interval
		}
	}
	from := map[server.Series]server.Series{}
	for _, s := range list {
		low := least[s.Market]
		if s.Interval > low && s.Interval%low == 0 && core.Day%s.Interval == 0 && resample != nil && resample(s.Market) {
			from[s] = server.Series{Market: s.Market, Interval: low}
		}
	}
	return from
}

// making is a higher bar in the making, and how far the lower ones have come.
type making struct {
	higher core.Interval
	bars   core.Resampler
	last   int64 // open time of the last lower bar
	after  int64 // open time of the last higher bar that is known
	give   func(core.Candle) error
}

func (m *made) begin(s server.Series, after int64, give func(core.Candle) error) (*making, error) {
	bars, err := core.NewResampler(m.from.Interval, s.Interval)
	// The higher bar after which it goes on is made again: its first lower bar shows
	// that the next one is whole.
	return &making{higher: s.Interval, bars: bars, last: max(after, 1) - 1, after: after, give: give}, err
}

// next takes a lower bar and gives the higher ones that close with it.
func (g *making) next(bar core.Candle) error {
	if bar.OpenTime <= g.last {
		return nil
	}
	g.last = bar.OpenTime
	var closed [2]core.Candle
	for _, k := range closed[:g.bars.Next(bar, &closed)] {
		if k.OpenTime <= g.after {
			continue
		}
		g.after = k.OpenTime
		if err := g.give(k); err != nil {
			return err
		}
	}
	return nil
}

// peek is the higher bar as it stands with a lower one that forms.
func (g *making) peek(bar core.Candle) (k core.Candle, ok bool) {
	if bar.OpenTime <= g.last {
		return k, false
	}
	bars := g.bars // a copy, which a bar far beyond makes tell what it holds
	var closed [2]core.Candle
	for _, next := range []core.Candle{bar, {OpenTime: math.MaxInt64 / 2}} {
		for _, k := range closed[:bars.Next(next, &closed)] {
			if k.OpenTime > g.after && k.OpenTime <= bar.OpenTime && bar.OpenTime < k.OpenTime+int64(g.higher) {
				return k, true
			}
		}
	}
	return k, false
}

// History gives the higher bars the stored lower ones close.
func (m *made) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	g, err := m.begin(s, after, yield)
	if err != nil {
		return err
	}
	return m.read(ctx, g)
}

// read takes the stored lower bars from where g stands.
func (m *made) read(ctx context.Context, g *making) error {
	const page = 4096
	for {
		bars, err := m.store.Candles(ctx, m.from, server.CandleRange{From: g.last + 1, Limit: page})
		if err != nil {
			return err
		}
		for i := range bars.Len() {
			if err := g.next(bars.At(i)); err != nil {
				return err
			}
		}
		if bars.Len() < page {
			return nil
		}
	}
}

// Live goes on with the lower bars as they are committed.
func (m *made) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	t, done := m.taps.to(m.from)
	defer done()
	g, err := m.begin(s, after, func(k core.Candle) error { return emit(server.Bar{Series: s, Candle: k, Closed: true}) })
	if err != nil {
		return err
	}
	if err := m.read(ctx, g); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.ready:
		}
		bars, forming, missed := t.take()
		for _, bar := range bars {
			if err := g.next(bar); err != nil {
				return err
			}
		}
		if missed {
			if err := m.read(ctx, g); err != nil {
				return err
			}
		}
		if k, ok := g.peek(forming); ok {
			if err := emit(server.Bar{Series: s, Candle: k}); err != nil {
				return err
			}
		}
	}
}
