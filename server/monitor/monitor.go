// Package monitor runs the engines over watched markets and commits every
// closed bar exactly once, whatever dies.
//
// A monitor holds leases on its share of the partitions. For each watched series of a partition
// it restores the engines, catches up from the feed's history, then goes on
// live. What it commits is fenced: a monitor that was stopped and comes back
// finds its writes refused.
package monitor

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// Store is what a monitor needs of the store.
type Store interface {
	Partitions() int
	Partition(m server.Market) int
	Watched(ctx context.Context) ([]server.Watched, error)

	Present(ctx context.Context, owner string, length time.Duration) (alive int, err error)
	Leave(ctx context.Context, owner string) error
	Free(ctx context.Context, partitions []int) ([]int, error)
	Acquire(ctx context.Context, owner string, length time.Duration, partitions []int) ([]server.Lease, error)
	Renew(ctx context.Context, length time.Duration, leases []server.Lease) ([]server.Lease, error)
	Release(ctx context.Context, leases []server.Lease) error

	Heads(ctx context.Context, series ...server.Series) ([]server.Heads, error)
	Snapshot(ctx context.Context, s server.Series) (*server.Snapshot, server.Heads, error)
	Candles(ctx context.Context, s server.Series, r server.CandleRange) (core.Columns, error)
	Commit(ctx context.Context, commits []server.Commit) []server.Committed
	Revise(ctx context.Context, lease server.Lease, s server.Series, bar core.Candle) (seq int64, err error)
	PublishForming(ctx context.Context, forming []server.Forming) error
	SetStates(ctx context.Context, l server.Lease, states map[server.Market]server.State) error
}

// Feed is where bars come from; package feed says what its methods promise.
type Feed interface {
	History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error
	Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error
}

// Options say how a monitor works. A zero field is its default.
type Options struct {
	// Owner names this monitor in its leases; random if empty. No two may share one.
	Owner string
	// Lease is how long a lease lasts unless renewed, which is tried at each third
	// of it; 6 s. A monitor that cannot renew stops writing after five sixths.
	Lease time.Duration
	// Look is the time between two looks at which series are watched; 1 s.
	Look time.Duration
	// Silence makes a market stale whose feed gives nothing for so long, two
	// intervals longer where it gives closed bars only; 15 s.
	Silence time.Duration
	// Writers is how many pipelines commit at once; 2.
	Writers int
	// Chunk is the most bars of a series committed together while it catches up; 64.
	Chunk int
	// Resample says of which markets the bars of higher intervals are made from those
	// of the lowest that is watched, where they divide a day. The others are as their
	// source gives them; all, if nil.
	Resample func(server.Market) bool
	// Alerts judges closed bars by rules; nobody if nil.
	Alerts Alerts
	// Cipher and Volume are the engines' parameters; their defaults if nil.
	Cipher *cipher.Params
	Volume *volume.Params
	// Registry takes the monitor's metrics; nobody if nil.
	Registry prometheus.Registerer
	// Clock tells the time for lag figures alone; time.Now if nil. Nothing else asks
	// what time it is: bars have their own, and leases are measured, not dated.
	Clock func() time.Time
	// Log takes what the monitor says of itself; slog.Default() if nil.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	o.Owner = or(o.Owner, rand.Text())
	o.Lease = or(o.Lease, 6*time.Second)
	o.Look = or(o.Look, time.Second)
	o.Silence = or(o.Silence, 15*time.Second)
	o.Writers = or(o.Writers, 2)
	o.Chunk = or(o.Chunk, 64)
	if o.Cipher == nil {
		p := cipher.Default(cipher.Quantum)
		o.Cipher = &p
	}
	if o.Volume == nil {
		p := volume.Default()
		o.Volume = &p
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Monitor runs watched series. Make one with New.
type Monitor struct {
	store   Store
	feeds   map[string]Feed // by source
	options Options
	log     *slog.Logger
	wrong   *complaints
	commits *committer
	forming *publisher
	counts  counts
	metrics *metrics
	runs    *runs
	alive   atomic.Int64 // monitors, as last seen
}

// New makes a monitor of a store and a feed for each source.
func New(store Store, feeds map[string]Feed, options Options) *Monitor {
	o := options.withDefaults()
	m := &Monitor{store: store, feeds: feeds, options: o, log: o.Log.With("monitor", o.Owner[:min(8, len(o.Owner))])}
	m.wrong = newComplaints(m.log)
	m.commits = newCommitter(store, o.Writers)
	m.forming = newPublisher(store, m.wrong)
	m.runs, m.metrics = newRuns(), newMetrics(m)
	m.alive.Store(1)
	return m
}

// Run leases partitions and runs their series until ctx ends. It returns when
// all that was begun is stored and the leases are handed back.
func (m *Monitor) Run(ctx context.Context) error {
	if r := m.options.Registry; r != nil {
		if err := r.Register(m.metrics); err != nil {
			return fmt.Errorf("metrics of the monitor: %w", err)
		}
		defer r.Unregister(m.metrics)
	}
	var writers sync.WaitGroup
	stop := make(chan struct{})
	m.commits.start(&writers)
	writers.Go(func() { m.forming.run(stop) })

	newKeeper(m).run(ctx)

	close(stop)
	m.commits.close()
	writers.Wait()
	return nil
}
