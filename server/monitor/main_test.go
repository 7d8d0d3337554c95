package monitor_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
)

// childURL, where set, makes this binary a monitor process over the series of
// the tests, in the store of that URL, until it is killed.
const childURL = "QUANTUM_TEST_MONITOR"

// childOwner and childLease name the owner of that process and the length of its
// leases; random and shortLease where they are not set.
const (
	childOwner = "QUANTUM_TEST_OWNER"
	childLease = "QUANTUM_TEST_LEASE"
)

const shortLease = 600 * time.Millisecond

func TestMain(m *testing.M) {
	url := os.Getenv(childURL)
	if url == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := store.Open(ctx, store.Options{URL: url, Log: quiet()})
	length, badLength := time.ParseDuration(os.Getenv(childLease))
	if badLength != nil {
		length = shortLease
	}
	if err == nil {
		fmt.Println("runs")
		err = monitor.New(s, feeds(), monitor.Options{Owner: os.Getenv(childOwner), Lease: length, Look: 20 * time.Millisecond, Log: quiet()}).Run(ctx)
	}
	fmt.Println(err)
	os.Exit(1)
}

// child starts a monitor process.
func child(t *testing.T, url string) *exec.Cmd {
	t.Helper()
	return childOf(t, url, "", shortLease)
}

// childOf starts a monitor process that calls itself owner.
func childOf(t *testing.T, url, owner string, lease time.Duration) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childURL+"="+url, childOwner+"="+owner, childLease+"="+lease.String())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	})
	return cmd
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// The series of the tests: candle files of the reference vectors.
var files = map[server.Series]string{
	series("file", "walk", 15*core.Minute):    "walk",
	series("file", "tiny", core.Hour):         "tiny",
	series("file", "gaps", 15*core.Minute):    "gaps",
	series("file", "torture", 15*core.Minute): "torture",
}

func series(source, symbol string, interval core.Interval) server.Series {
	return server.Series{Market: server.Market{Source: source, Symbol: symbol}, Interval: interval}
}

// candles reads the first thousand bars of a series' file.
func candles(s server.Series) core.Columns {
	f, err := feed.OpenCSV("../../core/cipher/testdata/" + files[s] + ".csv.gz")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	c, err := feed.ReadCSV(f, feed.CSVOptions{Interval: s.Interval})
	if err != nil {
		panic(err)
	}
	return c.Slice(0, 1000)
}

// halves is a feed of candle files: two thirds of each are history, the rest
// comes live, a bar every paces, with forming bars between.
type halves struct {
	files map[server.Series]core.Columns
	pace  time.Duration
}

func feeds() map[string]monitor.Feed {
	h := &halves{files: map[server.Series]core.Columns{}, pace: 500 * time.Microsecond}
	for s := range files {
		h.files[s] = candles(s)
	}
	return map[string]monitor.Feed{"file": h}
}

func (h *halves) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	c := h.files[s]
	return feed.NewFile(c.Slice(0, c.Len()*2/3)).History(ctx, s, after, yield)
}

func (h *halves) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	ticks := time.NewTicker(h.pace)
	defer ticks.Stop()
	err := feed.NewFile(h.files[s]).History(ctx, s, after, func(bar core.Candle) error {
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
