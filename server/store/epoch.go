package store

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

//go:embed raise.lua
var raiseBody string

var raiseScript = newScript(raiseBody)

// lookEvery is the time between two looks at the epoch Redis holds.
const lookEvery = time.Second

// continuity is what this process knows of the store's past, by which it notices
// that Redis has lost some of it: it came back empty, or without the last
// commits it had confirmed, as after a failover or the loss of a disk's cache.
// The epoch is raised then, once for each loss, whoever notices first.
type continuity struct {
	mu      sync.Mutex
	epoch   string
	past    []string                 // guarded by mu, as all below: epochs that are over
	marks   map[server.Series]mark   // where series stood at least
	watched map[server.Series]string // watched series as last seen, each with its note
	config  []server.Watched         // as last configured; nil before
}

// mark is the last bar of a series that Redis has been seen to hold.
type mark struct {
	openTime int64
	epoch    string // in force then
}

// Epoch marks one unbroken life of the store's sequence numbers. It changes when
// Redis has lost what it had confirmed.
func (s *Store) Epoch() string {
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	return s.past.epoch
}

// mark is how far a series was seen to go.
func (s *Store) mark(series server.Series) mark {
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	return s.past.marks[series]
}

// seen notes that Redis holds a bar of a series.
func (s *Store) seen(series server.Series, openTime int64) {
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	if openTime > s.past.marks[series].openTime {
		s.past.marks[series] = mark{openTime, s.past.epoch}
	}
}

// proves compares where a series stands with where it stood before that was
// asked. Where it has gone back, Redis has lost bars, and the epoch is raised; on
// an error it is not, and nothing may be built on the answer.
func (s *Store) proves(ctx context.Context, series server.Series, before mark, openTime int64) error {
	if openTime >= before.openTime {
		s.seen(series, openTime)
		return nil
	}
	why := fmt.Sprintf("%s went back from %d to %d", series, before.openTime, openTime)
	if err := s.raise(ctx, before.epoch, why); err != nil {
		return err
	}
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	if s.past.marks[series] == before {
		s.past.marks[series] = mark{openTime, s.past.epoch}
	}
	return nil
}

// raise ends an epoch in which something was lost, unless it is over already. The
// append-only file is then written anew: RATIONALE.md says why.
func (s *Store) raise(ctx context.Context, lost, why string) error {
	next := newEpoch()
	reply, err := raiseScript.run(ctx, s.client, []string{metaKey()}, lost, next, s.options.Partitions, schema)
	if err != nil {
		return fmt.Errorf("new epoch, since %s: %w", why, err)
	}
	now, _ := reply.(string)
	if now == next && s.kind != Cluster {
		// A server that keeps no such file, or forbids this, goes on as it is.
		_ = s.client.BgRewriteAOF(ctx).Err()
	}
	return s.adopt(ctx, now, why)
}

// adopt goes on in an epoch. What this process has others watch is told anew: it
// may be among what was lost.
func (s *Store) adopt(ctx context.Context, epoch, why string) error {
	p := &s.past
	p.mu.Lock()
	before, over := p.epoch, slices.Contains(p.past, epoch)
	if epoch == before {
		p.mu.Unlock()
		return nil
	}
	if over { // the loss took back the raise itself
		p.mu.Unlock()
		return s.raise(ctx, epoch, why)
	}
	p.past, p.epoch = append(p.past, before), epoch
	watched, config := make(map[server.Series]string, len(p.watched)), p.config
	for series, note := range p.watched {
		watched[series] = note
	}
	p.mu.Unlock()
	s.options.Log.Error("the store has lost what it had confirmed; a new epoch begins", "why", why, "epoch", epoch, "before", before)
	s.asked.Clear()
	return s.watchAnew(ctx, watched, config)
}

// watchAnew watches series again, those that are not.
func (s *Store) watchAnew(ctx context.Context, watched map[server.Series]string, config []server.Watched) error {
	if config != nil {
		if err := s.Configure(ctx, config); err != nil {
			return err
		}
	}
	p := s.client.Pipeline()
	for series, note := range watched {
		p.HSetNX(ctx, watchedKey(), series.String(), note)
	}
	if len(watched) == 0 {
		return nil
	}
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("watched series: %w", err)
	}
	return nil
}

// look reads the epoch Redis holds, and begins one where it holds none.
func (s *Store) look(ctx context.Context) error {
	epoch, err := s.client.HGet(ctx, metaKey(), "epoch").Result()
	switch {
	case errors.Is(err, redis.Nil):
		return s.raise(ctx, s.Epoch(), "it came back empty")
	case err != nil:
		return err
	}
	return s.adopt(ctx, epoch, "another process saw it")
}

// keepLooking looks once in a while, until ctx ends.
func (s *Store) keepLooking(ctx context.Context) {
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			// An outage is told by those who meet it, and the next look follows.
			_ = s.look(ctx)
		}
	}
}
