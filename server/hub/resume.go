package hub

import (
	"context"
	"errors"
	"time"
)

// proves tells whether the messages after a position are exactly those the
// client lacks; else why not.
func (h *Hub) proves(ctx context.Context, c *channel, p position) (why string, err error) {
	if p.epoch != h.epochOf(c.topic) {
		return whyEpoch, nil
	}
	head := c.place()
	if p.seq > head { // another hub may have been ahead of us
		heads, err := h.head(ctx, c.topic)
		if err != nil {
			return "", err
		}
		head = c.topic.of(heads)
	}
	switch {
	case p.seq > head:
		return whyEpoch, nil
	case head-p.seq > h.options.Behind:
		return whyWindow, nil
	case p.seq == 0 && p.last == "", p.seq == head && p.last == "":
		return "", nil
	}
	id, ok := c.stored(p.seq)
	if !ok {
		entries, err := h.replay(ctx, c.topic, p.seq, 1)
		switch {
		case err != nil:
			return "", err
		case len(entries) == 0 || entries[0].Seq != p.seq:
			return whyWindow, nil
		}
		id = entries[0].ID
	}
	if p.last != "" && p.last != id {
		return whyEpoch, nil
	}
	return "", nil
}

// catchUp reads the messages from a seq on that have left memory, one page,
// and hands them to the subscription. Few clients read at a time, and no more
// wait than there is hope for.
func (h *Hub) catchUp(s *subscription, from int64) {
	if h.waiting.Add(1) > int64(h.options.Waiting) {
		h.waiting.Add(-1)
		s.client.line.hangUp(closeOverload, "too many clients read the store")
		return
	}
	defer h.waiting.Add(-1)
	select {
	case h.readers <- struct{}{}:
		defer func() { <-h.readers }()
	case <-s.client.ended:
		return
	case <-h.ctx.Done():
		return
	}
	to := s.channel.place()
	first := from
	if s.channel.topic.kind == bars && from > 1 {
		first-- // the bar before: whether the next follows it in time
	}
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		ctx, cancel := h.callContext()
		entries, err := h.replay(ctx, s.channel.topic, first, h.options.Page+1)
		cancel()
		if err == nil {
			s.client.turned(s, pageOf(s, entries, from, to, h.epochOf(s.channel.topic), h.now()))
			return
		}
		if !errors.Is(err, context.Canceled) {
			h.options.Log.Warn("hub: reading the store for a client", "ch", s.channel.name, "err", err)
		}
		select {
		case <-time.After(pause):
		case <-s.client.ended:
			return
		case <-h.ctx.Done():
			return
		}
	}
}
