package monitor

import (
	"context"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// atAGlance bounds how many series are asked for in one round trip.
const atAGlance = 1000

// glance looks, once a lease, whether the store still holds what was committed.
// A series whose next bar is a day away would else notice tomorrow that a
// failover has taken its last one back.
func (k *keeper) glance(ctx context.Context) {
	if now := time.Now(); now.Sub(k.glanced) < k.monitor.options.Lease {
		return
	}
	k.glanced = time.Now()
	names, runs, stored := k.standing()
	for len(names) > 0 && ctx.Err() == nil {
		n := min(len(names), atAGlance)
		heads, err := k.monitor.store.Heads(ctx, names[:n]...)
		if err != nil {
			if ctx.Err() == nil {
				k.monitor.wrong.warn("what is committed is not looked at", err)
			}
			return
		}
		for i, h := range heads {
			if h.OpenTime < stored[i] {
				runs[i].again()
			}
		}
		names, runs, stored = names[n:], runs[n:], stored[n:]
	}
}

// standing lists the series that run, and the last bar each has committed.
func (k *keeper) standing() (names []server.Series, runs []*series, stored []int64) {
	for _, p := range k.held {
		if !p.holds() {
			continue
		}
		p.mu.Lock()
		for name, r := range p.running {
			if at := r.stored.Load(); at > 0 {
				names, runs, stored = append(names, name), append(runs, r), append(stored, at)
			}
		}
		p.mu.Unlock()
	}
	return names, runs, stored
}

// again has the series begin anew from what is stored.
func (s *series) again() {
	if anew := s.anew.Load(); anew != nil {
		(*anew)(errAnew)
	}
}
