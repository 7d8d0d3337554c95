package hub

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// stopping is the reason of closeDrain.
const stopping = "the server stops; come back"

// Close takes no more clients, asks those there are to leave within Drain, each
// at a moment of its own, and goes on serving them meanwhile. Then it lets the
// rest go with a code that says come back, and waits until all are gone and all
// tasks have ended, or ctx has.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closing = true
	h.mu.Unlock()
	h.drain(ctx)
	h.mu.Lock() // so that no task begins behind the waiting for all
	h.stop()
	h.mu.Unlock()
	for _, c := range h.all() {
		c.line.hangUp(closeDrain, stopping)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.tasks.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("hub: closing %d connections: %w", h.Stats().Connections, ctx.Err())
	}
}

// drain tells every client to leave and waits until all have, or the time is
// up.
func (h *Hub) drain(ctx context.Context) {
	if h.options.Drain == 0 {
		return
	}
	empty := make(chan struct{})
	h.mu.Lock()
	if len(h.clients) == 0 || h.draining != nil || h.ctx.Err() != nil {
		h.mu.Unlock()
		return
	}
	h.draining = empty
	h.mu.Unlock()
	b := strconv.AppendInt([]byte(`{"t":"drain","in":`), h.options.Drain.Milliseconds(), 10)
	b = strconv.AppendInt(append(b, `,"jitter":`...), h.options.DrainJitter.Milliseconds(), 10)
	b = append(b, '}')
	for _, c := range h.all() {
		c.mu.Lock()
		hello := c.hello
		c.mu.Unlock()
		if hello {
			c.answer(b)
		}
	}
	select {
	case <-empty:
	case <-time.After(h.options.Drain):
	case <-ctx.Done():
	}
}
