package hub

import (
	"context"
	"fmt"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// Run sends heartbeats, lets slow readers go and compares heads with the log,
// until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	tick := time.NewTicker(h.options.Beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.ctx.Done():
			return nil
		case <-tick.C:
			h.beat(ctx)
		}
	}
}

func (h *Hub) beat(ctx context.Context) {
	h.reconcile(ctx)
	h.sweep()
	now := h.now()
	for _, c := range h.all() {
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
		if c.kind != forming {
			listened = append(listened, c)
		}
	}
	h.mu.Unlock()
	if h.log.Epoch() != epoch {
		h.loseEpoch("the store has a new epoch")
		return
	}
	ours, series := make([]int64, len(listened)), make([]server.Series, len(listened))
	for i, c := range listened {
		ours[i] = c.place()
		series[i] = c.series
	}
	if len(series) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	heads, err := h.log.Heads(ctx, series...)
	if err != nil {
		h.options.Log.Warn("hub: asking the store for its heads", "err", err)
		return
	}
	now := make(map[string]int64, len(listened))
	for i, c := range listened {
		head := headOf(c.kind, heads[i])
		now[c.name] = head
		if head < ours[i] {
			h.loseEpoch(fmt.Sprintf("%s went back from %d to %d", c.name, ours[i], head))
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
