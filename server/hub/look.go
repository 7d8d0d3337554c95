package hub

import (
	"context"
	"fmt"
	"strconv"

	"github.com/quantum-signals/quantum/server"
)

// snapMessages is how many of the newest messages a snap carries.
const snapMessages = 50

// lookedAt is the channel of a snap or history: of one series or alert, with
// messages that stay.
func (c *client) lookedAt(ctx context.Context, o operation) (*channel, error) {
	if err := c.mayRead(); err != nil {
		return nil, err
	}
	t, err := parseTopic(o.ch)
	if err != nil {
		return nil, err
	}
	if t.lastValue() || t.every() {
		return nil, server.Invalid("ch", clip(o.ch), "form", "a signals: or bars: channel of one series, or an alerts: channel")
	}
	if _, err := c.hub.topics(ctx, t); err != nil {
		return nil, err
	}
	return c.hub.channel(ctx, t)
}

// snap answers a snap: the channel's newest messages, as one.
func (c *client) snap(o operation) {
	ctx, cancel := c.hub.callContext()
	defer cancel()
	ch, err := c.lookedAt(ctx, o)
	if err == nil {
		err = c.sendSnap(ctx, ch, ch.place())
	}
	if err != nil {
		c.hub.logInternal("snap", o.ch, err)
		c.answer(refused(o.id, err))
	}
}

// sendSnap queues the newest messages of a channel as of head.
func (c *client) sendSnap(ctx context.Context, ch *channel, head int64) error {
	entries, err := c.hub.replay(ctx, ch.topic, max(1, head-snapMessages+1), snapMessages)
	if err != nil {
		return unavailable(err)
	}
	for len(entries) > 0 && entries[len(entries)-1].Seq > head {
		entries = entries[:len(entries)-1]
	}
	size := 0
	for i := len(entries) - 1; i >= 0; i-- { // the newest ones that fit into half a queue
		if size += len(entries[i].Body) + seqRoom; size > c.hub.options.Queue/2 {
			entries = entries[i+1:]
			break
		}
	}
	b := appendPlace([]byte(`{"t":"snap"`), ch.name, c.hub.epochOf(ch.topic), head)
	b, _ = appendEntries(b, ch.topic, entries, len(b)+c.hub.options.Queue)
	c.answer(append(b, '}'))
	return nil
}

// history answers a history: stored messages from a seq on, as many as were
// asked for and fit; next is where the rest begins. The first may be later than
// asked for: those before it are not stored any more.
func (c *client) history(o operation) {
	ctx, cancel := c.hub.callContext()
	defer cancel()
	if err := c.tryHistory(ctx, o); err != nil {
		c.hub.logInternal("history", o.ch, err)
		c.answer(refused(o.id, err))
	}
}

func (c *client) tryHistory(ctx context.Context, o operation) error {
	most := int64(c.hub.options.History)
	if o.limit == 0 {
		o.limit = most
	}
	if o.limit < 1 || o.limit > most {
		return server.Invalid("limit", o.limit, "range", fmt.Sprintf("from 1 to %d", most))
	}
	if o.from < 0 {
		return server.Invalid("from", o.from, "min", "at least 1")
	}
	ch, err := c.lookedAt(ctx, o)
	if err != nil {
		return err
	}
	head := ch.place()
	from := max(o.from, 1)
	entries, err := c.hub.replay(ctx, ch.topic, from, int(o.limit))
	if err != nil {
		return unavailable(err)
	}
	b := []byte(`{"t":"history"`)
	if o.id != "" {
		b = server.AppendText(append(b, `,"id":`...), o.id)
	}
	b = appendPlace(b, ch.name, c.hub.epochOf(ch.topic), head)
	b, given := appendEntries(b, ch.topic, entries, len(b)+c.hub.options.Queue/2)
	next := from
	if given > 0 {
		next = entries[given-1].Seq + 1
	}
	if given < len(entries) || given > 0 && next <= head {
		b = strconv.AppendInt(append(b, `,"next":`...), next, 10)
	}
	c.answer(append(b, '}'))
	return nil
}

// seqRoom is what an entry takes in a list besides its body.
const seqRoom = 32

// appendEntries appends stored messages as data, as long as they fit, and tells
// how many did.
func appendEntries(b []byte, t topic, entries []server.Entry, limit int) (out []byte, given int) {
	b = append(append(append(b, `,"data":{"`...), listName(t.kind)...), `":[`...)
	for i, e := range entries {
		if i > 0 && len(b)+len(e.Body)+seqRoom > limit {
			break
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, `{"seq":`...), e.Seq, 10)
		b = append(append(b, ','), e.Body[1:]...)
		given++
	}
	return append(b, `]}`...), given
}

func listName(k kind) string {
	switch k {
	case bars:
		return "bars"
	case alerts:
		return "alerts"
	}
	return "events"
}
