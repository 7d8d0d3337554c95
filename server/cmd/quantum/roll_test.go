package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/live"
	"github.com/quantum-signals/quantum/server/proof"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// crowd is clients that go to whichever origin lets them in, as behind a load
// balancer, and log what they hear.
type crowd struct {
	log  proof.Log
	stop context.CancelFunc
	done sync.WaitGroup

	mu      sync.Mutex
	origins []string // guarded by mu, as all below: addresses, the preferred first
	joined  []int    // times each client was let in
	seen    []map[string]int64
	ends    map[string]int // of sessions, by reason
}

const (
	barsOf    = "bars:" + market + ":15m"
	signalsOf = "signals:" + market + ":15m"
)

func newCrowd(t *testing.T, n int, origins ...string) *crowd {
	ctx, cancel := context.WithCancel(context.Background())
	c := &crowd{stop: cancel, joined: make([]int, n), ends: map[string]int{}}
	c.send(origins...)
	for i := range n {
		c.seen = append(c.seen, map[string]int64{})
		c.done.Go(func() {
			_ = live.Run(ctx, live.Options{ // ends with ctx, or fails the test by what is missing
				URL: "ws://crowd/api/v1/ws", Dial: c.dial, First: 100 * time.Millisecond, Most: time.Second,
				Channels: []live.Channel{{Name: barsOf}, {Name: signalsOf}},
				Deliver:  func(m live.Message) { c.heard(i, &m) },
				State:    func(err error) { c.changed(i, err) },
			})
		})
	}
	t.Cleanup(func() {
		cancel()
		c.done.Wait()
	})
	return c
}

// send says where clients go from now on, the first that answers.
func (c *crowd) send(origins ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.origins = origins
}

func (c *crowd) dial(ctx context.Context, network, _ string) (conn net.Conn, err error) {
	c.mu.Lock()
	origins := slices.Clone(c.origins)
	c.mu.Unlock()
	for _, o := range origins {
		if conn, err = new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(o, "http://")); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

func (c *crowd) changed(i int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.joined[i]++
		return
	}
	c.ends[err.Error()]++
}

func (c *crowd) heard(i int, m *live.Message) {
	line := proof.Line{Who: fmt.Sprint("client ", i), Channel: m.Ch, Epoch: m.Epoch, Seq: m.Seq, ID: m.ID}
	switch m.T {
	case "ok":
		line.What, line.Resumed = proof.Attached, m.Resumed
	case "gap":
		line.What, line.Seq, line.To = proof.Gap, m.From, m.To
	case "bar":
		line.What, line.ID = proof.Heard, fmt.Sprint(m.OpenTime)
	case "event":
		line.What = proof.Heard
	default:
		return
	}
	c.log.Add(line)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[i][m.Ch] = m.Seq
}

// back tells how many clients were let in more than so often.
func (c *crowd) back(times int) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, j := range c.joined {
		if j > times {
			n++
		}
	}
	return n
}

// at tells whether all have come to the ends of both channels.
func (c *crowd) at(bars, signals int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, seen := range c.seen {
		if seen[barsOf] < bars || seen[signalsOf] < signals {
			return false
		}
	}
	return true
}

// F2 and F17: origins are killed and replaced under clients, which lose and
// repeat nothing.
func TestOriginsComeAndGoUnderTheirClients(t *testing.T) {
	clients := 40
	redis := storetest.Start(t)
	main := serveHere(t, redis, nil) // runs the monitor and takes the bars
	start := func() *process {
		cmd, url := startProcess(t, redis, "MONITOR=false", "HUB_DRAIN=3s", "HUB_DRAIN_JITTER=500ms")
		return &process{url: url, kill: cmd.Process.Kill, stop: func() error {
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				return err
			}
			return cmd.Wait()
		}}
	}
	first, second := start(), start()
	c := newCrowd(t, clients, first.url, second.url)
	storetest.Eventually(t, limit, "all are in", func() bool { return c.back(0) == clients })

	played, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	last := int64(0) // open time of the last bar played, once that has ended
	go func() {
		var err error
		last, err = play(played, main.url)
		ended <- err
	}()
	storetest.Eventually(t, limit, "bars are heard", func() bool { return c.at(20, 0) })

	if err := first.kill(); err != nil { // SIGKILL
		t.Fatal(err)
	}
	began := time.Now()
	storetest.Eventually(t, limit, "99 % are back", func() bool { return c.back(1) >= clients*99/100 })
	if took, bound := time.Since(began), kept(5*time.Second); took > bound {
		t.Errorf("99 %% were back after %v, want %v", took, bound)
	} else {
		t.Logf("99 %% were back %v after the kill", took.Round(time.Millisecond))
	}
	storetest.Eventually(t, limit, "all are back", func() bool { return c.back(1) == clients })

	third := start() // old and new together
	c.send(third.url)
	if err := second.stop(); err != nil {
		t.Errorf("stopping an origin: %v", err)
	}
	storetest.Eventually(t, limit, "all are with the new origin", func() bool { return c.back(2) == clients })
	c.mu.Lock()
	drained := c.ends["the server drains"]
	c.mu.Unlock()
	if drained != clients {
		t.Errorf("%d of %d clients left because of drain: %v", drained, clients, c.ends)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatalf("playing bars: %v", err)
	}
	main.committed(last) // a push is taken before the monitor commits it
	c.prove(t, main)
}

type process struct {
	url        string
	kill, stop func() error
}

// play pushes bars, one at a time and each whole, until ctx ends, and gives the
// last one's open time.
func play(ctx context.Context, url string) (last int64, err error) {
	candles, interval, err := (&computeFlags{file: walk, onInvalid: "error"}).read(streams{})
	if err != nil {
		return 0, err
	}
	to, err := (&followed{market: market, interval: interval.String(), url: url}).origin()
	if err != nil {
		return 0, err
	}
	for i := 0; i < candles.Len() && ctx.Err() == nil; i++ {
		if err := to.push(context.WithoutCancel(ctx), candles.Slice(i, i+1)); err != nil {
			return last, err
		}
		last = candles.OpenTime[i]
		_ = wait(ctx, 10*time.Millisecond) // its end is looked at above
	}
	return last, nil
}

// prove holds what the clients heard against what the store has.
func (c *crowd) prove(t *testing.T, s *served) {
	t.Helper()
	place := get[struct {
		Epoch string
		Seq   struct{ Bars, Signals int64 }
	}](t, s.url+"/api/v1/signals/snapshot?interval=15m&market="+market)
	storetest.Eventually(t, limit, "all have heard the end", func() bool { return c.at(place.Seq.Bars, place.Seq.Signals) })
	lines := c.log.Lines()
	before := time.UnixMilli(1)
	for _, e := range stored(t, s.url) {
		lines = append(lines, proof.Line{What: proof.Stored, Channel: signalsOf, Epoch: place.Epoch, Seq: e.Seq, ID: e.ID, At: before})
	}
	candles, _, err := (&computeFlags{file: walk, onInvalid: "error"}).read(streams{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range place.Seq.Bars {
		lines = append(lines, proof.Line{What: proof.Stored, Channel: barsOf, Epoch: place.Epoch, Seq: i + 1, ID: fmt.Sprint(candles.OpenTime[i]), At: before})
	}
	r := proof.Check(lines, true)
	t.Log(r)
	for i, b := range r.Broken {
		if i < 5 {
			t.Error(b)
		}
	}
	if r.Gaps != 0 || r.Resumes < 2*len(c.seen) {
		t.Errorf("%v: want no gap, and two resumes a client and channel", r)
	}
}
