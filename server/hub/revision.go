package hub

import (
	"bytes"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// revisionsKept is how many revisions a channel keeps for clients that are not
// that far yet.
const revisionsKept = 64

// revision says that a bar's source gives it other values now. It has no place
// among the numbers of its channel: whoever listens hears it once, behind the
// messages that were there when it came.
type revision struct {
	count int64 // of the channel's revisions, up to this one
	after int64 // head of the channel when it came
	m     message
	body  []byte
}

// revise adds a revision and tells whether somebody is to hear of it. mu is held.
func (c *channel) revise(e server.Entry, epoch string, now time.Time) (hear bool) {
	for i := len(c.revisions) - 1; i >= 0; i-- {
		if r := &c.revisions[i]; r.m.seq == e.Seq {
			if bytes.Equal(r.body, e.Body) { // told twice
				return false
			}
			break
		}
	}
	if len(c.subs) == 0 {
		return false
	}
	c.revised++
	if len(c.revisions) == revisionsKept {
		c.revisions = append([]revision(nil), c.revisions[1:]...)
	}
	c.revisions = append(c.revisions, revision{c.revised, c.head, encode(e, epoch, now), e.Body})
	return true
}

// takeRevisions appends revisions the client is far enough for. channel.mu is
// held.
func (s *subscription) takeRevisions(frame []byte, limit int, join bool) (out []byte, more bool) {
	if s.revised == s.channel.revised {
		return frame, false
	}
	for i := range s.channel.revisions {
		r := &s.channel.revisions[i]
		if r.count <= s.revised {
			continue
		}
		if r.after > s.cursor.Load() {
			return frame, false
		}
		if !fits(frame, r.m.text, limit, join) {
			return frame, true
		}
		if len(frame) > 0 {
			frame = append(frame, '\n')
		}
		frame = append(frame, r.m.text...)
		s.revised, s.spoke = r.count, true
	}
	return frame, false
}
