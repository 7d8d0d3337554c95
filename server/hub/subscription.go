package hub

import (
	"sync/atomic"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// subscription is a client's place in a channel.
type subscription struct {
	client  *client
	channel *channel
	dead    bool // guarded by channel.mu: replaced or left

	attached int64 // head of the channel when the client came to it; set once

	cursor atomic.Int64 // last message queued; moved by whoever builds the client's next frame

	// Owned by whoever builds the client's next frame.
	rest []message // read from the store, to be sent before the ring's
	led  int64     // seq of the message whose lead went before it

	revised int64 // guarded by channel.mu: how many revisions of its channel are behind it

	spoke bool // since the last heartbeat

	// Guarded by client.mu.
	due     bool      // listed in client.due
	reading bool      // a read of the store is under way
	page    []message // what it brought
	behind  time.Time // since when there is something to send, zero if there is not
}

// take moves on and appends what is due, up to the limit of the frame; one
// object where join is off. It tells whether more is due, and whether the rest
// has to be read from the store.
func (s *subscription) take(frame []byte, limit int, join bool) (out []byte, more, read bool) {
	for len(s.rest) > 0 {
		m := &s.rest[0]
		if frame, more = s.put(frame, m, limit, join); more {
			return frame, true, false
		}
		s.rest = s.rest[1:]
	}
	s.rest = nil
	c := s.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.dead {
		return frame, false, false
	}
	if c.topic.lastValue() {
		frame, more = s.takeLast(frame, limit, join)
		return frame, more, false
	}
	for {
		if frame, more = s.takeRevisions(frame, limit, join); more {
			return frame, true, false
		}
		if s.cursor.Load() >= c.head {
			return frame, false, false
		}
		m, ok := c.ring.at(s.cursor.Load() + 1)
		if !ok {
			return frame, false, true
		}
		if frame, more = s.put(frame, m, limit, join); more {
			return frame, true, false
		}
	}
}

// takeLast appends the newest value. channel.mu is held.
func (s *subscription) takeLast(frame []byte, limit int, join bool) (out []byte, more bool) {
	m, ok := s.channel.ring.at(s.channel.head)
	if !ok || s.cursor.Load() >= m.seq {
		return frame, false
	}
	return s.put(frame, m, limit, join)
}

// put appends a message and moves on, or tells that there is no room for it.
func (s *subscription) put(frame []byte, m *message, limit int, join bool) (out []byte, more bool) {
	if m.lead != nil && s.led != m.seq {
		if !fits(frame, m.lead, limit, join) {
			return frame, true
		}
		if len(frame) > 0 {
			frame = append(frame, '\n')
		}
		frame = append(frame, m.lead...)
		s.led = m.seq
	}
	if !fits(frame, m.text, limit, join) {
		return frame, true
	}
	return s.append(frame, m), false
}

// fits tells whether an object still goes into the frame. One too large for
// any frame goes alone.
func fits(frame, text []byte, limit int, join bool) bool {
	return len(frame) == 0 || join && len(frame)+len(text)+32 <= limit
}

func (s *subscription) append(frame []byte, m *message) []byte {
	if len(frame) > 0 {
		frame = append(frame, '\n')
	}
	cursor := s.cursor.Load()
	frame = m.append(frame, cursor)
	s.cursor.Store(max(cursor, m.seq))
	s.spoke = true
	return frame
}

// gapMessage is a gap as a message, so that it keeps its place in the queue.
func gapMessage(channel, epoch string, from, to int64, why string) message {
	return message{seq: to, text: gap(channel, epoch, from, to, why)}
}

// pageOf makes messages of what a read from seq from on brought, the message
// before it included where it was stored; what is no longer stored becomes a
// gap. to is the head the read was for.
func pageOf(s *subscription, entries []server.Entry, from, to int64, epoch string, now time.Time) []message {
	c, last := s.channel, int64(0)
	if len(entries) > 0 && entries[0].Seq < from {
		_, last = c.hole(entries[0], 0, epoch)
		entries = entries[1:]
	}
	if len(entries) == 0 {
		return []message{gapMessage(c.name, epoch, from, to, c.missed(s.attached, from))}
	}
	page := make([]message, 0, len(entries)+1)
	for _, e := range entries {
		if e.Seq > from {
			page = append(page, gapMessage(c.name, epoch, from, e.Seq-1, c.missed(s.attached, from)))
			last = 0
		}
		m := encode(e, epoch, now)
		m.lead, last = c.hole(e, last, epoch)
		page = append(page, m)
		from = e.Seq + 1
	}
	return page
}
