package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
)

// counted is a store that counts round trips of commits.
type counted struct {
	*store.Store
	trips atomic.Int64
}

func (c *counted) Commit(ctx context.Context, commits []server.Commit) []server.Committed {
	c.trips.Add(1)
	return c.Store.Commit(ctx, commits)
}

// apart is the pause before a burst: messages of one millisecond belong to one.
const apart = 5 * time.Millisecond

// bench is one measurement under way.
type bench struct {
	settings
	series  int
	redis   *instance
	store   *counted
	market  *market
	monitor *monitor.Monitor
}

func measure(ctx context.Context, s settings, bars core.Columns, series int) (r result, err error) {
	redis, err := startRedis(ctx)
	if err != nil {
		return r, err
	}
	defer redis.stop()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	st, err := store.Open(ctx, store.Options{URL: redis.url(), Log: quiet, Timeout: 10 * time.Second})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, st.Close(context.WithoutCancel(ctx))) }()
	for i := range series {
		if err := st.Watch(ctx, server.Watched{Series: name(i)}); err != nil {
			return r, err
		}
	}
	b := &bench{settings: s, series: series, redis: redis, store: &counted{Store: st}, market: newMarket(bars, s.warm, s.bursts)}
	b.monitor = monitor.New(b.store, map[string]monitor.Feed{"bench": b.market}, monitor.Options{Lease: 30 * time.Second, Writers: s.writers, Log: quiet})
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	idle := heap()
	go func() { ended <- b.monitor.Run(running) }()
	r, err = b.phases(ctx)
	r.memory = (heap() - idle) / float64(series)
	cancel()
	return r, errors.Join(err, <-ended)
}

// heap is the memory in use by objects and stacks.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse + m.StackInuse)
}

// phases catches up, then has all series close a bar again and again.
func (b *bench) phases(ctx context.Context) (result, error) {
	r := result{series: b.series}
	from, err := b.mark(ctx)
	if err != nil {
		return r, err
	}
	if err := b.await(ctx, int64(b.series*b.warm), func() bool { return b.market.ready() == b.series }); err != nil {
		return r, err
	}
	to, err := b.mark(ctx)
	if err != nil {
		return r, err
	}
	r.catchUp = to.since(from)
	began := make([]time.Time, b.bursts)
	for i := range b.bursts {
		before, err := b.mark(ctx)
		if err != nil {
			return r, err
		}
		time.Sleep(apart)
		began[i] = b.market.burst(i)
		if err := b.await(ctx, int64(b.series*(b.warm+i+1)), nil); err != nil {
			return r, err
		}
		after, err := b.mark(ctx)
		if err != nil {
			return r, err
		}
		r.burst.add(after.since(before))
		r.slowest = max(r.slowest, after.at.Sub(began[i]))
	}
	return r, b.delays(ctx, &r, began)
}

// await waits until so many bars are committed, and more holds.
func (b *bench) await(ctx context.Context, bars int64, more func() bool) error {
	for {
		s := b.monitor.Stats()
		if s.Restarts+s.Outages+s.Fenced+s.Invalid > 0 {
			return fmt.Errorf("the run is disturbed: %+v", s)
		}
		if s.Bars >= bars && (more == nil || more()) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

// delays reads the outboxes: how long after its burst each message was stored,
// by the clock of Redis.
func (b *bench) delays(ctx context.Context, r *result, began []time.Time) error {
	outboxes, err := b.redis.client.Keys(ctx, "q:{*}:out").Result()
	if err != nil {
		return err
	}
	for _, outbox := range outboxes {
		entries, err := b.redis.client.XRange(ctx, outbox, strconv.FormatInt(began[0].UnixMilli(), 10), "+").Result()
		if err != nil {
			return err
		}
		for _, e := range entries {
			text, _, _ := strings.Cut(e.ID, "-")
			ms, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return err
			}
			burst := 0
			for burst+1 < len(began) && ms >= began[burst+1].UnixMilli() {
				burst++
			}
			delay := float64(ms - began[burst].UnixMilli())
			if e.Values["t"] == "event" {
				r.events = append(r.events, delay)
			} else {
				r.bars = append(r.bars, delay)
			}
		}
	}
	return nil
}

// mark is a moment and what was used up to it.
type mark struct {
	at        time.Time
	bars      float64
	trips     float64
	processor float64 // seconds of this process
	redis     usage
}

func (b *bench) mark(ctx context.Context) (mark, error) {
	now := time.Now()
	u, err := b.redis.usage(ctx)
	return mark{
		at: now, bars: float64(b.monitor.Stats().Bars), trips: float64(b.store.trips.Load()),
		processor: own(), redis: u,
	}, err
}
