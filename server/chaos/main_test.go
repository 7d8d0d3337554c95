package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
)

// childVar, where set, makes this binary a monitor process until it is killed.
// It holds an order as JSON.
const childVar = "QUANTUM_TEST_CHILD"

// order is what a monitor process is told.
type order struct {
	Owner   string
	URL     string        // of the store
	Timeout time.Duration // of one round trip
	Lease   time.Duration
	Feeds   map[string][2]string // REST and socket addresses by source
	Drift   float64              // seconds its clock gains in one, which then steps too; 0 is a right clock
	Mutant  string               // what is broken on purpose
	Enter   []string             `json:"-"` // what comes before its command
}

// lease is that of monitor processes not told another: short, so that a test need not wait long.
const lease = 600 * time.Millisecond

func TestMain(m *testing.M) {
	text := os.Getenv(childVar)
	if text == "" {
		// The tests wait more than they work.
		if err := flag.Set("test.parallel", "4"); err != nil {
			panic(err)
		}
		os.Exit(m.Run())
	}
	var o order
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		err = o.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run runs a monitor until it is told to end, and tells its counts all the while.
func (o order) run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := store.Open(ctx, store.Options{URL: o.URL, Timeout: o.Timeout, Log: quiet()})
	for end := time.Now().Add(limit); err != nil; s, err = store.Open(ctx, store.Options{URL: o.URL, Timeout: o.Timeout, Log: quiet()}) {
		if time.Now().After(end) { // whoever runs monitors starts them again
			return err
		}
	}
	feeds := map[string]monitor.Feed{}
	for source, at := range o.Feeds {
		options := feed.BinanceOptions{REST: at[0], Socket: at[1], Silence: 500 * time.Millisecond, Quiet: 5 * time.Second, Pause: 20 * time.Millisecond, Log: quiet()}
		feeds[source] = feed.NewBinance(options)
	}
	wall := newClock(o.Drift)
	m := monitor.New(o.mutate(s, feeds, wall), feeds, monitor.Options{
		Owner: o.Owner, Clock: wall.now, Lease: o.Lease, Look: 20 * time.Millisecond, Silence: 300 * time.Millisecond, Log: quiet(),
	})
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for out := json.NewEncoder(os.Stdout); ; {
		select {
		case err := <-ended:
			return errors.Join(err, out.Encode(m.Stats()))
		case <-tick.C:
			if err := out.Encode(m.Stats()); err != nil {
				return err
			}
		}
	}
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }
