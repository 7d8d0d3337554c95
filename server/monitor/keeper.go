package monitor

import (
	"context"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// keeper takes, renews and hands back the leases of a monitor. One goroutine
// runs it; partitions tell it when they have ended.
type keeper struct {
	monitor *Monitor
	held    map[int]*partition // also those that are ending
	ended   chan *partition
	waits   sync.WaitGroup
	watched map[int][]server.Series // by partition, as last seen
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
		case p := <-k.ended:
			delete(k.held, p.lease.Partition)
		}
	}
	k.handBack()
}

// beat renews what is held and takes what is free.
func (k *keeper) beat(ctx context.Context) {
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
	k.takeFree(ctx)
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

// takeFree takes every partition nobody holds.
func (k *keeper) takeFree(ctx context.Context) {
	m := k.monitor
	var free []int
	for p := range m.store.Partitions() {
		if _, held := k.held[p]; !held {
			free = append(free, p)
		}
	}
	if len(free) == 0 || ctx.Err() != nil {
		return
	}
	asked := time.Now()
	taken, err := m.store.Acquire(ctx, m.options.Owner, m.options.Lease, free)
	if err != nil && ctx.Err() == nil {
		m.wrong.warn("leases are not taken", err)
	}
	for _, l := range taken {
		m.counts.takes.Add(1)
		p := newPartition(m, l, asked)
		k.held[l.Partition] = p
		p.watch(k.watched[l.Partition])
		k.waits.Go(func() { k.await(p) })
	}
	if len(taken) > 0 {
		m.log.Info("leases are taken", "partitions", len(taken))
	}
}

// await reports the end of a partition, once nothing of it runs any more.
func (k *keeper) await(p *partition) {
	p.wait()
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
	if err := m.store.Release(ctx, leases); err != nil {
		m.log.Warn("leases are not handed back; they run out by themselves", "err", err)
	}
}
