package monitor

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// keeper takes, renews and hands back the leases of a monitor: its share among
// the monitors that live. One goroutine runs it; partitions tell it when they
// have ended.
type keeper struct {
	monitor *Monitor
	held    map[int]*partition // also those that are ending
	ended   chan *partition
	waits   sync.WaitGroup
	watched map[int][]server.Series // by partition, as last seen
	alive   int                     // monitors, as last seen; 1 before any was
	fences  map[int]int64           // of the leases that were held, by partition
	glanced time.Time               // when the store was last looked at
}

func newKeeper(m *Monitor) *keeper {
	return &keeper{monitor: m, held: map[int]*partition{}, ended: make(chan *partition), alive: 1, fences: map[int]int64{}}
}

func (k *keeper) run(ctx context.Context) {
	o := k.monitor.options
	beat, look := time.NewTicker(o.Lease/3), time.NewTicker(o.Look)
	defer beat.Stop()
	defer look.Stop()
	k.look(ctx)
	k.beat(ctx)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-beat.C:
			k.beat(ctx)
		case <-look.C:
			k.look(ctx)
			k.tell(ctx)
			k.greet(ctx)
			k.takeFree(ctx) // what another has just handed back
		case p := <-k.ended:
			k.bury(ctx, p)
		}
	}
	k.handBack()
}

// beat says that this monitor lives, renews what is held, gives up what is over
// its share and takes what is free and within it.
func (k *keeper) beat(ctx context.Context) {
	k.greet(ctx)
	k.renew(ctx)
	k.giveUp()
	k.takeFree(ctx)
	k.glance(ctx)
}

// greet says that this monitor lives and counts those that do.
func (k *keeper) greet(ctx context.Context) {
	m := k.monitor
	alive, err := m.store.Present(ctx, m.options.Owner, m.options.Lease)
	switch {
	case err == nil:
		k.alive = max(alive, 1)
		m.alive.Store(int64(k.alive))
	case ctx.Err() == nil:
		m.wrong.warn("presence is not told", err)
	}
}

// renew prolongs what is held.
func (k *keeper) renew(ctx context.Context) {
	m := k.monitor
	var leases []server.Lease
	for _, p := range k.held {
		if p.holds() {
			leases = append(leases, p.lease)
		}
	}
	asked := time.Now()
	kept, err := m.store.Renew(ctx, m.options.Lease, leases)
	if err != nil && ctx.Err() == nil {
		m.wrong.warn("leases are not renewed", err)
	}
	for _, l := range kept {
		k.held[l.Partition].prolong(asked)
	}
	if err == nil {
		k.dropLost(leases, kept)
	}
}

// dropLost ends the partitions whose lease another has taken, or that has run
// out.
func (k *keeper) dropLost(asked, kept []server.Lease) {
	still := map[int]bool{}
	for _, l := range kept {
		still[l.Partition] = true
	}
	for _, l := range asked {
		if !still[l.Partition] {
			k.held[l.Partition].end(errTaken)
		}
	}
}

// shares is how the partitions are divided, as far as this monitor sees.
func (k *keeper) shares() shares {
	return shares{k.monitor.store.Partitions(), k.alive, k.watched}
}

// holding lists the partitions that are held and not ending.
func (k *keeper) holding() []int {
	var list []int
	for n, p := range k.held {
		if p.ctx.Err() == nil {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// giveUp ends the partitions over this monitor's share. Their leases are handed
// back once what they had begun is stored.
func (k *keeper) giveUp() {
	for _, n := range k.shares().surplus(k.holding()) {
		k.held[n].end(errGiven)
	}
}

// takeFree takes partitions nobody holds, up to this monitor's share.
func (k *keeper) takeFree(ctx context.Context) {
	m := k.monitor
	var open []int
	for p := range m.store.Partitions() {
		if _, held := k.held[p]; !held {
			open = append(open, p)
		}
	}
	share := k.shares()
	if len(share.choose(open, k.holding())) == 0 || ctx.Err() != nil {
		return
	}
	free, err := m.store.Free(ctx, open)
	if err != nil {
		if ctx.Err() == nil {
			m.wrong.warn("free leases are not found", err)
		}
		return
	}
	// Several that start at once shall not all want the same.
	rand.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	if free = share.choose(free, k.holding()); len(free) > 0 {
		k.take(ctx, free)
	}
}

func (k *keeper) take(ctx context.Context, free []int) {
	m := k.monitor
	asked := time.Now()
	taken, err := m.store.Acquire(ctx, m.options.Owner, m.options.Lease, free)
	if err != nil && ctx.Err() == nil {
		m.wrong.warn("leases are not taken", err)
	}
	for _, l := range taken {
		m.counts.takes.Add(1)
		if l.Fence > k.fences[l.Partition]+1 { // somebody held it since we did
			m.counts.takeovers.Add(1)
		}
		k.fences[l.Partition] = l.Fence
		p := newPartition(m, l, asked)
		k.held[l.Partition] = p
		m.runs.add(p)
		p.watch(k.watched[l.Partition])
		k.waits.Go(func() { k.await(p) })
	}
	if len(taken) > 0 {
		m.log.Info("leases are taken", "partitions", len(taken), "monitors", k.alive)
	}
}

// bury forgets a partition that has ended. One that was given up is handed to
// whoever wants it, at once.
func (k *keeper) bury(ctx context.Context, p *partition) {
	delete(k.held, p.lease.Partition)
	if !errors.Is(context.Cause(p.ctx), errGiven) {
		return
	}
	k.monitor.counts.given.Add(1)
	if err := k.monitor.store.Release(ctx, []server.Lease{p.lease}); err != nil && ctx.Err() == nil {
		k.monitor.wrong.warn("a lease is not handed back; it runs out by itself", err)
	}
}

// await reports the end of a partition, once nothing of it runs any more.
func (k *keeper) await(p *partition) {
	p.wait()
	k.monitor.runs.remove(p)
	k.ended <- p
}

// look reads which series are watched and has each partition run its own.
func (k *keeper) look(ctx context.Context) {
	m := k.monitor
	list, err := m.store.Watched(ctx)
	if err != nil {
		if ctx.Err() == nil {
			m.wrong.warn("watched series are not read", err)
		}
		return
	}
	k.watched = map[int][]server.Series{}
	for _, w := range list {
		p := m.store.Partition(w.Series.Market)
		k.watched[p] = append(k.watched[p], w.Series)
	}
	for n, p := range k.held {
		p.watch(k.watched[n])
	}
}

// tell writes the states that have changed.
func (k *keeper) tell(ctx context.Context) {
	for _, p := range k.held {
		p.tell(ctx)
	}
}

// handBack ends every partition, waits for what it had begun, and gives the
// leases back, so that another monitor may take them at once.
func (k *keeper) handBack() {
	m := k.monitor
	for _, p := range k.held {
		p.end(context.Canceled)
	}
	go func() { k.waits.Wait(); close(k.ended) }()
	var leases []server.Lease
	for p := range k.ended {
		leases = append(leases, p.lease)
	}
	ctx, cancel := context.WithTimeout(context.Background(), m.options.Lease)
	defer cancel()
	if err := errors.Join(m.store.Release(ctx, leases), m.store.Leave(ctx, m.options.Owner)); err != nil {
		m.log.Warn("leases are not handed back; they run out by themselves", "err", err)
	}
}
