package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// series runs the engines over one series under a lease. Its goroutine owns
// everything but what is atomic.
type series struct {
	monitor   *Monitor
	partition *partition
	name      server.Series
	feed      Feed
	from      server.Series // what it is made from; none where its source gives it
	log       *slog.Logger
	stop      context.CancelFunc
	before    *series       // the run of the same series that may still be ending
	ended     chan struct{} // closed when run has returned

	engines *engines
	last    int64           // open time of the last bar taken
	newest  core.Candle     // that bar, where this run has taken it
	bars    int64           // its seq
	pending []server.Commit // taken, not yet committed
	closed  []server.Closed // what the engines say at those, where rules are judged
	revised []core.Candle   // given again with values that may be other ones

	stored atomic.Int64                            // open time of the last bar committed
	anew   atomic.Pointer[context.CancelCauseFunc] // ends what runs, to begin anew
	phase  atomic.Pointer[server.State]
	heard  atomic.Pointer[time.Time] // when the feed gave something last
	forms  atomic.Bool               // the feed gives forming bars
}

func newSeries(p *partition, name server.Series, before *series, stop context.CancelFunc) *series {
	m := p.monitor
	s := &series{
		monitor: m, partition: p, name: name, feed: m.feeds[name.Market.Source],
		log: m.log.With("series", name.String()), stop: stop, before: before, ended: make(chan struct{}),
	}
	s.enter(server.Lagging)
	return s
}

// errAnew asks for the series to begin anew from what is stored.
var errAnew = errors.New("the store holds other bars than this monitor committed")

// run runs the series until ctx ends, anew after each error.
func (s *series) run(ctx context.Context) {
	defer s.stop()
	defer close(s.ended)
	if s.before != nil {
		<-s.before.ended // a series has one writer
		s.before = nil
	}
	if s.feed == nil {
		s.log.Error("no feed gives this source; its series stays where it is", "source", s.name.Market.Source)
		s.enter(server.Stale)
		<-ctx.Done()
		return
	}
	pause := time.Duration(0)
	for ctx.Err() == nil {
		began, at := time.Now(), s.last
		run, cancel := context.WithCancelCause(ctx)
		s.anew.Store(&cancel)
		err := s.once(run)
		if why := context.Cause(run); why != nil {
			err = why
		}
		cancel(nil)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, server.ErrFenced) {
			s.partition.end(errTaken)
			return
		}
		if s.last != at || time.Since(began) > time.Minute {
			pause = 0
		}
		pause = min(max(2*pause, 500*time.Millisecond), 30*time.Second)
		s.monitor.counts.restarts.Add(1)
		s.enter(server.Lagging)
		s.log.Warn("series begins anew", "err", err, "within", pause)
		sleep(ctx, rand.N(pause))
	}
}

// once restores the engines, catches up from history and goes on live.
func (s *series) once(ctx context.Context) error {
	if err := s.restore(ctx); err != nil {
		return err
	}
	s.enter(server.Lagging)
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	s.enter(server.Live)
	err := s.feed.Live(ctx, s.name, s.last, func(b server.Bar) error { return s.live(ctx, b) })
	return fmt.Errorf("live feed: %w", err)
}

// restore brings the engines to the last committed bar: from the snapshot, then
// over the stored bars it does not hold.
func (s *series) restore(ctx context.Context) error {
	snap, heads, err := s.monitor.store.Snapshot(ctx, s.name)
	if err != nil {
		return err
	}
	if s.engines, err = newEngines(s.name, s.monitor.options); err != nil {
		return err
	}
	s.pending, s.closed, s.revised, s.last, s.bars = nil, nil, nil, heads.OpenTime, heads.Bars
	s.newest = core.Candle{}
	s.stored.Store(heads.OpenTime)
	after := s.engines.restore(snap)
	if snap != nil && after == 0 {
		s.log.Warn("the snapshot is of other engines; they begin anew over the stored bars")
	}
	for after < heads.OpenTime {
		const page = 4096
		bars, err := s.monitor.store.Candles(ctx, s.name, server.CandleRange{From: after + 1, To: heads.OpenTime + 1, Limit: page})
		if err != nil {
			return err
		}
		if bars.Len() == 0 {
			return fmt.Errorf("stored bars of %s end before %d, the last committed", s.name, heads.OpenTime)
		}
		for i := range bars.Len() {
			if err := s.engines.replay(bars.At(i)); err != nil {
				return err
			}
		}
		after = bars.OpenTime[bars.Len()-1]
	}
	return nil
}

// catchUp commits what history has behind the last bar.
func (s *series) catchUp(ctx context.Context) error {
	err := s.feed.History(ctx, s.name, s.last, func(bar core.Candle) error {
		s.hear()
		if s.take(bar); len(s.pending) >= s.monitor.options.Chunk {
			return s.commit(ctx)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return s.commit(ctx)
}

// live takes what the live feed gives.
func (s *series) live(ctx context.Context, b server.Bar) error {
	s.hear()
	if !b.Closed {
		s.forms.Store(true)
		s.publish(b.Candle)
		return nil
	}
	switch {
	case s.last == 0: // history had nothing yet; it may have by now
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	case b.Candle.OpenTime > s.last+int64(s.name.Interval):
		if err := s.fill(ctx); err != nil {
			return err
		}
	}
	before := s.bars
	s.take(b.Candle)
	if err := s.commit(ctx); err != nil || s.bars == before {
		return err
	}
	s.monitor.metrics.closed(b.Candle, s.name.Interval, s.monitor.options.Clock())
	return nil
}

// fill asks history for what may be missing before a live bar. Bars without a
// trade stay absent; bars that were lost on the way are committed first.
func (s *series) fill(ctx context.Context) error {
	s.enter(server.Gap)
	s.monitor.counts.gaps.Add(1)
	before := s.bars
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	s.monitor.counts.filled.Add(s.bars - before)
	s.enter(server.Live)
	return nil
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
