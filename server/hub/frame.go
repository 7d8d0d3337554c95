package hub

import "sync"

// Clients that hear the same channel from the same place on get the same frame,
// built once.
const sharedFrames = 16

// sharedFrame is a frame of the messages of one channel from from to to. It is
// never written to again.
type sharedFrame struct {
	from, to int64
	full     bool // the next message did not fit
	text     []byte
}

// share moves a subscription on by a frame others get too: messages that are in
// memory and more than one listens to. more tells that there are some behind
// them. Where there is no such frame it moves nothing and gives nil.
func (s *subscription) share(limit int) (text []byte, more bool) {
	c, cursor := s.channel, s.cursor.Load()
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.dead || len(c.subs) < 2 || cursor >= c.head || s.revised != c.revised || c.topic.lastValue() {
		return nil, false
	}
	first, ok := c.ring.at(cursor + 1)
	if !ok || first.lead != nil {
		return nil, false
	}
	text, to := first.text, first.seq
	if first.seq < c.head {
		f := &c.shared[(cursor+1)%sharedFrames]
		if f.from != cursor+1 || f.to != c.head && !f.full {
			c.fill(f, cursor+1, limit)
		}
		text, to = f.text, f.to
	}
	s.cursor.Store(to)
	s.spoke = true
	return text, to < c.head
}

// fill joins the messages from a seq on. mu is held.
func (c *channel) fill(f *sharedFrame, from int64, limit int) {
	*f = sharedFrame{from: from}
	size := 0
	for f.to = from - 1; f.to < c.head; f.to++ {
		m, _ := c.ring.at(f.to + 1)
		if f.to >= from && (m.lead != nil || size+len(m.text)+1 > limit) {
			f.full = true
			break
		}
		size += len(m.text) + 1
	}
	f.text = make([]byte, 0, size)
	for seq := from; seq <= f.to; seq++ {
		m, _ := c.ring.at(seq)
		if seq > from {
			f.text = append(f.text, '\n')
		}
		f.text = append(f.text, m.text...)
	}
}

// frames are buffers of frames made for one client alone.
var frames = sync.Pool{New: func() any { return new([]byte) }}

// buffer gives the client an empty one. Whoever calls it has set flying.
func (c *client) buffer() []byte {
	if c.frame == nil {
		c.frame = frames.Get().(*[]byte)
	}
	return (*c.frame)[:0]
}

// giveBack ends the use of the buffer. Whoever calls it has set flying.
func (c *client) giveBack() {
	if c.frame != nil {
		frames.Put(c.frame)
		c.frame = nil
	}
}
