// Package hub pushes committed messages to WebSocket clients: a ring of newest
// messages a channel, a place in it for each client, one frame at a time on
// its way to each. It speaks quantum.v1.json.
package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/olahol/melody"

	"github.com/quantum-signals/quantum/server"
)

// Log is where committed messages are kept.
type Log interface {
	// Epoch marks one unbroken life of the sequence numbers.
	Epoch() string
	// Heads says where each series stands.
	Heads(ctx context.Context, series ...server.Series) ([]server.Heads, error)
	// Replay gives messages of a channel from a seq on, ascending, at most
	// limit; those before the first given are no longer kept.
	Replay(ctx context.Context, channel string, from int64, limit int) ([]server.Entry, error)
	// Watched lists the series that are fed.
	Watched(ctx context.Context) ([]server.Watched, error)
	// Markets lists the markets that are fed with their states.
	Markets(ctx context.Context) ([]server.MarketStatus, error)
}

// Alerts is where the messages of alerts are kept, those of each a channel of
// its own.
type Alerts interface {
	// Head is the seq of an alert's newest message, 0 before the first. One that
	// is not there is a *server.Error.
	Head(ctx context.Context, id string) (int64, error)
	// Replay gives messages as Log.Replay does.
	Replay(ctx context.Context, id string, from int64, limit int) ([]server.Entry, error)
}

const (
	// callWait bounds one call of the log on a client's behalf.
	callWait = 5 * time.Second
	// idleChannel is how long a channel nobody listens to keeps its ring.
	idleChannel = time.Minute
	// watchedFresh is how old the list of watched series may be when a name is
	// not in it: a million unknown names make four reads a second.
	watchedFresh = 250 * time.Millisecond
)

// Hub serves the WebSocket endpoint. Publish feeds it, Run keeps it going, and
// Close ends it.
//
// Whoever holds several locks took the hub's first, then a channel's, then a
// client's.
type Hub struct {
	id      string // of this life of this hub
	log     Log
	options Options
	melody  *melody.Melody
	now     func() time.Time
	ctx     context.Context // ends with Close
	stop    context.CancelFunc
	readers chan struct{} // a token for each read of the log for a slow client
	lag     atomic.Int64  // ms from commit to hub, of the newest message
	made    atomic.Int64  // clients so far
	waiting atomic.Int64  // clients that read the store or wait to
	tasks   sync.WaitGroup
	telling sync.Mutex // held while the states of markets are told
	news    news
	packs   packs

	mu          sync.Mutex
	closing     bool          // guarded by mu, as all below
	draining    chan struct{} // closed when the last client has left; nil unless somebody waits
	connections int           // those still upgrading included
	clients     map[*client]struct{}
	tokens      map[key]int // connections of each
	channels    map[string]*channel
	epoch       string
	standing    string // states of the markets as last told
	told        int64  // how often they were
	fed         map[server.Market][]server.Series
	fedAt       time.Time
	last        map[string]int64 // heads the log told at the last beat
}

// New returns a hub over a log.
func New(log Log, o Options) *Hub {
	h := &Hub{
		id: rand.Text()[:8], log: log, options: o.withDefaults(), now: time.Now, epoch: log.Epoch(),
		clients: map[*client]struct{}{}, tokens: map[key]int{}, channels: map[string]*channel{}, last: map[string]int64{},
	}
	h.news = news{listed: map[*channel]bool{}, wake: make(chan struct{}, 1)}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.readers = make(chan struct{}, h.options.Readers)
	h.melody = h.newMelody()
	h.start(h.dispatch)
	return h
}

// Stats are a hub's present numbers.
type Stats struct {
	Connections, Channels int
	Lag                   time.Duration // from commit to hub, of the newest message
	Deflated              int64         // frames deflated once for several clients
}

// Stats tells the hub's present numbers.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Stats{h.connections, len(h.channels), time.Duration(h.lag.Load()) * time.Millisecond, h.packs.made.Load()}
}

// Publish takes the next committed entry, or a forming bar. Those of a channel
// come in order and from one goroutine.
func (h *Hub) Publish(e server.Entry) {
	h.mu.Lock()
	c, ok := h.channels[e.Channel]
	epoch := h.epoch
	h.mu.Unlock()
	if !e.At.IsZero() {
		h.lag.Store(max(0, h.now().Sub(e.At).Milliseconds()))
	}
	if !ok || c.topic.kind == markets {
		return
	}
	hear, missing := c.publish(e, epoch, h.now())
	if missing > 0 {
		if h.fill(c, missing) {
			hear, missing = c.publish(e, epoch, h.now())
		}
		if missing > 0 && h.ctx.Err() == nil { // not stored any more: clients read that from the log
			c.skip(e.Seq)
			hear, _ = c.publish(e, epoch, h.now())
		}
	}
	h.tell(c, hear)
}

// fill reads from the log what the feed left out, up to the log's head. It
// tells whether the log could be read.
func (h *Hub) fill(c *channel, from int64) bool {
	for {
		ctx, cancel := h.callContext()
		entries, err := h.replay(ctx, c.topic, from, h.options.Page)
		cancel()
		if err != nil {
			h.options.Log.Warn("hub: reading what the feed left out", "ch", c.name, "from", from, "err", err)
			return false
		}
		for _, e := range entries {
			hear, missing := c.publish(e, h.currentEpoch(), h.now())
			if missing > 0 {
				c.skip(e.Seq)
				hear, _ = c.publish(e, h.currentEpoch(), h.now())
			}
			h.tell(c, hear)
			from = e.Seq + 1
		}
		if len(entries) < h.options.Page {
			return true
		}
	}
}

// channel finds a channel, or makes it and asks the log where it stands.
func (h *Hub) channel(ctx context.Context, t topic) (*channel, error) {
	name := t.String()
	h.mu.Lock()
	c, ok := h.channels[name]
	if !ok {
		size := h.options.Ring
		if t.lastValue() {
			size = 1
		}
		c = &channel{topic: t, name: name, ring: newRing(size), empty: h.now()}
		h.channels[name] = c // from here on Publish reaches it
	}
	epoch := h.epoch
	h.mu.Unlock()
	if c.touch(h.now()) {
		return c, nil
	}
	heads, err := h.head(ctx, t)
	if err != nil {
		h.abandon(c)
		return nil, err
	}
	c.prime(heads, epoch, h.now())
	if t.kind == markets {
		h.tellStates(ctx)
	}
	return c, nil
}

// abandon forgets a channel that could not be primed.
func (h *Hub) abandon(c *channel) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.channels[c.name] == c && !c.touch(h.now()) {
		delete(h.channels, c.name)
	}
}

func unavailable(err error) error {
	return &server.Error{Code: server.CodeUnavailable, Detail: "the store does not answer; try again", Err: err}
}

// watched lists the fed series a name stands for: itself, or all intervals of
// its market.
func (h *Hub) watched(ctx context.Context, of server.Series) ([]server.Series, error) {
	find := func() (found []server.Series) {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, s := range h.fed[of.Market] {
			if s == of || of.Interval == 0 {
				found = append(found, s)
			}
		}
		return found
	}
	h.mu.Lock()
	old := h.now().Sub(h.fedAt) >= watchedFresh
	h.mu.Unlock()
	if found := find(); !old || len(found) > 0 && of.Interval != 0 {
		return found, nil
	}
	list, err := h.log.Watched(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	fed := make(map[server.Market][]server.Series, len(list))
	for _, w := range list {
		fed[w.Series.Market] = append(fed[w.Series.Market], w.Series)
	}
	h.mu.Lock()
	h.fed, h.fedAt = fed, h.now()
	h.mu.Unlock()
	return find(), nil
}

func (h *Hub) currentEpoch() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.epoch
}

// epochOf is the epoch of a channel's numbers. Those of the markets are this
// hub's own.
func (h *Hub) epochOf(t topic) string {
	if t.kind == markets {
		return h.id
	}
	return h.currentEpoch()
}

// start runs a task that Close waits for; after Close it does nothing.
func (h *Hub) start(task func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		return
	}
	h.tasks.Add(1)
	go func() {
		defer h.tasks.Done()
		task()
	}()
}

func (h *Hub) callContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(h.ctx, callWait)
}

// logInternal logs a failure whose cause the client is not told.
func (h *Hub) logInternal(op, ch string, err error) {
	if server.CodeOf(err).Status() >= 500 && !errors.Is(err, context.Canceled) {
		h.options.Log.Warn("hub: an operation failed", "op", op, "ch", ch, "err", err)
	}
}
