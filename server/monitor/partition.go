package monitor

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quantum-signals/quantum/server"
)

var (
	errTaken  = errors.New("the lease was lost to another monitor or to time")
	errLapsed = errors.New("the lease could not be renewed in time")
	errGiven  = errors.New("the partition is given to another monitor")
)

// partition is one lease, and the series that run under it.
type partition struct {
	monitor *Monitor
	lease   server.Lease
	ctx     context.Context // ends with the lease
	cancel  context.CancelCauseFunc
	lapse   *time.Timer
	until   atomic.Pointer[time.Time] // last moment of writing, on the monotonic clock
	told    map[server.Market]server.State
	taps    taps

	mu      sync.Mutex
	running map[server.Series]*series // guarded by mu
	stopped map[server.Series]*series // guarded by mu: no longer watched, perhaps not yet ended
	ended   bool                      // guarded by mu: nothing is started any more
	work    sync.WaitGroup
}

// newPartition begins a lease that was asked for at a moment.
func newPartition(m *Monitor, l server.Lease, asked time.Time) *partition {
	ctx, cancel := context.WithCancelCause(context.Background())
	p := &partition{monitor: m, lease: l, ctx: ctx, cancel: cancel, running: map[server.Series]*series{}, stopped: map[server.Series]*series{}, told: map[server.Market]server.State{}}
	until := asked.Add(m.options.Lease * 5 / 6)
	p.until.Store(&until)
	p.lapse = time.AfterFunc(time.Until(until), func() { p.end(errLapsed) })
	return p
}

// holds reports whether the lease is certain to be held still.
func (p *partition) holds() bool {
	return p.ctx.Err() == nil && time.Now().Before(*p.until.Load())
}

// prolong counts the lease from a renewal asked for at a moment.
func (p *partition) prolong(asked time.Time) {
	until := asked.Add(p.monitor.options.Lease * 5 / 6)
	p.until.Store(&until)
	if p.lapse.Stop() {
		p.lapse.Reset(time.Until(until))
	}
}

// end stops everything under the lease, without waiting for it.
func (p *partition) end(why error) {
	if p.ctx.Err() != nil {
		return
	}
	p.cancel(why)
	if !errors.Is(why, context.Canceled) && !errors.Is(why, errGiven) {
		p.monitor.counts.lost.Add(1)
		p.monitor.wrong.warn("partitions are given up", why)
	}
}

// wait waits for the end of the lease and of all that ran under it.
func (p *partition) wait() {
	<-p.ctx.Done()
	p.lapse.Stop()
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.work.Wait()
}

// watch runs just these series.
func (p *partition) watch(list []server.Series) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	wanted := map[server.Series]bool{}
	from := lowest(list, p.monitor.options.Resample)
	for _, s := range list {
		wanted[s] = true
		r, runs := p.running[s]
		if runs && r.from != from[s] { // made from another one now
			p.drop(s, r)
			runs = false
		}
		if !runs {
			p.start(s, from[s])
		}
	}
	for s, r := range p.running {
		if !wanted[s] {
			p.drop(s, r)
		}
	}
}

// drop ends the run of a series. mu is held.
func (p *partition) drop(s server.Series, r *series) {
	r.stop()
	p.stopped[s] = r
	delete(p.running, s)
}

// start runs a series, made from another one unless that is none. mu is held.
func (p *partition) start(s, from server.Series) {
	ctx, cancel := context.WithCancel(p.ctx)
	r := newSeries(p, s, p.stopped[s], cancel)
	if from != (server.Series{}) {
		r.from, r.feed = from, &made{p.monitor.store, from, &p.taps}
	}
	delete(p.stopped, s)
	p.running[s] = r
	p.work.Go(func() { r.run(ctx) })
}

// tell writes the states of markets that have changed since they were told.
func (p *partition) tell(ctx context.Context) {
	now := p.states()
	changed := map[server.Market]server.State{}
	for market, state := range now {
		if p.told[market] != state {
			changed[market] = state
		}
	}
	if len(changed) == 0 || !p.holds() {
		return
	}
	if err := p.monitor.store.SetStates(ctx, p.lease, changed); err != nil {
		p.monitor.wrong.warn("states of markets are not told", err)
		return
	}
	p.told = now
}

// count is how many series run.
func (p *partition) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.running)
}

// states is how each market does: as the worst of its series.
func (p *partition) states() map[server.Market]server.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	states := map[server.Market]server.State{}
	for s, r := range p.running {
		states[s.Market] = worse(states[s.Market], r.state())
	}
	return states
}

func worse(a, b server.State) server.State {
	for _, s := range []server.State{server.Gap, server.Lagging, server.Stale} {
		if a == s || b == s {
			return s
		}
	}
	return server.Live
}
