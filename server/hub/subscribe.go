package hub

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// snapMessages is how many of the newest messages a snap carries.
const snapMessages = 50

// errNoSuch is the answer to a channel nobody feeds.
func errNoSuch(ch string) error {
	return &server.Error{Code: server.CodeNotFound, Detail: fmt.Sprintf("nothing is watched that %s could carry", ch)}
}

// subscribe answers a sub: fresh, or after the last message the client saw.
func (c *client) subscribe(o operation) {
	if err := c.trySubscribe(o); err != nil {
		c.hub.logInternal("sub", o.ch, err)
		c.answer(refused(o.id, err))
	}
}

func (c *client) trySubscribe(o operation) error {
	kind, series, err := parseChannel(o.ch)
	if err != nil {
		return err
	}
	ctx, cancel := c.hub.callContext()
	defer cancel()
	all, err := c.hub.watched(ctx, series)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errNoSuch(o.ch)
	}
	if series.Interval == 0 {
		o.since = nil // positions belong to one channel
	}
	for _, one := range all {
		if err := c.attach(ctx, o, kind, one); err != nil {
			return err
		}
	}
	return nil
}

// attach attaches the client to one channel and answers with its place there.
func (c *client) attach(ctx context.Context, o operation, k kind, series server.Series) error {
	name := string(k) + ":" + series.String()
	s := &subscription{client: c}
	instead, err := c.room(name)
	if err != nil {
		return err
	}
	s.channel, err = c.hub.channel(ctx, name, k, series)
	if err != nil {
		return err
	}
	why := ""
	if o.since != nil && k != forming {
		if why, err = c.hub.proves(ctx, s.channel, *o.since); err != nil {
			return err
		}
	}
	snap := k != forming && (o.snap && o.since == nil || why != "")
	s.reading = snap // holds the messages back until the snap is queued
	epoch := c.hub.currentEpoch()
	head := int64(0)
	s.channel.attach(s, instead, func(at int64) {
		head = at
		s.cursor.Store(at)
		resumed := o.since != nil && why == "" && k != forming
		replay := int64(0)
		switch {
		case resumed:
			s.cursor.Store(o.since.seq)
			replay = max(0, at-o.since.seq)
		case k == forming:
			s.cursor.Store(max(at-1, 0)) // the newest value at once
		}
		c.queue(attached(o.id, name, epoch, at, resumed, replay))
		if why != "" {
			c.queue(gap(name, epoch, o.since.seq+1, at, why))
		}
	})
	if !c.enlist(s, instead) {
		s.channel.detach(s, c.hub.now())
		return nil
	}
	if snap {
		err = c.sendSnap(ctx, s.channel, head)
		c.turned(s, nil)
		return err
	}
	c.hear(s)
	return nil
}

// room finds the subscription of the client that a new one of that name would
// take the place of.
func (c *client) room(name string) (instead *subscription, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.subs {
		if s.channel.name == name {
			return s, nil
		}
	}
	if most := c.hub.options.Channels; len(c.subs) >= most {
		return nil, server.Invalid("ch", name, "max", fmt.Sprintf("one of at most %d channels of a connection", most))
	}
	return nil, nil
}

// enlist adds a subscription in place of another, unless the client is gone.
func (c *client) enlist(s, instead *subscription) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return false
	}
	c.subs = slices.Clone(c.subs) // heartbeats go through the old one
	if i := slices.Index(c.subs, instead); instead != nil && i >= 0 {
		c.subs[i] = s
		return true
	}
	c.subs = append(c.subs, s)
	return true
}

// unsubscribe answers an unsub. Messages on their way may still arrive.
func (c *client) unsubscribe(o operation) {
	kind, series, err := parseChannel(o.ch)
	if err != nil {
		c.answer(refused(o.id, err))
		return
	}
	c.mu.Lock()
	var leave []*subscription
	c.subs = slices.DeleteFunc(slices.Clone(c.subs), func(s *subscription) bool {
		of := s.channel
		match := of.kind == kind && (of.series == series || series.Interval == 0 && of.series.Market == series.Market)
		if match {
			leave = append(leave, s)
		}
		return match
	})
	c.mu.Unlock()
	for _, s := range leave {
		s.channel.detach(s, c.hub.now())
	}
	c.answer(done(o.id))
}

// snap answers a snap: the channel's newest messages, as one.
func (c *client) snap(o operation) {
	kind, series, err := parseChannel(o.ch)
	if err == nil && (kind == forming || series.Interval == 0) {
		err = server.Invalid("ch", o.ch, "form", "a signals: or bars: channel of one series")
	}
	if err == nil {
		ctx, cancel := c.hub.callContext()
		defer cancel()
		var ch *channel
		if ch, err = c.hub.known(ctx, kind, series); err == nil {
			head := ch.place()
			err = c.sendSnap(ctx, ch, head)
		}
	}
	if err != nil {
		c.hub.logInternal("snap", o.ch, err)
		c.answer(refused(o.id, err))
	}
}

// sendSnap queues the newest messages of a channel as of head.
func (c *client) sendSnap(ctx context.Context, ch *channel, head int64) error {
	entries, err := c.hub.log.Replay(ctx, ch.name, max(1, head-snapMessages+1), snapMessages)
	if err != nil {
		return err
	}
	b := appendPlace([]byte(`{"t":"snap"`), ch.name, c.hub.currentEpoch(), head)
	b = append(append(append(b, `,"data":{"`...), snapName(ch.kind)...), `":[`...)
	for i, e := range entries {
		if e.Seq > head {
			break
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, `{"seq":`...), e.Seq, 10)
		b = append(append(b, ','), e.Body[1:]...)
	}
	c.answer(append(b, `]}}`...))
	return nil
}

func snapName(k kind) string {
	if k == bars {
		return "bars"
	}
	return "events"
}

// proves tells whether the messages after a position are exactly those the
// client lacks; else why not.
func (h *Hub) proves(ctx context.Context, c *channel, p position) (why string, err error) {
	if p.epoch != h.currentEpoch() {
		return whyEpoch, nil
	}
	head := c.place()
	if p.seq > head { // another hub may have been ahead of us
		if head, err = h.head(ctx, c); err != nil {
			return "", err
		}
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
		entries, err := h.log.Replay(ctx, c.name, p.seq, 1)
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
// and hands them to the subscription. Few clients read at a time.
func (h *Hub) catchUp(s *subscription, from int64) {
	select {
	case h.readers <- struct{}{}:
		defer func() { <-h.readers }()
	case <-h.ctx.Done():
		return
	}
	to := s.channel.place()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		ctx, cancel := h.callContext()
		entries, err := h.log.Replay(ctx, s.channel.name, from, h.options.Page)
		cancel()
		if err == nil {
			s.client.turned(s, pageOf(s.channel, entries, from, to, h.currentEpoch(), h.now()))
			return
		}
		if !errors.Is(err, context.Canceled) {
			h.options.Log.Warn("hub: reading the store for a client", "ch", s.channel.name, "err", err)
		}
		select {
		case <-time.After(pause):
		case <-h.ctx.Done():
			return
		}
	}
}
