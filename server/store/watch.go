package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Watch adds a series to those the monitors run. The note of one that is
// watched already is replaced.
func (s *Store) Watch(ctx context.Context, w server.Watched) error {
	if err := w.Series.Interval.Check(); err != nil {
		return err
	}
	if err := s.client.HSet(ctx, watchedKey(), w.Series.String(), w.Note).Err(); err != nil {
		return fmt.Errorf("watch %s: %w", w.Series, err)
	}
	return nil
}

// Configure watches the series a configuration names, and stops those it named
// when it was last applied and names no more. Series that others watch, as by a
// push, stay.
func (s *Store) Configure(ctx context.Context, list []server.Watched) error {
	s.past.mu.Lock()
	s.past.config = append([]server.Watched{}, list...)
	s.past.mu.Unlock()
	former, err := s.client.SMembers(ctx, configuredKey()).Result()
	if err != nil {
		return fmt.Errorf("configured series: %w", err)
	}
	named := map[string]bool{}
	for _, w := range list {
		if err := s.Watch(ctx, w); err != nil {
			return err
		}
		named[w.Series.String()] = true
	}
	p := s.client.Pipeline()
	for _, name := range former {
		if !named[name] {
			p.HDel(ctx, watchedKey(), name)
			p.SRem(ctx, configuredKey(), name)
		}
	}
	for name := range named {
		p.SAdd(ctx, configuredKey(), name)
	}
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("configured series: %w", err)
	}
	return nil
}

// watchOnce watches a series unless it is watched.
func (s *Store) watchOnce(ctx context.Context, series server.Series, note string) error {
	if _, ok := s.asked.Load(series); ok {
		return nil
	}
	if err := s.client.HSetNX(ctx, watchedKey(), series.String(), note).Err(); err != nil {
		return fmt.Errorf("watch %s: %w", series, err)
	}
	s.asked.Store(series, true)
	return nil
}

// Unwatch stops a series. What is stored of it stays.
func (s *Store) Unwatch(ctx context.Context, series server.Series) error {
	s.asked.Delete(series)
	if err := s.client.HDel(ctx, watchedKey(), series.String()).Err(); err != nil {
		return fmt.Errorf("stop watching %s: %w", series, err)
	}
	return nil
}

// Watched lists the watched series, by market, then by interval.
func (s *Store) Watched(ctx context.Context) ([]server.Watched, error) {
	all, err := s.readWatched(ctx)
	if err != nil {
		return nil, fmt.Errorf("watched series: %w", err)
	}
	list := make([]server.Watched, 0, len(all))
	notes := make(map[server.Series]string, len(all))
	for name, note := range all {
		series, err := server.ParseSeries(name)
		if err != nil {
			return nil, fmt.Errorf("watched series: %w", err)
		}
		list, notes[series] = append(list, server.Watched{Series: series, Note: note}), note
	}
	s.past.mu.Lock()
	s.past.watched = notes
	s.past.mu.Unlock()
	slices.SortFunc(list, func(a, b server.Watched) int {
		if a.Series.Market != b.Series.Market {
			return strings.Compare(a.Series.Market.String(), b.Series.Market.String())
		}
		return int(a.Series.Interval - b.Series.Interval)
	})
	return list, nil
}

// readWatched reads the watched series and the epoch as one. In an epoch that is
// new to us they may have been lost: we tell them anew, and read again.
func (s *Store) readWatched(ctx context.Context) (map[string]string, error) {
	for {
		p := s.client.TxPipeline()
		all, epoch := p.HGetAll(ctx, watchedKey()), p.HGet(ctx, metaKey(), "epoch")
		if _, err := p.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
		if epoch.Val() == s.Epoch() {
			return all.Val(), nil
		}
		if err := s.look(ctx); err != nil {
			return nil, err
		}
	}
}

// Markets lists the watched markets with their state and last bars.
func (s *Store) Markets(ctx context.Context) ([]server.MarketStatus, error) {
	watched, err := s.Watched(ctx)
	if err != nil {
		return nil, err
	}
	p := s.client.Pipeline()
	states, lasts := make([]*redis.StringCmd, len(watched)), make([]*redis.SliceCmd, len(watched))
	for i, w := range watched {
		states[i] = p.HGet(ctx, s.tags.statesKey(s.Partition(w.Series.Market)), w.Series.Market.String())
		lasts[i] = p.HMGet(ctx, s.names(w.Series).state, "last", "bars")
	}
	if _, err := p.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("states of markets: %w", err)
	}
	var markets []server.MarketStatus
	for i, w := range watched {
		if len(markets) == 0 || markets[len(markets)-1].Market != w.Series.Market {
			state := server.State(states[i].Val())
			markets = append(markets, server.MarketStatus{Market: w.Series.Market, State: or(state, server.Stale), Note: w.Note})
		}
		m := &markets[len(markets)-1]
		m.Intervals = append(m.Intervals, w.Series.Interval)
		last := lasts[i].Val()
		m.Last, m.Bars = append(m.Last, integer(last[0])), append(m.Bars, integer(last[1]))
	}
	return markets, nil
}
