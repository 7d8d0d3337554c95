package hub_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/live"
	"github.com/quantum-signals/quantum/server/proof"
)

// long runs the failure tests at their full size.
var long = os.Getenv("CHAOS") != ""

// size is a number of a failure test: small in every run, great in a long one.
func size(short, full int) int {
	if long {
		return full
	}
	return short
}

// walker is a client that comes back after every cut and logs what it hears.
type walker struct {
	name string
	log  *proof.Log
	end  context.CancelFunc
	done chan struct{}
	err  error // of the end, once done

	mu        sync.Mutex
	url       string   // guarded by mu, as all below: where it connects next
	conn      net.Conn // the present connection
	connected bool
	last      map[string]int64 // of each channel, as heard or told
	sessions  int
	ends      []error       // of sessions
	slow      time.Duration // before each message
}

// walk starts a client of channels.
func walk(t *testing.T, log *proof.Log, name, url string, channels ...string) *walker {
	w := &walker{name: name, log: log, url: url, done: make(chan struct{}), last: map[string]int64{}}
	ctx, cancel := context.WithCancel(context.Background())
	w.end = cancel
	o := live.Options{Name: name, URL: url, Deliver: w.deliver, State: w.state, Dial: w.dial, First: 50 * time.Millisecond, Most: 2 * time.Second}
	for _, ch := range channels {
		o.Channels = append(o.Channels, live.Channel{Name: ch})
	}
	go func() {
		defer close(w.done)
		w.err = live.Run(ctx, o)
	}()
	t.Cleanup(w.stop)
	return w
}

func (w *walker) stop() {
	w.end()
	<-w.done
}

// dial connects to where the client belongs at present.
func (w *walker) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	w.mu.Lock()
	address := w.url[len("ws://"):]
	small := w.slow > 0
	w.mu.Unlock()
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if small {
		err = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
	return conn, err
}

// cut resets the connection.
func (w *walker) cut(to string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if to != "" {
		w.url = to
	}
	w.connected = false
	if c, ok := w.conn.(*net.TCPConn); ok {
		_ = c.SetLinger(0) // it may be over already
		_ = c.Close()
	}
}

func (w *walker) state(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.connected = err == nil
	if err == nil {
		w.sessions++
		return
	}
	w.ends = append(w.ends, err)
	var closed *live.Closed
	if errors.As(err, &closed) && closed.Code == 4010 {
		for ch := range w.last {
			w.log.Add(proof.Line{Who: w.name, What: proof.Reset, Channel: ch})
		}
	}
}

func (w *walker) deliver(m live.Message) {
	line := proof.Line{Who: w.name, Channel: m.Ch, Epoch: m.Epoch, Seq: m.Seq}
	w.mu.Lock()
	slow, before := w.slow, w.last[m.Ch]
	w.last[m.Ch] = m.Seq
	switch m.T {
	case "ok":
		line.What, line.Resumed = proof.Attached, m.Resumed
		if m.Resumed {
			w.last[m.Ch] = before // what it lacks is on the way
		}
	case "gap":
		line.What, line.Seq, line.To = proof.Gap, m.From, m.To
		w.last[m.Ch] = m.To
	case "event":
		line.What, line.ID = proof.Heard, m.ID
	case "bar":
		line.What, line.ID = proof.Heard, strconv.FormatInt(m.OpenTime, 10)
	default:
		w.mu.Unlock()
		return
	}
	w.mu.Unlock()
	w.log.Add(line)
	time.Sleep(slow)
}

// at tells whether the client has come to a number in every channel.
func (w *walker) at(seq int64, channels ...string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ch := range channels {
		if w.last[ch] < seq {
			return false
		}
	}
	return true
}

func (w *walker) is() (connected bool, sessions int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.connected, w.sessions
}

// walkers starts many and waits until all are attached.
func walkers(t *testing.T, o *origin, n int, channels ...string) []*walker {
	t.Helper()
	all := make([]*walker, n)
	for i := range all {
		all[i] = walk(t, o.log, fmt.Sprintf("client %d", i), o.url, channels...)
	}
	await(t, "all are attached", all, func(w *walker) bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.last) == len(channels)
	})
	return all
}

// await waits until a fact holds of every client.
func await(t *testing.T, fact string, all []*walker, holds func(*walker) bool) {
	t.Helper()
	end := time.Now().Add(2 * deadline)
	for _, w := range all {
		for !holds(w) {
			if time.Now().After(end) {
				w.mu.Lock()
				defer w.mu.Unlock()
				t.Fatalf("not in time: %s; %s is at %v after %d sessions, which ended with %v", fact, w.name, w.last, w.sessions, w.ends)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}
}

// proves fails the test where the logs break a promise, and tells what they
// come to.
func proves(t *testing.T, log *proof.Log) proof.Result {
	t.Helper()
	r := proof.Check(log.Lines(), true)
	t.Log(r)
	for i, b := range r.Broken {
		if i < 5 {
			t.Error(b)
		}
	}
	return r
}
