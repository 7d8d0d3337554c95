package monitor

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// take runs the engines over a closed bar, which then waits to be committed. A
// bar that breaks a rule is logged and left out.
func (s *series) take(bar core.Candle) {
	if bar.OpenTime <= s.last {
		s.late(bar)
		return
	}
	if err := s.check(bar); err != nil {
		s.refuse(bar, err)
		return
	}
	events, err := s.engines.next(bar)
	if err != nil {
		s.refuse(bar, err)
		return
	}
	c := server.Commit{Lease: s.partition.lease, Series: s.name, After: s.last, Candle: bar, Events: events}
	s.last, s.newest = bar.OpenTime, bar
	s.bars++
	if s.bars%server.SnapshotEvery == 0 {
		c.Snapshot = s.snapshot()
	}
	s.pending = append(s.pending, c)
	s.keepClosed(bar, events)
}

// check holds a bar to what the store asks for beyond the engines.
func (s *series) check(bar core.Candle) error {
	if bar.OpenTime < 1 {
		return server.Invalid("open_time", bar.OpenTime, "min", "at least 1")
	}
	if s.last > 0 {
		return core.CheckOrder(s.last, bar.OpenTime, s.name.Interval, int(s.bars))
	}
	return nil
}

func (s *series) refuse(bar core.Candle, err error) {
	s.monitor.counts.invalid.Add(1)
	s.log.Warn("bar is left out", "open_time", bar.OpenTime, "err", err)
}

// snapshot is the engines' state. Engines of our own always give one.
func (s *series) snapshot() *server.Snapshot {
	snap, err := s.engines.snapshot()
	if err != nil {
		panic(fmt.Sprintf("snapshot of %s: %v", s.name, err))
	}
	return snap
}

// commit stores what is pending, then tells what the feed has revised.
func (s *series) commit(ctx context.Context) error {
	if err := s.store(ctx); err != nil {
		return err
	}
	return s.revise(ctx)
}

// store stores what is pending. An outage is waited out: nothing is lost and,
// since a repeat changes nothing, nothing comes twice.
func (s *series) store(ctx context.Context) error {
	if len(s.pending) == 0 {
		return nil
	}
	for pause := time.Duration(0); ; {
		s.judge()
		answers := s.monitor.commits.submit(s.partition, s.pending)
		again, err := s.settle(answers)
		if err != nil {
			return err
		}
		if errors.Is(again, server.ErrRules) {
			if again = s.monitor.options.Alerts.Read(ctx, s.partition.lease.Partition); again == nil {
				continue
			}
		}
		if again == nil {
			s.stored.Store(s.pending[len(s.pending)-1].Candle.OpenTime)
			s.partition.taps.committed(s.name, s.pending)
			clear(s.pending) // lets go of snapshots and events
			s.pending, s.closed = s.pending[:0], s.closed[:0]
			return nil
		}
		s.monitor.counts.outages.Add(1)
		s.monitor.wrong.warn("commits are repeated until the store is back", again)
		pause = min(max(2*pause, 50*time.Millisecond), 2*time.Second)
		if sleep(ctx, pause/2+rand.N(pause)); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// settle reads the answers of a commit: again is an outage, err ends the run.
func (s *series) settle(answers []server.Committed) (again, err error) {
	var conflict *server.Conflict
	for i, a := range answers {
		switch {
		case errors.Is(a.Err, server.ErrFenced):
			if !errors.Is(a.Err, errLapsed) {
				s.monitor.counts.fenced.Add(1)
			}
			return nil, a.Err
		case errors.As(a.Err, &conflict):
			return nil, fmt.Errorf("%w: %w", errAnew, a.Err)
		case a.Err != nil:
			return a.Err, nil
		}
		if want := s.bars - int64(len(answers)-1-i); a.Bar != want {
			return nil, fmt.Errorf("%w: bar %d has seq %d, expected %d", errAnew, s.pending[i].Candle.OpenTime, a.Bar, want)
		}
	}
	for i, a := range answers {
		if a.Already {
			s.monitor.counts.already.Add(1)
			continue
		}
		s.monitor.counts.bars.Add(1)
		s.monitor.counts.events.Add(int64(len(s.pending[i].Events)))
	}
	return nil, nil
}

// publish tells how a forming bar stands. One that breaks a rule, as it may
// while it forms, is let go.
func (s *series) publish(bar core.Candle) {
	if bar.OpenTime <= s.last || s.check(bar) != nil {
		return
	}
	s.partition.taps.forms(s.name, bar)
	body, err := s.engines.forming(bar)
	if err != nil {
		return
	}
	s.monitor.forming.put(server.Forming{Lease: s.partition.lease, Series: s.name, OpenTime: bar.OpenTime, Body: body})
}
