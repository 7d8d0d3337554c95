package hub_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/hub"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// watch times how long bars take from where a server is given them to clients.
type watch struct {
	given [1 << 16]atomic.Int64 // ns, by seq

	mu    sync.Mutex
	times []time.Duration // guarded by mu
}

// stamp notes that a bar is given to the server now.
func (w *watch) stamp(e server.Entry) {
	if e.Channel == bars {
		w.given[e.Seq%int64(len(w.given))].Store(time.Now().UnixNano())
	}
}

// part takes what was timed since the last call.
func (w *watch) part() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	times := w.times
	w.times = nil
	return times
}

// ear is a client that times what it hears, and tells that it hears.
func (w *watch) ear(conn *websocket.Conn, attached func()) {
	for {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			return
		}
		now := time.Now().UnixNano()
		var times []time.Duration
		for line := range bytes.SplitSeq(frame, []byte{'\n'}) {
			if !bytes.HasPrefix(line, []byte(`{"t":"bar"`)) {
				continue
			}
			_, rest, _ := bytes.Cut(line, []byte(`"seq":`))
			digits, _, _ := bytes.Cut(rest, []byte{','})
			if seq, err := strconv.ParseInt(string(digits), 10, 64); err == nil {
				times = append(times, time.Duration(now-w.given[seq%int64(len(w.given))].Load()))
			}
		}
		if len(times) > 0 {
			attached()
		}
		w.mu.Lock()
		w.times = append(w.times, times...)
		w.mu.Unlock()
	}
}

// listen connects clients that ask for channels, with little room for what they
// do not read.
func listen(t *testing.T, url string, n int, channels ...string) []*websocket.Conn {
	t.Helper()
	conns := make([]*websocket.Conn, n)
	for i := range conns {
		c := dial(t, url)
		c.send(`{"op":"hello"}`)
		for _, ch := range channels {
			c.send(sub("s", ch))
		}
		conns[i] = c.conn
	}
	return conns
}

// percentile of times, 0 of none.
func percentile(times []time.Duration, p float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[int(p*float64(len(times)-1))]
}

// toll is the 99th percentile of what clients that read hear, without others and
// with some that do not, as a median of rounds taken in turns.
type toll struct{ without, with time.Duration }

func (t toll) ratio() float64 { return float64(t.with) / float64(max(t.without, 1)) }

// measure takes the toll at a server which is given what o commits.
func measure(t *testing.T, o *origin, w *watch, url string, quick, deaf, rounds int, last time.Duration) toll {
	t.Helper()
	var attached atomic.Int64
	var readers sync.WaitGroup
	conns := listen(t, url, quick, bars)
	end := o.busy(5 * time.Millisecond)
	defer func() {
		end()
		for _, c := range conns {
			c.Close()
		}
		readers.Wait()
	}()
	for _, c := range conns {
		readers.Go(func() { w.ear(c, sync.OnceFunc(func() { attached.Add(1) })) })
	}
	storetest.Eventually(t, 2*deadline, "all hear bars", func() bool { return int(attached.Load()) == quick })
	time.Sleep(last / 4) // to warm up
	var without, with []time.Duration
	for range rounds {
		w.part()
		time.Sleep(last)
		without = append(without, percentile(w.part(), 0.99))
		others := listen(t, url, deaf, bars, signals)
		time.Sleep(last)
		with = append(with, percentile(w.part(), 0.99))
		for _, c := range others {
			c.Close()
		}
		time.Sleep(last / 4)
	}
	return toll{without: percentile(without, 0.5), with: percentile(with, 0.5)}
}

// oneByOne is a server which waits for each client before it writes to the
// next.
type oneByOne struct {
	mu    sync.Mutex
	conns []*websocket.Conn // guarded by mu
}

func (s *oneByOne) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u := websocket.Upgrader{Subprotocols: []string{hub.Subprotocol}}
	conn, err := u.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.conns = append(s.conns, conn)
	s.mu.Unlock()
	for err == nil {
		_, _, err = conn.ReadMessage()
	}
	conn.Close()
}

// publish writes a bar to every client, with some room so that it is felt soon
// when one does not read.
func (s *oneByOne) publish(e server.Entry) {
	if e.Channel != bars {
		return
	}
	text := fmt.Appendf(nil, `{"t":"bar","seq":%d,"pad":"%s"}`, e.Seq, strings.Repeat("x", 4096))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = slices.DeleteFunc(s.conns, func(c *websocket.Conn) bool {
		_ = c.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
		return c.WriteMessage(websocket.TextMessage, text) != nil
	})
}

// dear is what F12 lets clients that do not read cost the others.
const dear = 1.2

// F12, first half: clients that do not read cost the others no time. A server
// that writes to one after the other is found out by the same measurement.
func TestClientsThatDoNotReadCostTheOthersNoTime(t *testing.T) {
	quick, deaf, rounds, last := size(10, 100), size(4, 30), size(3, 7), time.Duration(size(500, 3000))*time.Millisecond
	for _, fault := range []bool{false, true} { // one after the other
		t.Run(fmt.Sprintf("fault=%v", fault), func(t *testing.T) {
			w := &watch{}
			o := start(t, setup{store: store.Options{Retention: store.Retention{Events: 1_000_000}}, hub: hub.Options{Queue: 16 << 10}})
			url := o.url
			naive := &oneByOne{}
			web := narrow(t, naive)
			web.Start()
			t.Cleanup(web.Close)
			if fault {
				url = "ws" + strings.TrimPrefix(web.URL, "http")
				quick, deaf, rounds, last = 10, 4, 1, time.Second
			}
			o.mu.Lock()
			o.change = func(e server.Entry) server.Entry {
				w.stamp(e)
				if fault {
					naive.publish(e)
				}
				return e
			}
			o.mu.Unlock()
			most, slack := dear, 500*time.Microsecond
			if !long { // too few to be sure of a fifth
				most, slack = 2, 50*time.Millisecond
			}
			var got toll
			for try := range 3 { // the machine has others to serve
				got = measure(t, o, w, url, quick, deaf, rounds, last)
				t.Logf("try %d: p99 of %d clients that read: %v alone, %v beside %d that do not: %.2f times", try+1, quick, got.without, got.with, deaf, got.ratio())
				if fault || got.with <= time.Duration(most*float64(got.without))+slack {
					break
				}
			}
			if dearer := got.with > time.Duration(most*float64(got.without))+slack; dearer != fault {
				t.Errorf("p99 went from %v to %v, want at most %v times and %v; fault %v", got.without, got.with, most, slack, fault)
			}
		})
	}
}
