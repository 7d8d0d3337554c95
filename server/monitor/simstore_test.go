package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// simStore is a store in this process by the rules of the scripts, on the clock
// of a simulation. What goes wrong on the way to it is the line's affair.
type simStore struct {
	mu     sync.Mutex
	leases map[int]simLease               // guarded by mu, by partition
	words  map[string]time.Time           // guarded by mu: until when monitors live
	list   []server.Series                // watched
	held   map[server.Series]*simSeries   // guarded by mu
	before map[server.Series]simSeries    // guarded by mu: as a replica had it
	states map[server.Market]server.State // guarded by mu
	wrong  []string                       // guarded by mu: broken promises
}

type simLease struct {
	owner string
	fence int64
	until time.Time
}

// simSeries is what is stored of a series.
type simSeries struct {
	bars   []core.Candle
	events []server.Event
	snap   *server.Snapshot
}

func newSimStore(list []server.Series) *simStore {
	s := &simStore{leases: map[int]simLease{}, words: map[string]time.Time{}, list: list, held: map[server.Series]*simSeries{}, before: map[server.Series]simSeries{}, states: map[server.Market]server.State{}}
	for _, of := range list {
		s.held[of] = &simSeries{}
	}
	return s
}

const simPartitions = 4

func (s *simStore) holds(l server.Lease) bool {
	held := s.leases[l.Partition]
	return held.owner == l.Owner && held.fence == l.Fence && time.Now().Before(held.until)
}

func (s *simStore) commit(c *server.Commit) server.Committed {
	if !s.holds(c.Lease) {
		return server.Committed{Err: server.ErrFenced}
	}
	h := s.held[c.Series]
	last := int64(0)
	if n := len(h.bars); n > 0 {
		last = h.bars[n-1].OpenTime
	}
	if c.Candle.OpenTime <= last {
		i, stored := slices.BinarySearchFunc(h.bars, c.Candle.OpenTime, func(k core.Candle, open int64) int { return int(k.OpenTime - open) })
		if !stored || h.bars[i] != c.Candle {
			return server.Committed{Err: (&server.Conflict{Series: c.Series, OpenTime: c.Candle.OpenTime, Last: last, Differs: stored}).Refusal()}
		}
		return server.Committed{Bar: int64(i + 1), Already: true}
	}
	if c.After != last {
		return server.Committed{Err: (&server.Conflict{Series: c.Series, OpenTime: c.Candle.OpenTime, After: c.After, Last: last}).Refusal()}
	}
	h.bars, h.events = append(h.bars, c.Candle), append(h.events, c.Events...)
	if c.Snapshot != nil {
		h.snap = &server.Snapshot{Cipher: c.Snapshot.Cipher, Volume: c.Snapshot.Volume, OpenTime: c.Candle.OpenTime, Bars: int64(len(h.bars)), Signals: int64(len(h.events))}
	}
	return server.Committed{Bar: int64(len(h.bars)), Signal: int64(len(h.events))}
}

// replicate notes what a replica has; lose makes that the truth, as a failover
// does with what was not replicated.
func (s *simStore) replicate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for of, h := range s.held {
		s.before[of] = simSeries{slices.Clone(h.bars), slices.Clone(h.events), h.snap}
	}
}

func (s *simStore) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for of, h := range s.before {
		s.held[of] = &simSeries{slices.Clone(h.bars), slices.Clone(h.events), h.snap}
	}
}

// simLine is a monitor's way to the store: calls are late, are lost, or their
// answers are. A dead monitor's calls are never answered; those of a stopped one
// wait until it goes on, and what it had sent arrives.
type simLine struct {
	*simStore
	random  *rand.Rand
	calm    func() bool
	mu      sync.Mutex
	stopped time.Time // guarded by mu
	dead    chan struct{}
}

var errSim = errors.New("the way to the store is bad")

// call makes a call, perhaps.
func (l *simLine) call(ctx context.Context, do func()) error {
	l.mu.Lock()
	fate, late := l.random.Float64(), time.Duration(l.random.Int64N(int64(20*time.Millisecond)))
	if fate < 0.02 && !l.calm() {
		late = time.Duration(l.random.Int64N(int64(10 * time.Second)))
	}
	wait := max(late, time.Until(l.stopped)+late)
	l.mu.Unlock()
	select {
	case <-time.After(wait):
	case <-l.dead:
		return errSim
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if fate > 0.99 && !l.calm() {
		return errSim
	}
	l.simStore.mu.Lock()
	do()
	l.simStore.mu.Unlock()
	if fate > 0.98 && !l.calm() {
		return errSim
	}
	select {
	case <-l.dead:
		return errSim
	default:
		return nil
	}
}

func (l *simLine) Partitions() int               { return simPartitions }
func (l *simLine) Partition(m server.Market) int { return m.Partition(simPartitions) }

func (l *simLine) Watched(ctx context.Context) (list []server.Watched, err error) {
	return list, l.call(ctx, func() {
		for _, of := range l.list {
			list = append(list, server.Watched{Series: of})
		}
	})
}

func (l *simLine) Present(ctx context.Context, owner string, length time.Duration) (alive int, err error) {
	return alive, l.call(ctx, func() {
		now := time.Now()
		l.words[owner] = now.Add(length)
		for other, until := range l.words {
			if !now.Before(until) {
				delete(l.words, other)
			}
		}
		alive = len(l.words)
	})
}

func (l *simLine) Leave(ctx context.Context, owner string) error {
	return l.call(ctx, func() { delete(l.words, owner) })
}

func (l *simLine) Free(ctx context.Context, partitions []int) (free []int, err error) {
	return free, l.call(ctx, func() {
		for _, p := range partitions {
			if held := l.leases[p]; held.owner == "" || !time.Now().Before(held.until) {
				free = append(free, p)
			}
		}
	})
}

func (l *simLine) Acquire(ctx context.Context, owner string, length time.Duration, partitions []int) (taken []server.Lease, err error) {
	return taken, l.call(ctx, func() {
		for _, p := range partitions {
			held := l.leases[p]
			if held.owner != "" && held.owner != owner && time.Now().Before(held.until) {
				continue
			}
			l.leases[p] = simLease{owner, held.fence + 1, time.Now().Add(length)}
			taken = append(taken, server.Lease{Partition: p, Owner: owner, Fence: held.fence + 1})
		}
	})
}

func (l *simLine) Renew(ctx context.Context, length time.Duration, leases []server.Lease) (kept []server.Lease, err error) {
	return kept, l.call(ctx, func() {
		for _, one := range leases {
			if l.holds(one) {
				l.leases[one.Partition] = simLease{one.Owner, one.Fence, time.Now().Add(length)}
				kept = append(kept, one)
			}
		}
	})
}

func (l *simLine) Release(ctx context.Context, leases []server.Lease) error {
	return l.call(ctx, func() {
		for _, one := range leases {
			if l.holds(one) {
				l.leases[one.Partition] = simLease{fence: one.Fence}
			}
		}
	})
}

func (l *simLine) Snapshot(ctx context.Context, of server.Series) (snap *server.Snapshot, heads server.Heads, err error) {
	return snap, heads, l.call(ctx, func() {
		h := l.held[of]
		snap, heads = h.snap, server.Heads{Bars: int64(len(h.bars)), Signals: int64(len(h.events))}
		if n := len(h.bars); n > 0 {
			heads.OpenTime = h.bars[n-1].OpenTime
		}
	})
}

func (l *simLine) Heads(ctx context.Context, list ...server.Series) (heads []server.Heads, err error) {
	return heads, l.call(ctx, func() {
		for _, of := range list {
			h := l.held[of]
			at := server.Heads{Bars: int64(len(h.bars)), Signals: int64(len(h.events))}
			if n := len(h.bars); n > 0 {
				at.OpenTime = h.bars[n-1].OpenTime
			}
			heads = append(heads, at)
		}
	})
}

func (l *simLine) Candles(ctx context.Context, of server.Series, r server.CandleRange) (c core.Columns, err error) {
	c = core.MakeColumns(64)
	return c, l.call(ctx, func() {
		for _, k := range l.held[of].bars {
			if k.OpenTime >= r.From && (r.To == 0 || k.OpenTime < r.To) && (r.Limit == 0 || c.Len() < r.Limit) {
				c.Append(k)
			}
		}
	})
}

func (l *simLine) Commit(ctx context.Context, commits []server.Commit) []server.Committed {
	answers := make([]server.Committed, len(commits))
	l.simStore.mu.Lock()
	for i := range commits {
		// On its own clock a monitor stops well before: only one that was stopped may
		// be late, and that by no word of its own.
		if lease := l.leases[commits[i].Lease.Partition]; lease.owner == commits[i].Lease.Owner && lease.fence == commits[i].Lease.Fence && !time.Now().Before(lease.until) && !l.slept() {
			l.wrong = append(l.wrong, fmt.Sprintf("%s sends a commit of %s under a lease that is over", lease.owner, commits[i].Series))
		}
	}
	l.simStore.mu.Unlock()
	err := l.call(ctx, func() {
		for i := range commits {
			answers[i] = l.commit(&commits[i])
		}
	})
	if err != nil {
		for i := range answers {
			answers[i] = server.Committed{Err: err}
		}
	}
	return answers
}

// slept reports whether the monitor was ever stopped.
func (l *simLine) slept() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.stopped.IsZero()
}

func (l *simLine) Revise(ctx context.Context, lease server.Lease, of server.Series, bar core.Candle) (seq int64, err error) {
	return seq, errors.Join(l.call(ctx, func() {
		if !l.holds(lease) {
			err = server.ErrFenced
			return
		}
		i, stored := slices.BinarySearchFunc(l.held[of].bars, bar.OpenTime, func(k core.Candle, open int64) int { return int(k.OpenTime - open) })
		if stored && l.held[of].bars[i] != bar {
			seq = int64(i + 1)
		}
	}), err)
}

func (l *simLine) PublishForming(ctx context.Context, _ []server.Forming) error {
	return l.call(ctx, func() {})
}

func (l *simLine) SetStates(ctx context.Context, _ server.Lease, states map[server.Market]server.State) error {
	return l.call(ctx, func() {
		for m, state := range states {
			l.states[m] = state
		}
	})
}
