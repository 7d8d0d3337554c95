package hub

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// channel is one channel somebody listens to, with its newest messages.
type channel struct {
	topic topic
	name  string

	mu      sync.Mutex
	primed  bool           // guarded by mu, as all below: head is known
	early   []server.Entry // came before that
	head    int64          // seq of the newest message of the channel
	last    int64          // open time of the newest bar, of bars only; 0 where there is none
	skipped int64          // messages before this seq were not had when it came
	ring    ring           // messages up to head; may be empty
	subs    []*subscription
	shared  [sharedFrames]sharedFrame

	revisions []revision // the newest, oldest first
	revised   int64      // how many there were
	empty     time.Time  // since when nobody listens
}

// prime tells a new channel where the store says it stands. Entries that came
// meanwhile follow.
func (c *channel) prime(heads server.Heads, epoch string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.primed {
		return
	}
	c.primed, c.head, c.last = true, c.topic.of(heads), heads.OpenTime
	for _, e := range c.early {
		c.push(e, epoch, now)
	}
	c.early = nil
}

// push adds an entry and returns true, where it is the next. mu is held.
func (c *channel) push(e server.Entry, epoch string, now time.Time) bool {
	switch {
	case e.Seq <= c.head: // read from the store already, or told twice
		return false
	case e.Seq == c.head+1:
	case c.topic.lastValue(): // lossy on purpose
	default:
		return false
	}
	if c.topic.lastValue() {
		c.ring.clear()
	}
	m := encode(e, epoch, now)
	m.lead, c.last = c.hole(e, c.last, epoch)
	c.ring.push(m)
	c.head = e.Seq
	return true
}

// hole says, before a bar that does not follow the last one in time, that the
// source had none between: no number is missing. open is the bar's open time.
func (c *channel) hole(e server.Entry, last int64, epoch string) (lead []byte, open int64) {
	if c.topic.kind != bars {
		return nil, 0
	}
	open, err := strconv.ParseInt(e.ID, 10, 64)
	if err != nil || last == 0 || open-last == int64(c.topic.series.Interval) {
		return nil, open
	}
	return gap(c.name, epoch, e.Seq, e.Seq-1, whySource), open
}

// publish adds an entry and tells whether somebody is to hear of it. Where the
// entry does not follow the newest one, missing is the first seq between.
func (c *channel) publish(e server.Entry, epoch string, now time.Time) (hear bool, missing int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.primed && e.Corrects == 0:
		c.early = append(c.early, e)
		return false, 0
	case e.Corrects != 0:
		return c.revise(e, epoch, now), 0
	}
	if c.push(e, epoch, now) {
		return len(c.subs) > 0, 0
	}
	if e.Seq > c.head {
		return false, c.head + 1
	}
	return false, 0
}

// skip goes on at seq, where what is missing before it is not stored any more.
func (c *channel) skip(seq int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seq > c.head+1 {
		c.ring.clear()
		c.head, c.last, c.skipped = seq-1, 0, seq
	}
}

// missed is why messages from a seq on are not to be had: a client that was
// attached at a head and let them pass was slow, unless nobody had them.
func (c *channel) missed(attached, from int64) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if from > attached && from >= c.skipped {
		return whySlow
	}
	return whyWindow
}

// attach adds a subscription in place of another, which may be nil. place gets
// the head as of that moment: every message after it will reach s, none up to
// it.
func (c *channel) attach(s, instead *subscription, place func(head int64)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subs = slices.Clone(c.subs) // publish hands the old one around
	if instead != nil {
		c.remove(instead)
	}
	s.revised = c.revised
	place(c.head)
	c.subs = append(c.subs, s)
}

// detach removes a subscription.
func (c *channel) detach(s *subscription, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subs = slices.Clone(c.subs)
	c.remove(s)
	if len(c.subs) == 0 {
		c.empty = now
	}
}

func (c *channel) remove(s *subscription) {
	s.dead = true
	if i := slices.Index(c.subs, s); i >= 0 {
		c.subs = slices.Delete(c.subs, i, i+1)
	}
}

// stored finds the id of a message in memory.
func (c *channel) stored(seq int64) (id string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.ring.at(seq)
	if !ok {
		return "", false
	}
	return m.id, true
}

// place is where the channel stands.
func (c *channel) place() (head int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.head
}

// touch keeps the channel from being swept while somebody is about to attach,
// and tells whether it is primed.
func (c *channel) touch(now time.Time) (primed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.empty = now
	return c.primed
}

// heard tells whether anybody listens.
func (c *channel) heard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.subs) > 0
}

// oldest is since when somebody at a cursor, who has had something to hear
// since some time, lacks the next message, and how many that stay are lacking.
func (c *channel) oldest(cursor int64, since time.Time) (of time.Time, lacks int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.topic.lastValue() {
		return since, 0
	}
	if m, ok := c.ring.at(cursor + 1); ok {
		if at := time.UnixMilli(m.at); at.After(since) {
			since = at
		}
	}
	return since, c.head - cursor
}
