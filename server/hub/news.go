package hub

import "sync"

// news are the channels with messages nobody was told of yet. Whoever publishes
// only adds to them; one goroutine goes round the clients, and what comes
// meanwhile joins the frames of those it reaches later.
type news struct {
	mu     sync.Mutex
	of     []*channel // guarded by mu
	listed map[*channel]bool
	wake   chan struct{} // has room for one
}

// tell has the listeners of a channel told, if there are any.
func (h *Hub) tell(c *channel, hear bool) {
	if !hear {
		return
	}
	n := &h.news
	n.mu.Lock()
	if !n.listed[c] {
		n.listed[c] = true
		n.of = append(n.of, c)
	}
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// dispatch tells clients of news until the hub is closed.
func (h *Hub) dispatch() {
	n := &h.news
	var of []*channel
	var ready []*client
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-n.wake:
		}
		n.mu.Lock()
		of, n.of = n.of, of[:0]
		clear(n.listed)
		n.mu.Unlock()
		for i, c := range of {
			for _, s := range c.listeners() {
				if s.client.hear(s) {
					ready = append(ready, s.client)
				}
			}
			of[i] = nil
		}
		for i, c := range ready { // now that each knows of all its channels
			c.flush()
			ready[i] = nil
		}
		ready = ready[:0]
	}
}

// listeners are those of a channel at this moment.
func (c *channel) listeners() []*subscription {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.subs // attach and detach replace it
}
