package hub

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// line is the connection of a client.
type line interface {
	// write sends one frame; it keeps frame until client.sent is called.
	write(frame []byte)
	// hangUp sends the close code and closes, without waiting. Later calls do
	// nothing.
	hangUp(code int, reason string)
}

// client is one connection: what it listens to, what is queued for it, and the
// one frame on its way.
type client struct {
	hub  *Hub
	line line
	name string // as it called itself, for the log
	slot int    // of the beats

	room  chan struct{} // has room for one: answers were sent
	ended chan struct{} // closed when the connection is

	mu      sync.Mutex
	hello   bool // guarded by mu, as all below
	grant   grant
	join    bool
	gone    bool
	flying  bool // a frame is being built or sent: whoever set it owns frame
	answers [][]byte
	queued  int // bytes of answers
	due     []*subscription
	subs    []*subscription
	beatDue bool
	allowed bucket
	bad     int // malformed messages so far
	inbox   [][]byte
	working bool // a goroutine is at the inbox

	// Owned by whoever set flying.
	frame *[]byte         // a buffer of frames; nil where the frame is shared, or none is on its way
	turn  []*subscription // what the frame was made of
	odd   bool            // which half of the heads the next heartbeat carries
}

func newClient(h *Hub, l line) *client {
	return &client{
		hub: h, line: l, join: true, slot: int(h.made.Add(1) % slots),
		room: make(chan struct{}, 1), ended: make(chan struct{}), allowed: newBucket(h.options.OpsRate, h.options.OpsBurst, h.now()),
	}
}

// answer sends an object of the client's own.
func (c *client) answer(text []byte) {
	c.queue(text)
	c.mu.Lock()
	own := c.claim()
	c.mu.Unlock()
	if own {
		c.flush()
	}
}

// queue puts an object behind those not sent yet. A client that asks and does
// not read is let go.
func (c *client) queue(text []byte) {
	c.mu.Lock()
	c.answers = append(c.answers, text)
	c.queued += len(text)
	over := c.queued > 2*c.hub.options.Queue // half of one awaits room, one answer is at most one
	c.mu.Unlock()
	if over {
		c.line.hangUp(closeSlow, "answers are not read")
	}
}

// hear notes that a subscription has something to send, and tells whether the
// caller is to flush.
func (c *client) hear(s *subscription) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note(s)
	return c.claim()
}

// note lists a subscription as due. mu is held.
func (c *client) note(s *subscription) {
	if s.behind.IsZero() {
		s.behind = c.hub.now()
	}
	if !s.due && !s.reading {
		s.due = true
		c.due = append(c.due, s)
	}
}

// claim takes the right to build the next frame. mu is held.
func (c *client) claim() bool {
	if c.flying || c.gone {
		return false
	}
	c.flying = true
	return true
}

// sent is called when the frame has left: the next may be built.
func (c *client) sent() { c.flush() }

// flush builds and sends the next frame, or gives the right to do so back
// where nothing is due. The caller has it.
func (c *client) flush() {
	for {
		frame, idle := c.build()
		if len(frame) > 0 {
			c.line.write(frame)
			return
		}
		if idle {
			return
		}
	}
}

// build joins what is due into a frame. idle tells that nothing is, and that
// the right to build was given back.
func (c *client) build() (frame []byte, idle bool) {
	c.mu.Lock()
	if c.gone || len(c.answers) == 0 && len(c.due) == 0 && !c.beatDue {
		c.giveBack()
		c.flying = c.gone
		c.mu.Unlock()
		return nil, true
	}
	alone := c.alone()
	if !alone {
		frame = c.takeAnswers(c.buffer())
	}
	c.turn = c.turn[:0]
	if len(c.answers) == 0 && (c.join || len(frame) == 0) { // answers first: a channel's messages follow its ok
		c.due, c.turn = c.turn, c.due
		for _, s := range c.turn {
			s.due = false
			s.rest, s.page = append(s.rest, s.page...), nil
		}
	}
	join, beat := c.join, c.beatDue && len(c.answers) == 0
	c.mu.Unlock()

	if alone {
		if frame = c.buildShared(c.turn[0]); frame != nil {
			return frame, false
		}
		frame = c.buffer()
	}
	for i, s := range c.turn {
		var more, read bool
		frame, more, read = s.take(frame, c.hub.options.Queue, join)
		if more {
			c.postpone(c.turn[i:])
			*c.frame = frame
			return frame, false
		}
		c.settle(s, read)
	}
	if beat && (join || len(frame) == 0) {
		frame = c.appendBeat(frame)
	}
	*c.frame = frame
	return frame, false
}

// alone tells whether one subscription is all there is to send, and from
// memory. mu is held.
func (c *client) alone() bool {
	if !c.join || len(c.answers) > 0 || c.beatDue || len(c.due) != 1 {
		return false
	}
	s := c.due[0]
	return s.rest == nil && s.page == nil
}

// buildShared gives the frame of the one subscription that is due, if others
// get the same.
func (c *client) buildShared(s *subscription) []byte {
	text, more := s.share(c.hub.options.Queue)
	if text == nil {
		return nil
	}
	c.giveBack()
	if more {
		c.postpone(c.turn)
	} else {
		c.settle(s, false)
	}
	return text
}

// takeAnswers appends answers, as many as the frame has room for. mu is held.
func (c *client) takeAnswers(frame []byte) []byte {
	taken := 0
	for _, text := range c.answers {
		if len(frame) > 0 && (!c.join || len(frame)+len(text)+1 > c.hub.options.Queue) {
			break
		}
		if len(frame) > 0 {
			frame = append(frame, '\n')
		}
		frame = append(frame, text...)
		c.queued -= len(text)
		taken++
	}
	c.answers = slices.Delete(c.answers, 0, taken)
	if taken > 0 {
		select {
		case c.room <- struct{}{}:
		default:
		}
	}
	return frame
}

// postpone puts back what the frame had no room for, before what became due
// meanwhile.
func (c *client) postpone(rest []*subscription) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range slices.Backward(rest) {
		if !s.due {
			s.due = true
			c.due = slices.Insert(c.due, 0, s)
		}
	}
}

// settle ends a subscription's turn: it has caught up, or goes on reading the
// store.
func (c *client) settle(s *subscription, read bool) {
	c.mu.Lock()
	begin := read && !s.reading
	switch {
	case begin:
		s.reading = true
	case !read && !s.due:
		s.behind = time.Time{}
	}
	c.mu.Unlock()
	if begin {
		from := s.cursor.Load() + 1
		c.hub.start(func() { c.hub.catchUp(s, from) })
	}
}

// turned takes what a read of the store brought.
func (c *client) turned(s *subscription, page []message) {
	c.mu.Lock()
	s.reading, s.page = false, page
	c.note(s)
	own := c.claim()
	c.mu.Unlock()
	if own {
		c.flush()
	}
}

// beat asks for a heartbeat in the next frame that leaves nothing behind.
func (c *client) beat() {
	c.mu.Lock()
	c.beatDue = c.hello
	own := c.beatDue && c.claim()
	c.mu.Unlock()
	if own {
		c.flush()
	}
}

// appendBeat appends a heartbeat with the heads of every other quiet channel.
// The caller builds the frame. A head beyond what was sent, for whatever
// reason, makes the channel due again.
func (c *client) appendBeat(frame []byte) []byte {
	c.mu.Lock()
	c.beatDue = false
	subs := c.subs
	c.mu.Unlock()
	c.odd = !c.odd
	if len(frame) > 0 {
		frame = append(frame, '\n')
	}
	frame = strconv.AppendInt(append(frame, `{"t":"hb","now":`...), c.hub.now().UnixMilli(), 10)
	frame = append(frame, `,"heads":{`...)
	some := false
	for i, s := range subs {
		quiet, cursor := !s.spoke, s.cursor.Load()
		s.spoke = false
		if s.channel.place() > cursor {
			c.mu.Lock()
			c.note(s)
			c.mu.Unlock()
			continue
		}
		if !quiet || (i%2 == 0) != c.odd {
			continue
		}
		if some {
			frame = append(frame, ',')
		}
		some = true
		frame = append(server.AppendText(frame, s.channel.name), ':')
		frame = strconv.AppendInt(frame, cursor, 10)
	}
	frame = strconv.AppendInt(append(frame, `},"lag_ms":`...), c.hub.lag.Load(), 10)
	return append(frame, '}')
}

// late tells how far the slowest channel of the client is behind, in messages
// and since when.
func (c *client) late() (messages int64, since time.Time) {
	type behind struct {
		s     *subscription
		since time.Time
	}
	var all []behind
	c.mu.Lock()
	for _, s := range c.subs {
		if !s.behind.IsZero() {
			all = append(all, behind{s, s.behind})
		}
	}
	c.mu.Unlock() // a channel is never locked with a client held: attaching does it the other way round
	for _, b := range all {
		of, lacks := b.s.channel.oldest(b.s.cursor.Load(), b.since)
		if since.IsZero() || of.Before(since) {
			since = of
		}
		messages = max(messages, lacks)
	}
	return messages, since
}
