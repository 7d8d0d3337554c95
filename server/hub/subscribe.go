package hub

import (
	"fmt"
	"slices"

	"github.com/quantum-signals/quantum/server"
)

// errNoSuch is the answer to a channel nobody feeds.
func errNoSuch(t topic) error {
	return &server.Error{Code: server.CodeNotFound, Detail: fmt.Sprintf("nothing is watched that %s could carry", t)}
}

// subscribe answers a sub: fresh, or after the last message the client saw.
func (c *client) subscribe(o operation) {
	if err := c.trySubscribe(o); err != nil {
		c.hub.logInternal("sub", o.ch, err)
		c.answer(refused(o.id, err))
	}
}

// asked gives the topic a sub names and what it stands for at present, if the
// client may hear it.
func (c *client) asked(o operation) (t topic, all []topic, err error) {
	if err := c.mayRead(); err != nil {
		return t, nil, err
	}
	if t, err = parseTopic(o.ch); err != nil {
		return t, nil, err
	}
	ctx, cancel := c.hub.callContext()
	defer cancel()
	all, err = c.hub.topics(ctx, t)
	return t, all, err
}

func (c *client) trySubscribe(o operation) error {
	t, all, err := c.asked(o)
	if err != nil {
		return err
	}
	if t.every() {
		o.since = nil // positions belong to one channel
	}
	for _, one := range all {
		if !c.awaitRoom() {
			return nil
		}
		if err := c.attach(o, one); err != nil {
			return err
		}
	}
	return nil
}

// attach attaches the client to one channel and answers with its place there.
func (c *client) attach(o operation, t topic) error {
	ctx, cancel := c.hub.callContext()
	defer cancel()
	s := &subscription{client: c}
	instead, err := c.seat(t)
	if err != nil {
		return err
	}
	s.channel, err = c.hub.channel(ctx, t)
	if err != nil {
		return err
	}
	why := ""
	if o.since != nil && !t.lastValue() {
		if why, err = c.hub.proves(ctx, s.channel, *o.since); err != nil {
			return err
		}
	}
	snap := !t.lastValue() && (o.snap && o.since == nil || why != "")
	s.reading = snap                          // holds the messages back until the snap is queued
	head, epoch := int64(0), c.hub.epochOf(t) // the hub is never locked with a channel held
	s.channel.attach(s, instead, func(at int64) {
		head = at
		c.place(s, o, epoch, at, why)
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
	if c.hear(s) {
		c.flush()
	}
	return nil
}

// place puts a new subscription where it goes on and answers its sub. The
// channel is held: at is its head.
func (c *client) place(s *subscription, o operation, epoch string, at int64, why string) {
	t := s.channel.topic
	s.attached = at
	s.cursor.Store(at)
	resumed := o.since != nil && why == "" && !t.lastValue()
	replay := int64(0)
	switch {
	case resumed:
		s.cursor.Store(o.since.seq)
		replay = max(0, at-o.since.seq)
	case t.lastValue(): // the newest value at once, as the one after
		at = max(at-1, 0)
		s.cursor.Store(at)
	}
	c.queue(attached(o.id, s.channel.name, epoch, at, resumed, replay))
	if why != "" {
		c.queue(gap(s.channel.name, epoch, o.since.seq+1, at, why))
	}
}

// seat finds the subscription of the client that a new one of that topic would
// take the place of.
func (c *client) seat(t topic) (instead *subscription, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.subs {
		if s.channel.topic == t {
			return s, nil
		}
	}
	if most := c.hub.options.Channels; len(c.subs) >= most {
		return nil, server.Invalid("ch", t.String(), "max", fmt.Sprintf("one of at most %d channels of a connection", most))
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
	t, err := parseTopic(o.ch)
	if err != nil {
		c.answer(refused(o.id, err))
		return
	}
	c.mu.Lock()
	var leave []*subscription
	c.subs = slices.DeleteFunc(slices.Clone(c.subs), func(s *subscription) bool {
		match := t.covers(s.channel.topic)
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
