package hub

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// slots are the shares in which clients hear a heartbeat, one after the other
// within a beat.
const slots = 16

// Run sends heartbeats, lets slow readers go, compares heads with the log, and
// watches markets and tokens, until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	var tasks sync.WaitGroup
	defer tasks.Wait()
	o := &h.options
	tasks.Go(func() { h.every(ctx, o.States, func() { h.watchStates(ctx) }) })
	if o.Authorize != nil {
		tasks.Go(func() { h.every(ctx, o.Recheck, func() { h.recheck(ctx) }) })
	}
	tasks.Go(func() {
		h.every(ctx, o.Beat, func() {
			h.reconcile(ctx)
			h.sweep()
		})
	})
	slot := 0
	h.every(ctx, o.Beat/slots, func() {
		h.beat(slot)
		slot = (slot + 1) % slots
	})
	return nil
}

// every does something at an interval until ctx ends or the hub is closed.
func (h *Hub) every(ctx context.Context, interval time.Duration, do func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}

func (h *Hub) beat(slot int) {
	now := h.now()
	for _, c := range h.all() {
		if c.slot != slot {
			continue
		}
		c.beat()
		switch messages, since := c.late(); {
		case messages > h.options.Behind:
			c.line.hangUp(closeSlow, fmt.Sprintf("%d messages behind", messages))
		case !since.IsZero() && now.Sub(since) > h.options.SlowAfter:
			c.line.hangUp(closeSlow, fmt.Sprintf("behind for %v", now.Sub(since).Round(time.Second)))
		}
	}
}

func (h *Hub) all() []*client {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*client, 0, len(h.clients))
	for c := range h.clients {
		all = append(all, c)
	}
	return all
}

// reconcile compares the hub's heads with the log's. What the log had a beat
// ago and the hub still lacks is read; a head that went back means that the
// numbers are not the same any more.
func (h *Hub) reconcile(ctx context.Context) {
	h.mu.Lock()
	epoch, last := h.epoch, h.last
	var listened []*channel
	for _, c := range h.channels {
		if !c.topic.lastValue() {
			listened = append(listened, c)
		}
	}
	h.mu.Unlock()
	if h.log.Epoch() != epoch {
		h.loseEpoch("the store has a new epoch")
		return
	}
	ours := make([]int64, len(listened))
	for i, c := range listened {
		ours[i] = c.place()
	}
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	heads, err := h.heads(ctx, listened)
	if err != nil {
		h.options.Log.Warn("hub: asking the store for its heads", "err", err)
		return
	}
	now := make(map[string]int64, len(listened))
	for i, c := range listened {
		now[c.name] = heads[i]
		if heads[i] < ours[i] {
			h.loseEpoch(fmt.Sprintf("%s went back from %d to %d", c.name, ours[i], heads[i]))
			return
		}
		if before, ok := last[c.name]; ok && ours[i] < before {
			h.fill(c, ours[i]+1)
		}
	}
	h.mu.Lock()
	h.last = now
	h.mu.Unlock()
}

// heads asks the log where channels stand, those of series all at once.
func (h *Hub) heads(ctx context.Context, of []*channel) ([]int64, error) {
	heads := make([]int64, len(of))
	var series []server.Series
	var places []int
	for i, c := range of {
		if c.topic.kind != alerts {
			series, places = append(series, c.topic.series), append(places, i)
			continue
		}
		one, err := h.head(ctx, c.topic)
		if err != nil {
			return nil, err
		}
		heads[i] = c.topic.of(one)
	}
	if len(series) == 0 {
		return heads, nil
	}
	all, err := h.log.Heads(ctx, series...)
	if err != nil {
		return nil, err
	}
	for n, i := range places {
		heads[i] = of[i].topic.of(all[n])
	}
	return heads, nil
}

// loseEpoch lets every client go: the positions they hold are worth nothing.
func (h *Hub) loseEpoch(why string) {
	h.options.Log.Warn("hub: the epoch is lost", "why", why)
	h.mu.Lock()
	h.epoch = h.log.Epoch()
	h.channels, h.last = map[string]*channel{}, map[string]int64{}
	h.mu.Unlock()
	for _, c := range h.all() {
		c.line.hangUp(closeEpoch, "epoch lost")
	}
}

// sweep drops channels nobody has listened to for a while.
func (h *Hub) sweep() {
	now := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, c := range h.channels {
		c.mu.Lock()
		if len(c.subs) == 0 && now.Sub(c.empty) > idleChannel {
			delete(h.channels, name)
		}
		c.mu.Unlock()
	}
}
