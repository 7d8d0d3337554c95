package tools

import (
	"context"
	"slices"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// Fixed is a source of one series whose candles are at hand, as those of a file.
// Its events are computed. Safe for concurrent use.
type Fixed struct {
	series  server.Series
	candles core.Columns
	events  []server.Event // newest first
}

// NewFixed computes the events of the candles. The error is a *core.Error.
func NewFixed(series server.Series, c core.Columns, setup outcomes.Setup) (*Fixed, error) {
	f := &Fixed{series: series, candles: c}
	out := cipher.MakeColumns(c.Len())
	if err := cipher.Compute(setup.Cipher, series.Interval, c, &out); err != nil {
		return nil, err
	}
	signals, err := cipher.AppendSeriesEvents(nil, setup.Cipher, series.Interval, c, &out)
	if err != nil {
		return nil, err
	}
	for i := range signals {
		e := &signals[i]
		f.add(setup.Cipher.Hash(), e.Kind(), e.Side, e.OpenTime, e.KnownAt, e.Price)
	}
	engine, err := volume.New(setup.Volume, series.Interval, setup.Range)
	if err != nil {
		return nil, err
	}
	for i := range c.Len() {
		if err := engine.Next(c.At(i), nil); err != nil {
			return nil, err
		}
		for _, e := range engine.AppendEvents(nil) {
			f.add(setup.Volume.Hash(), e.Kind(), e.Side, e.OpenTime, e.KnownAt, e.Price)
		}
	}
	slices.SortStableFunc(f.events, func(a, b server.Event) int { return int(min(1, max(-1, b.OpenTime-a.OpenTime))) })
	return f, nil
}

func (f *Fixed) add(params uint64, kind string, side core.Side, open, known int64, price float64) {
	f.events = append(f.events, server.Event{
		ID: server.EventID(core.EngineVersion, params, f.series, open, kind), Kind: kind, Side: side.String(),
		OpenTime: open, KnownAt: known, Price: price, Series: f.series,
	})
}

// Markets is the one series' market. No feed runs it.
func (f *Fixed) Markets(context.Context) ([]server.MarketStatus, error) {
	m := server.MarketStatus{Market: f.series.Market, Intervals: []core.Interval{f.series.Interval}, State: server.Stale, Note: "a file", Last: []int64{0}}
	if n := f.candles.Len(); n > 0 {
		m.Last[0] = f.candles.OpenTime[n-1]
	}
	return []server.MarketStatus{m}, nil
}

// Candles gives closed bars of the series, ascending; none of any other.
func (f *Fixed) Candles(_ context.Context, series server.Series, r server.CandleRange) (core.Columns, error) {
	if series != f.series {
		return core.Columns{}, nil
	}
	c := f.candles
	from, _ := slices.BinarySearch(c.OpenTime, r.From)
	to := c.Len()
	if r.To > 0 {
		to, _ = slices.BinarySearch(c.OpenTime, r.To)
	}
	if n := max(0, to-from); r.Limit > 0 && n > r.Limit {
		if r.From > 0 {
			to = from + r.Limit
		} else {
			from = to - r.Limit
		}
	}
	return c.Slice(from, max(from, to)), nil
}

// Events gives a page of the series' events, newest first; there is no next one.
func (f *Fixed) Events(_ context.Context, q server.EventFilter) (server.EventPage, error) {
	page := server.EventPage{Events: []server.Event{}}
	for _, e := range f.events {
		if len(page.Events) == q.Limit {
			break
		}
		if slices.Contains(q.Series, f.series) && (len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)) &&
			(len(q.Sides) == 0 || slices.Contains(q.Sides, e.Side)) && e.OpenTime >= q.From && (q.To <= 0 || e.OpenTime < q.To) {
			page.Events = append(page.Events, e)
		}
	}
	return page, nil
}
