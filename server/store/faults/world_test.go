package faults

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

const (
	bars    = 450 // of each series
	history = 300 // of them that are over before the test begins
	limit   = time.Minute
)

func TestMain(m *testing.M) {
	// The tests wait more than they work.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// files are the candles of the tests: two series, in different partitions.
var files = map[server.Series]string{
	{Market: server.Market{Source: "file", Symbol: "walk"}, Interval: 15 * core.Minute}: "walk",
	{Market: server.Market{Source: "file", Symbol: "tiny"}, Interval: core.Hour}:        "tiny",
}

const total = 2 * bars

// paced is a feed of the files: history, then a bar of each series every pace,
// which forms first.
type paced struct {
	candles map[server.Series]core.Columns
	pace    time.Duration
}

func newPaced(t *testing.T, pace time.Duration) paced {
	t.Helper()
	p := paced{map[server.Series]core.Columns{}, pace}
	for s, name := range files {
		in, err := feed.OpenCSV("../../../core/cipher/testdata/" + name + ".csv.gz")
		if err != nil {
			t.Fatal(err)
		}
		c, err := feed.ReadCSV(in, feed.CSVOptions{Interval: s.Interval})
		if err := errors.Join(err, in.Close()); err != nil {
			t.Fatal(err)
		}
		p.candles[s] = c.Slice(0, bars)
	}
	return p
}

func (p paced) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	return feed.NewFile(p.candles[s].Slice(0, history)).History(ctx, s, after, yield)
}

func (p paced) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	ticks := time.NewTicker(p.pace)
	defer ticks.Stop()
	err := feed.NewFile(p.candles[s]).History(ctx, s, after, func(bar core.Candle) error {
		if err := emit(server.Bar{Series: s, Candle: bar}); err != nil {
			return err
		}
		<-ticks.C
		return emit(server.Bar{Series: s, Candle: bar, Closed: true})
	})
	if err == nil {
		<-ctx.Done()
		err = ctx.Err()
	}
	return err
}

// world is a store over some kind of Redis, and a monitor that runs over it.
type world struct {
	*testing.T
	on      storetest.Server
	store   *store.Store
	monitor *monitor.Monitor
	random  *rand.Rand
	stop    func()
	refused string // the word with which Redis last refused a write

	mu    sync.Mutex
	heard map[string]map[int64]bool // guarded by mu: channel to the seqs a tail delivered
}

// newWorld starts a monitor, or a broken one.
func newWorld(t *testing.T, on storetest.Server, pace time.Duration, mutant func(*store.Store) monitor.Store) *world {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	w := &world{T: t, on: on, random: rand.New(rand.NewPCG(seed, 1)), heard: map[string]map[int64]bool{}}
	w.store = storetest.Open(t, on, store.Options{Timeout: time.Second})
	for s := range files {
		if err := w.store.Watch(t.Context(), server.Watched{Series: s}); err != nil {
			t.Fatal(err)
		}
	}
	given := monitor.Store(w.store)
	if mutant != nil {
		given = mutant(w.store)
	}
	w.monitor = monitor.New(given, map[string]monitor.Feed{"file": newPaced(t, pace)}, monitor.Options{
		Lease: 2 * time.Second, Look: 200 * time.Millisecond, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	ctx, cancel := context.WithCancel(context.Background())
	tail := w.store.Tail(w.hear)
	for p := range w.store.Partitions() {
		tail.FollowFrom(p, "")
	}
	ended := make(chan error, 2)
	go func() { ended <- w.monitor.Run(ctx) }()
	go func() { ended <- tail.Run(ctx) }()
	stopped := false
	w.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := errors.Join(<-ended, <-ended); err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(w.stop)
	return w
}

// committed is how many bars the store holds; -1 while it is away.
func (w *world) committed() (n int64) {
	var list []server.Series
	for s := range files {
		list = append(list, s)
	}
	heads, err := w.store.Heads(context.Background(), list...)
	if err != nil {
		return -1
	}
	for _, h := range heads {
		n += h.Bars
	}
	return n
}

// until waits for a fact, as storetest.Eventually does, and asks less often: many
// faults share the machine.
func (w *world) until(within time.Duration, fact string, holds func() bool) {
	w.Helper()
	if !eventually(within, holds) {
		w.Fatalf("not within %v: %s", within, fact)
	}
}

func eventually(within time.Duration, holds func() bool) bool {
	for end := time.Now().Add(within); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// lasts lets a fault last.
func (w *world) lasts(d time.Duration) { time.Sleep(d) }

// writesBack waits until bars are committed again, at most within, from now.
func (w *world) writesBack(within time.Duration) {
	w.Helper()
	began, before := time.Now(), int64(-1)
	w.until(within, "writes are back", func() bool {
		now := w.committed()
		if before < 0 {
			before = now
		}
		return now > before && before >= 0 || now == total
	})
	w.Logf("writes are back after %v", time.Since(began).Round(time.Millisecond))
}

// hear notes what a tail delivers, as a hub would.
func (w *world) hear(e server.Entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.heard[e.Channel] == nil {
		w.heard[e.Channel] = map[int64]bool{}
	}
	w.heard[e.Channel][e.Seq] = true
}

// finish waits until all bars are committed, the tail has delivered every bar and
// event, and the monitor has stopped.
func (w *world) finish() {
	w.Helper()
	w.until(limit, "all bars are committed", func() bool { return w.committed() == total })
	for s := range files {
		heads, err := w.store.Heads(w.Context(), s)
		if err != nil {
			w.Fatal(err)
		}
		w.delivered(server.BarsChannel(s), heads[0].Bars)
		w.delivered(server.SignalsChannel(s), heads[0].Signals)
	}
	w.stop()
}

// delivered waits until the tail has delivered every message of a channel.
func (w *world) delivered(channel string, head int64) {
	w.Helper()
	missing := int64(1)
	if !eventually(limit/2, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		for missing <= head && w.heard[channel][missing] {
			missing++
		}
		return missing > head
	}) {
		w.Errorf("the tail has not delivered message %d of %d of %s", missing, head, channel)
	}
}

// examine has the doctor look at the store.
func (w *world) examine() {
	w.Helper()
	got, err := store.Examine(w.Context(), store.Options{URL: w.on.URL()})
	if err != nil || got.Bars != total || len(got.Findings) > 0 {
		w.Errorf("Examine = %+v, %v; want %d bars and nothing wrong", got, err, total)
	}
}

func (w *world) contents() chaostest.Contents {
	w.Helper()
	client, err := store.Dial(w.on.URL(), 5*time.Second)
	if err != nil {
		w.Fatal(err)
	}
	defer client.Close()
	c, err := chaostest.Read(w.Context(), client)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// unbroken is what a run leaves that nothing disturbs.
func unbroken(t *testing.T) chaostest.Contents {
	t.Helper()
	w := newWorld(t, storetest.Start(t), time.Millisecond, nil)
	w.finish()
	return w.contents()
}
