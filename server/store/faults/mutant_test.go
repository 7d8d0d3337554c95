package faults

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestMutantsAreSeen runs faults over a store that is careless on purpose, and
// hasty too where Redis is slow or cut off: a check that finds nothing then checks
// nothing. The others are left out: there all begins anew, carelessly or not.
func TestMutantsAreSeen(t *testing.T) {
	t.Parallel()
	want := unbroken(t)
	short := []string{"F5 Redis killed, AOF always", "F5 end of the AOF lost", "F18 Redis out of memory", "F9 Redis cut off"}
	long := []string{"F18 Redis 200 ms slow", "F8 all slots moved", "F18 Redis read-only", "F18 Redis wants replicas", "F18 Redis loading"}
	for _, f := range faults {
		chosen := slices.Contains(short, f.name) || chaostest.Long() && slices.Contains(long, f.name)
		if !chosen {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			var mutant *careless
			on := f.start(t)
			w := newWorld(t, on, pace, func(s *store.Store) monitor.Store {
				mutant = &careless{Store: s, claimed: map[server.Series]server.Heads{}}
				if _, behind := on.(*storetest.Proxy); behind {
					mutant.patience = 100 * time.Millisecond
				}
				return mutant
			})
			w.until(limit, "two thirds are committed", func() bool { return w.committed() > total*7/10 })
			f.strike(w)
			w.until(limit, "all bars are said to be committed", func() bool { return mutant.total() >= total || w.monitor.Stats().Restarts > 3 })
			w.stop()
			d := w.contents().Against(want)
			chaostest.Caught(t, f.name, "what Redis did not confirm is told as stored", !d.Clean(), "%d lost, %d duplicated, %d changed", d.Lost, d.Duplicated, d.Changed)
		})
	}
}

// careless takes an outage for success, lets a bar follow whatever is last, and
// says that all it was given is stored.
type careless struct {
	*store.Store
	patience time.Duration // with an answer; 0 if it waits as the store does
	mu       sync.Mutex
	claimed  map[server.Series]server.Heads // guarded by mu
}

func (c *careless) Commit(ctx context.Context, commits []server.Commit) []server.Committed {
	answers := make([]server.Committed, len(commits))
	for i, one := range commits {
		if heads, err := c.Heads(ctx, one.Series); err == nil {
			one.After = heads[0].OpenTime
		}
		if err := c.commit(ctx, one); errors.Is(err, server.ErrFenced) {
			answers[i].Err = err
			continue
		}
		c.mu.Lock()
		bars := c.claimed[one.Series].Bars + 1
		c.claimed[one.Series] = server.Heads{OpenTime: one.Candle.OpenTime, Bars: bars}
		answers[i] = server.Committed{Bar: bars}
		c.mu.Unlock()
	}
	return answers
}

func (c *careless) commit(ctx context.Context, one server.Commit) error {
	if c.patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.patience)
		defer cancel()
	}
	return c.Store.Commit(ctx, []server.Commit{one})[0].Err
}

func (c *careless) Snapshot(ctx context.Context, s server.Series) (*server.Snapshot, server.Heads, error) {
	snap, heads, err := c.Store.Snapshot(ctx, s)
	c.mu.Lock()
	defer c.mu.Unlock()
	if claimed := c.claimed[s]; err == nil && claimed.Bars > heads.Bars {
		heads = claimed
	}
	return snap, heads, err
}

func (c *careless) total() (n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.claimed {
		n += one.Bars
	}
	return n
}
