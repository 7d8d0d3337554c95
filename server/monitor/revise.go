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

// late takes a bar that does not open after the last one. What is committed is
// final, and the engines do not go back: where the feed gives other values now,
// that is told once the last bar is stored.
func (s *series) late(bar core.Candle) {
	s.monitor.counts.late.Add(1)
	if bar == s.newest || core.CheckPrices(bar, 0) != nil || core.CheckVolume(bar.Volume, 0) != nil {
		return
	}
	if bar.OpenTime == s.newest.OpenTime { // its values may come back, and that is told too
		s.newest = core.Candle{}
	}
	s.revised = append(s.revised, bar)
}

// revise tells of bars that may have been revised; the store knows whether they
// were. An outage is waited out, as in commit.
func (s *series) revise(ctx context.Context) error {
	for pause := time.Duration(0); len(s.revised) > 0; {
		bar := s.revised[0]
		if !s.partition.holds() {
			return fmt.Errorf("%w: %w", errLapsed, server.ErrFenced)
		}
		seq, err := s.monitor.store.Revise(context.WithoutCancel(ctx), s.partition.lease, s.name, bar)
		switch {
		case err == nil:
			if seq > 0 {
				s.monitor.counts.corrected.Add(1)
				s.log.Warn("a committed bar has other values now; it stays as it was", "open_time", bar.OpenTime, "seq", seq, "is", bar)
			}
			s.revised, pause = s.revised[1:], 0
			continue
		case errors.Is(err, server.ErrFenced):
			s.monitor.counts.fenced.Add(1)
			return err
		}
		s.monitor.counts.outages.Add(1)
		s.monitor.wrong.warn("revised bars are told once the store is back", err)
		pause = min(max(2*pause, 50*time.Millisecond), 2*time.Second)
		if sleep(ctx, pause/2+rand.N(pause)); ctx.Err() != nil {
			return ctx.Err()
		}
	}
	s.revised = nil
	return nil
}
