package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Candles gives closed bars of a series, oldest first. A series nobody knows
// has none.
func (s *Store) Candles(ctx context.Context, series server.Series, r server.CandleRange) (core.Columns, error) {
	key, limit := s.names(series).candles, int64(r.Limit)
	if limit <= 0 {
		limit = int64(s.options.Retention.Candles) + 4096 // trimming is in whole blocks
	}
	var messages []redis.XMessage
	var err error
	if r.From > 0 {
		messages, err = s.client.XRangeN(ctx, key, strconv.FormatInt(r.From, 10), before(r.To), limit).Result()
	} else {
		messages, err = s.client.XRevRangeN(ctx, key, before(r.To), "-", limit).Result()
		slices.Reverse(messages)
	}
	if err != nil {
		return core.Columns{}, fmt.Errorf("candles of %s: %w", series, err)
	}
	return columns(messages)
}

// Tip reads, as one, the bars after an open time, where the channels stand with
// the last of them, and the forming bar. At most limit bars are given, the
// newest.
func (s *Store) Tip(ctx context.Context, series server.Series, after int64, limit int) (server.Tip, error) {
	n, before := s.names(series), s.mark(series)
	p := s.client.TxPipeline()
	bars := p.XRevRangeN(ctx, n.candles, "+", "("+strconv.FormatInt(after, 10)+"-0", int64(limit))
	state := p.HMGet(ctx, n.state, "last", "bars", "signals", "forming")
	if _, err := p.Exec(ctx); err != nil {
		return server.Tip{}, fmt.Errorf("tip of %s: %w", series, err)
	}
	if err := s.proves(ctx, series, before, heads(state.Val()).OpenTime); err != nil {
		return server.Tip{}, fmt.Errorf("tip of %s: %w", series, err)
	}
	messages := bars.Val()
	slices.Reverse(messages)
	candles, err := columns(messages)
	tip := server.Tip{Candles: candles, Heads: heads(state.Val())}
	if forming, ok := state.Val()[3].(string); ok {
		tip.Forming = []byte(forming)
	}
	return tip, err
}

// Heads says where each series stands, in one round trip.
func (s *Store) Heads(ctx context.Context, series ...server.Series) ([]server.Heads, error) {
	p := s.client.Pipeline()
	states, before := make([]*redis.SliceCmd, len(series)), make([]mark, len(series))
	for i, one := range series {
		before[i] = s.mark(one)
		states[i] = p.HMGet(ctx, s.names(one).state, "last", "bars", "signals")
	}
	if _, err := p.Exec(ctx); err != nil {
		return nil, fmt.Errorf("heads: %w", err)
	}
	all := make([]server.Heads, len(series))
	for i, state := range states {
		all[i] = heads(state.Val())
		if err := s.proves(ctx, series[i], before[i], all[i].OpenTime); err != nil {
			return nil, fmt.Errorf("heads: %w", err)
		}
	}
	return all, nil
}

func heads(state []any) server.Heads {
	return server.Heads{OpenTime: integer(state[0]), Bars: integer(state[1]), Signals: integer(state[2])}
}

// integer reads a whole number Redis keeps as text; 0 where there is none.
func integer(v any) int64 {
	text, _ := v.(string)
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// before is the last id of a stream below an open time; 0 is no bound.
func before(to int64) string {
	if to <= 0 {
		return "+"
	}
	return "(" + strconv.FormatInt(to, 10) + "-0"
}

func columns(messages []redis.XMessage) (core.Columns, error) {
	c := core.MakeColumns(len(messages))
	for _, m := range messages {
		k, _, err := parseCandle(m)
		if err != nil {
			return core.Columns{}, err
		}
		c.Append(k)
	}
	return c, nil
}

// parseCandle reads an entry of a candle stream or an inbox, and the bar's seq,
// which an inbox has not.
func parseCandle(m redis.XMessage) (k core.Candle, seq int64, err error) {
	k.OpenTime, _ = parseID(m.ID)
	for _, f := range [5]struct {
		name string
		to   *float64
	}{{"o", &k.Open}, {"h", &k.High}, {"l", &k.Low}, {"c", &k.Close}, {"v", &k.Volume}} {
		text, _ := m.Values[f.name].(string)
		if *f.to, err = strconv.ParseFloat(text, 64); err != nil {
			return k, 0, fmt.Errorf("stored candle %s: field %s: %w", m.ID, f.name, err)
		}
	}
	return k, integer(m.Values["n"]), nil
}
