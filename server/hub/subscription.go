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

	cursor atomic.Int64 // last message queued; moved by whoever builds the client's next frame

	// Owned by whoever builds the client's next frame.
	rest  []message // read from the store, to be sent before the ring's
	spoke bool      // since the last heartbeat

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
		if !fits(frame, m, limit, join) {
			return frame, true, false
		}
		frame = s.append(frame, m)
		s.rest = s.rest[1:]
	}
	s.rest = nil
	c := s.channel
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.dead {
		return frame, false, false
	}
	if c.kind == forming {
		frame, more = s.takeLast(frame, limit, join)
		return frame, more, false
	}
	for s.cursor.Load() < c.head {
		m, ok := c.ring.at(s.cursor.Load() + 1)
		if !ok {
			return frame, false, true
		}
		if !fits(frame, m, limit, join) {
			return frame, true, false
		}
		frame = s.append(frame, m)
	}
	return frame, false, false
}

// takeLast appends the newest value. channel.mu is held.
func (s *subscription) takeLast(frame []byte, limit int, join bool) (out []byte, more bool) {
	m, ok := s.channel.ring.at(s.channel.head)
	if !ok || s.cursor.Load() >= m.seq {
		return frame, false
	}
	if !fits(frame, m, limit, join) {
		return frame, true
	}
	return s.append(frame, m), false
}

// fits tells whether a message still goes into the frame. One too large for
// any frame goes alone.
func fits(frame []byte, m *message, limit int, join bool) bool {
	return len(frame) == 0 || join && len(frame)+len(m.text)+32 <= limit
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

// pageOf makes messages of what a read from seq from on brought: what is no
// longer stored becomes a gap. to is the head the read was for.
func pageOf(c *channel, entries []server.Entry, from, to int64, epoch string, now time.Time) []message {
	if len(entries) == 0 {
		return []message{gapMessage(c.name, epoch, from, to, whyWindow)}
	}
	page := make([]message, 0, len(entries)+1)
	for _, e := range entries {
		if e.Seq > from {
			page = append(page, gapMessage(c.name, epoch, from, e.Seq-1, whyWindow))
		}
		page = append(page, encode(e, epoch, now))
		from = e.Seq + 1
	}
	return page
}
