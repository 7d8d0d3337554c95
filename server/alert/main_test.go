package alert_test

import (
	"context"
	"encoding/json"
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
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
)

// childVar, where set, makes this binary a process until it is killed: a monitor,
// a sender, or one that is broken on purpose. childURL holds the URL of its store.
const (
	childVar = "QUANTUM_TEST_ALERT_CHILD"
	childURL = "QUANTUM_TEST_ALERT_STORE"
)

func TestMain(m *testing.M) {
	role := os.Getenv(childVar)
	if role == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := store.Open(ctx, store.Options{URL: os.Getenv(childURL), Log: quiet()})
	if err == nil {
		switch role {
		case "monitor":
			err = newMonitor(s, 2*time.Millisecond, time.Second).Run(ctx)
		case "sender":
			err = alert.NewSender(s, brief()).Run(ctx)
		case "hasty sender":
			err = alert.NewSender(hasty{s}, brief()).Run(ctx)
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// walk is the series of the tests: a thousand bars, of which the first are
// history and the rest comes live.
var walk = server.Series{Market: server.Market{Source: "file", Symbol: "walk"}, Interval: 15 * core.Minute}

const history, bars = 400, 1000

var walked = sync1(func() core.Columns {
	f, err := feed.OpenCSV("../../core/cipher/testdata/walk.csv.gz")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	c, err := feed.ReadCSV(f, feed.CSVOptions{Interval: walk.Interval})
	if err != nil {
		panic(err)
	}
	return c.Slice(0, bars)
})

func sync1[T any](make func() T) func() T {
	var v *T
	return func() T {
		if v == nil {
			made := make()
			v = &made
		}
		return *v
	}
}

// player gives the history, and once it may the rest, a bar every pace.
type player struct {
	pace time.Duration
	may  func(ctx context.Context) bool
}

func (p player) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	return feed.NewFile(walked().Slice(0, history)).History(ctx, s, after, yield)
}

func (p player) Live(ctx context.Context, s server.Series, after int64, emit func(server.Bar) error) error {
	for !p.may(ctx) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	ticks := time.NewTicker(p.pace)
	defer ticks.Stop()
	err := feed.NewFile(walked()).History(ctx, s, after, func(bar core.Candle) error {
		<-ticks.C
		return emit(server.Bar{Series: s, Candle: bar, Closed: true})
	})
	if err == nil {
		<-ctx.Done()
		err = ctx.Err()
	}
	return err
}

// numRules is how many alerts rules adds.
const numRules = 6

// newMonitor makes a monitor that waits for all alerts before it goes on behind
// the history.
func newMonitor(s *store.Store, pace, lease time.Duration) *monitor.Monitor {
	p := player{pace, func(ctx context.Context) bool {
		list, err := s.Alerts(ctx)
		return err == nil && len(list) >= numRules
	}}
	return monitor.New(s, map[string]monitor.Feed{"file": p}, monitor.Options{
		Alerts: alert.NewBook(s, quiet()), Lease: lease, Look: 20 * time.Millisecond, Log: quiet(),
	})
}

// child starts a process.
func child(t *testing.T, role, url string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVar+"="+role, childURL+"="+url)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	return cmd
}

func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
}

// until waits for something to be so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never is so that %s", what)
		}
	}
}

// reached waits for as many bars of walk.
func reached(t *testing.T, s *store.Store, want int64) {
	t.Helper()
	until(t, fmt.Sprintf("%d bars are stored", want), func() bool {
		heads, err := s.Heads(t.Context(), walk)
		return err == nil && heads[0].Bars >= want
	})
}

// add stores an alert on walk.
func add(t *testing.T, s *store.Store, a server.Alert) *server.Alert {
	t.Helper()
	a.ID, a.Series = s.NewAlertID(walk.Market, fmt.Sprintf("%d", time.Now().UnixNano())), walk
	if err := s.AddAlert(t.Context(), &a, 100); err != nil {
		t.Fatal(err)
	}
	return &a
}

// open times of an alert's messages.
func times(t *testing.T, s *store.Store, id string) []int64 {
	t.Helper()
	list, err := s.Fired(t.Context(), id, 1, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	opens := make([]int64, len(list))
	for i, f := range list {
		var body struct {
			ID       string `json:"id"`
			OpenTime int64  `json:"open_time"`
		}
		if err := json.Unmarshal(f.Body, &body); err != nil || body.ID != f.ID || f.Seq != int64(i+1) {
			t.Fatalf("message %d: %s, %v", i, f.Body, err)
		}
		opens[i] = body.OpenTime
	}
	return opens
}
