package hub

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// kind is what a channel carries.
type kind string

const (
	signals kind = "signals" // events of both engines
	bars    kind = "bars"    // closed bars
	forming kind = "forming" // the forming bar: only the last value counts
)

// parseChannel reads "<kind>:<series>". A series of "<market>:*" stands for
// all intervals of the market; its interval is then 0.
func parseChannel(name string) (kind, server.Series, error) {
	first, rest, _ := strings.Cut(name, ":")
	k := kind(first)
	if k != signals && k != bars && k != forming {
		return "", server.Series{}, server.Invalid("ch", name, "form", "signals:, bars: or forming: and a series, as in bars:binance:BTCUSDT:1h")
	}
	if market, ok := strings.CutSuffix(rest, ":*"); ok {
		m, err := server.ParseMarket(market)
		return k, server.Series{Market: m}, err
	}
	series, err := server.ParseSeries(rest)
	return k, series, err
}

// channel is one channel somebody listens to, with its newest messages.
type channel struct {
	name   string
	kind   kind
	series server.Series

	mu     sync.Mutex
	primed bool           // guarded by mu, as all below: head is known
	early  []server.Entry // came before that
	head   int64          // seq of the newest message of the channel
	ring   ring           // messages up to head; may be empty
	subs   []*subscription
	empty  time.Time // since when nobody listens
}

// prime tells a new channel where the store says it stands. Entries that came
// meanwhile follow.
func (c *channel) prime(head int64, epoch string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.primed {
		return
	}
	c.primed, c.head = true, head
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
	case c.kind == forming: // lossy on purpose
	default:
		return false
	}
	if c.kind == forming || c.ring.count == 0 || e.Seq != c.head+1 {
		c.ring.clear()
	}
	c.ring.push(encode(e, epoch, now))
	c.head = e.Seq
	return true
}

// publish adds an entry and returns who is to hear of it. Where the entry does
// not follow the newest one, missing is the first seq between.
func (c *channel) publish(e server.Entry, epoch string, now time.Time) (hear []*subscription, missing int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.primed {
		c.early = append(c.early, e)
		return nil, 0
	}
	if c.push(e, epoch, now) {
		return c.subs, 0
	}
	if e.Seq > c.head {
		return nil, c.head + 1
	}
	return nil, 0
}

// skip goes on at seq, where what is missing before it is not stored any more.
func (c *channel) skip(seq int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seq > c.head+1 {
		c.ring.clear()
		c.head = seq - 1
	}
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
