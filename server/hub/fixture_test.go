package hub_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/hub"
	"github.com/quantum-signals/quantum/server/proof"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

const (
	deadline  = 30 * time.Second
	firstOpen = 1_700_000_400_000
)

var (
	minute  = server.Series{Market: server.Market{Source: "sim", Symbol: "SIMUSDT"}, Interval: core.Minute}
	hour    = server.Series{Market: minute.Market, Interval: core.Hour}
	signals = server.SignalsChannel(minute)
	bars    = server.BarsChannel(minute)
)

// origin is a hub over a real store, and the monitor's part played by the test.
type origin struct {
	t      *testing.T
	redis  *storetest.Redis
	store  *store.Store
	lease  server.Lease
	hub    *hub.Hub
	url    string
	mu     sync.Mutex
	bars   int                             // committed so far, guarded by mu
	silent bool                            // the tail's entries do not reach the hub, guarded by mu
	change func(server.Entry) server.Entry // what becomes of an entry on its way; without a channel it is lost; guarded by mu
	after  int64                           // open time of the last bar committed
	base   int                             // bars before the first one stored
	head   time.Duration                   // the server waits for the head of a request; for ever if 0

	log *proof.Log // takes what is stored and heard, where a test proves something
}

type setup struct {
	hub    hub.Options
	store  store.Options
	redis  *storetest.Redis                // one of its own if nil
	before func(o *origin, h *hub.Options) // the hub is made
	head   time.Duration                   // the server waits for the head of a request; for ever if 0
}

func start(t *testing.T, s setup) *origin {
	t.Helper()
	redis := s.redis
	if redis == nil {
		redis = storetest.Start(t)
	}
	o := &origin{t: t, redis: redis, store: storetest.Open(t, redis, s.store), head: s.head}
	for _, series := range []server.Series{minute, hour} {
		if err := o.store.Watch(t.Context(), server.Watched{Series: series}); err != nil {
			t.Fatal(err)
		}
	}
	o.lead()
	if s.before != nil {
		s.before(o, &s.hub)
	}
	o.hub, o.url = o.serve(o.store, s.hub)
	return o
}

// lead takes the lease of the market's partition.
func (o *origin) lead() {
	o.t.Helper()
	leases, err := o.store.Acquire(o.t.Context(), "test", time.Hour, []int{o.store.Partition(minute.Market)})
	if err != nil || len(leases) != 1 {
		o.t.Fatalf("Acquire = %v, %v; want one lease", leases, err)
	}
	o.lease = leases[0]
}

// serve runs a hub over a log, fed by the store's outbox.
func (o *origin) serve(log hub.Log, options hub.Options) (h *hub.Hub, url string) {
	o.t.Helper()
	options.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	h = hub.New(log, options)
	tail := o.store.Tail(func(e server.Entry) {
		o.mu.Lock()
		silent, change := o.silent, o.change
		o.mu.Unlock()
		if change != nil {
			e = change(e)
		}
		if !silent && e.Channel != "" {
			h.Publish(e)
		}
	})
	if err := tail.Follow(o.t.Context(), o.lease.Partition); err != nil {
		o.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	tasks.Go(func() { _ = tail.Run(ctx) })
	tasks.Go(func() { _ = h.Run(ctx) })
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.HandleFunc("/stream", h.ServeStream)
	web := narrow(o.t, mux)
	web.Config.ReadHeaderTimeout = o.head
	web.Start()
	o.t.Cleanup(func() {
		closing, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		if err := h.Close(closing); err != nil {
			o.t.Error(err)
		}
		stop()
		tasks.Wait()
		web.Close()
	})
	return h, "ws" + strings.TrimPrefix(web.URL, "http")
}

// narrow is a server whose connections hold little that is not read, so that a
// client that does not read is felt soon.
func narrow(t *testing.T, h http.Handler) *httptest.Server {
	web := httptest.NewUnstartedServer(h)
	web.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if err := c.(*net.TCPConn).SetWriteBuffer(8 << 10); err != nil {
			t.Error(err)
		}
		return ctx
	}
	return web
}

// silence keeps what is committed from the hub.
func (o *origin) silence(on bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.silent = on
}

func candle(i int) core.Candle {
	v := float64(i) / 3
	return core.Candle{OpenTime: firstOpen + int64(i)*int64(core.Minute), Open: 100 + v, High: 102 + v, Low: 99 - v, Close: 101 - v, Volume: v}
}

func eventID(i int) string {
	return server.EventID("1", 7, minute, candle(i).OpenTime, "cipher.buy")
}

// commit commits n more bars of the minute series, an event with each: bar and
// event i have seq i+1.
func (o *origin) commit(n int) {
	o.t.Helper()
	o.mu.Lock()
	from := o.bars
	o.bars += n
	o.mu.Unlock()
	var list []server.Commit
	for i := from; i < from+n; i++ {
		k := candle(i)
		c := server.Commit{Lease: o.lease, Series: minute, Candle: k, Snapshot: &server.Snapshot{Cipher: []byte{1}}, Events: []server.Event{{
			ID: eventID(i), Kind: "cipher.buy", Side: "bull", OpenTime: k.OpenTime, KnownAt: k.OpenTime + int64(core.Minute), Price: k.Close,
		}}}
		c.After, o.after = o.after, k.OpenTime
		list = append(list, c)
	}
	if o.log != nil {
		for i := from; i < from+n; i++ {
			o.log.Add(proof.Line{What: proof.Stored, Channel: bars, Epoch: o.store.Epoch(), Seq: int64(i + 1 - o.base), ID: strconv.FormatInt(candle(i).OpenTime, 10)})
			o.log.Add(proof.Line{What: proof.Stored, Channel: signals, Epoch: o.store.Epoch(), Seq: int64(i + 1 - o.base), ID: eventID(i)})
		}
	}
	for _, got := range o.store.Commit(context.WithoutCancel(o.t.Context()), list) {
		if got.Err != nil {
			o.t.Errorf("commit: %v", got.Err)
			return
		}
	}
}

// message is anything a server says.
type message struct {
	T, ID, Ch, Epoch, Kind, Side, Msg, Why, Engine, Reason string
	Code                                                   any
	Seq, From, To, Next, Replay, Now, Corrects             int64
	OpenTime                                               int64 `json:"open_time"`
	KnownAt                                                int64 `json:"known_at"`
	Resumed, Retry                                         bool
	Status                                                 int
	Price, Close                                           float64
	Limits                                                 map[string]float64
	Heads                                                  map[string]int64
	States                                                 map[string]server.State
	In, Jitter                                             int64
	TS                                                     map[string]int64
	Data                                                   map[string][]map[string]any
	Readings                                               map[string]float64
}

// client is a WebSocket client that lays joined frames open.
type client struct {
	t      *testing.T
	conn   *websocket.Conn
	queue  []message
	frames int
}

func dial(t *testing.T, url string) *client {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{hub.Subprotocol}, NetDialContext: dialSmall}
	conn, response, err := dialer.DialContext(t.Context(), url, nil)
	if err != nil {
		t.Fatalf("dial: %v (%v)", err, response)
	}
	t.Cleanup(func() { conn.Close() })
	return &client{t: t, conn: conn}
}

// dialSmall connects with little room for what is not read.
func dialSmall(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return conn, conn.(*net.TCPConn).SetReadBuffer(8 << 10)
}

// connect dials and says hello.
func (o *origin) connect() *client {
	o.t.Helper()
	c := dial(o.t, o.url)
	c.send(`{"op":"hello","id":"h"}`)
	if m := c.next(); m.T != "welcome" {
		o.t.Fatalf("after hello: %+v, want welcome", m)
	}
	return c
}

func (c *client) send(text string) {
	c.t.Helper()
	if err := c.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Fatalf("send %s: %v", text, err)
	}
}

// read gives the next message, heartbeats included.
func (c *client) read() (message, error) {
	if len(c.queue) == 0 {
		_ = c.conn.SetReadDeadline(time.Now().Add(deadline))
		_, frame, err := c.conn.ReadMessage()
		if err != nil {
			return message{}, err
		}
		c.frames++
		for line := range strings.SplitSeq(string(frame), "\n") {
			var m message
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				return m, fmt.Errorf("%q: %w", line, err)
			}
			c.queue = append(c.queue, m)
		}
	}
	m := c.queue[0]
	c.queue = c.queue[1:]
	return m, nil
}

// next gives the next message that is no heartbeat.
func (c *client) next() message {
	c.t.Helper()
	for {
		m, err := c.read()
		if err != nil {
			c.t.Fatalf("read: %v", err)
		}
		if m.T != "hb" {
			return m
		}
	}
}

// expect wants the next message to be of a type, for an operation.
func (c *client) expect(kind, id string) message {
	c.t.Helper()
	m := c.next()
	if m.T != kind || m.ID != id {
		c.t.Fatalf("got %+v, want %s of operation %q", m, kind, id)
	}
	return m
}

// closed reads until the connection ends and gives the close code.
func (c *client) closed() int {
	c.t.Helper()
	for {
		_, err := c.read()
		if err == nil {
			continue
		}
		var end *websocket.CloseError
		if !errors.As(err, &end) {
			c.t.Fatalf("read: %v, want a close code", err)
		}
		return end.Code
	}
}

// run wants messages from up to to of a channel, one by one.
func (c *client) run(ch string, from, to int64) {
	c.t.Helper()
	for seq := from; seq <= to; seq++ {
		if m := c.next(); m.Ch != ch || m.Seq != seq {
			c.t.Fatalf("got %+v, want %s %d", m, ch, seq)
		}
	}
}

func sub(id, ch string) string { return fmt.Sprintf(`{"op":"sub","id":%q,"ch":%q}`, id, ch) }

func resume(id, ch, epoch string, seq int64, last string) string {
	return fmt.Sprintf(`{"op":"sub","id":%q,"ch":%q,"since":{"epoch":%q,"seq":%d,"last":%q}}`, id, ch, epoch, seq, last)
}

var _ http.Handler = (*hub.Hub)(nil)
