package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/quantum-signals/quantum/server/config"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

const (
	limit  = time.Minute
	market = "ingest:WALK"
	walk   = vectors + "walk.csv.gz"
)

// asProcess makes this test binary behave as quantum, so that it can be killed.
const asProcess = "QUANTUM_TEST_PROCESS"

func TestMain(m *testing.M) {
	if os.Getenv(asProcess) != "" {
		os.Unsetenv(asProcess)
		main()
	}
	os.Exit(m.Run())
}

// served is an origin in this process.
type served struct {
	t    *testing.T
	url  string
	stop func() error
}

// serveHere runs an origin over a Redis until stop, or the end of the test.
func serveHere(t *testing.T, redis *storetest.Redis, more map[string]string) *served {
	t.Helper()
	return serveAt(t, redis.URL(), more)
}

// serveAt runs an origin over the Redis at a URL.
func serveAt(t *testing.T, redis string, more map[string]string) *served {
	t.Helper()
	values := map[string]string{"REDIS_URL": redis, "PORT": "0", "WATCH": market + ":15m", "LOOK": "50ms", "LEASE": "2s", "HUB_DRAIN": "0s", "OPEN_WRITE": "true", "RATE": "0"}
	for name, v := range more {
		values[name] = v
	}
	c, _, err := config.Load(config.Source{Name: "test", Values: values})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	address, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- serve(ctx, c, slog.New(slog.NewTextHandler(io.Discard, nil)), func(a net.Addr) { address <- a })
	}()
	s := &served{t: t}
	stopped := false
	s.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(limit):
			return errors.New("serve has not ended")
		}
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	select {
	case a := <-address:
		s.url = "http://" + a.String()
	case err := <-ended:
		t.Fatalf("serve: %v", err)
	case <-time.After(limit):
		t.Fatal("serve does not listen")
	}
	return s
}

// get reads JSON from the origin.
func get[T any](t *testing.T, url string) (v T) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&v); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s %v", url, response.Status, err)
	}
	return v
}

// event is a committed event, from any of the places that tell it.
type event struct {
	T, ID, Ch, Kind, Side string
	Seq                   int64
	OpenTime              int64 `json:"open_time"`
	KnownAt               int64 `json:"known_at"`
	Price                 float64
	Data                  struct {
		Pivots []struct {
			OpenTime     int64 `json:"open_time"`
			Level, Price float64
		}
	}
}

// line is the event as compute --events prints it.
func (e event) line() string {
	b := append(appendInt(nil, e.OpenTime), ","+e.Kind+","+e.Side+","...)
	b = append(appendFloat(b, e.Price), ',')
	b = appendInt(b, e.KnownAt)
	if len(e.Data.Pivots) == 0 {
		b = append(b, ",,,,,,"...)
	}
	for _, p := range e.Data.Pivots {
		b = appendInt(append(b, ','), p.OpenTime)
		b = appendFloat(append(b, ','), p.Level)
		b = appendFloat(append(b, ','), p.Price)
	}
	return string(b)
}

// batch are the events of a batch run over the walk.
func batch(t *testing.T) []string {
	t.Helper()
	out := must(t, "compute", "cipher", "--file", walk, "--events", "--format", "csv")
	return strings.Split(strings.TrimSpace(out), "\n")[1:]
}

// stored reads all committed events of the market, oldest first, and checks
// that their numbers have no hole and their ids no repetition.
func stored(t *testing.T, url string) []event {
	t.Helper()
	var all []event
	for cursor := ""; ; {
		page := get[struct {
			Events []event
			Cursor *string
		}](t, url+"/api/v1/signals/events?limit=1000&market="+market+cursor)
		all = append(all, page.Events...)
		if page.Cursor == nil {
			break
		}
		cursor = "&cursor=" + *page.Cursor
	}
	slices.Reverse(all)
	ids := map[string]bool{}
	for i, e := range all {
		if e.Seq != int64(i+1) || ids[e.ID] {
			t.Fatalf("event %d has seq %d and id %s, repeated: %v", i, e.Seq, e.ID, ids[e.ID])
		}
		ids[e.ID] = true
	}
	return all
}

// cipherLines are the cipher events among others, as a batch run prints them.
func cipherLines(events []event) []string {
	var lines []string
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "cipher.") {
			lines = append(lines, e.line())
		}
	}
	return lines
}

// committed waits until the origin has committed the bar that opens at open.
func (s *served) committed(open int64) {
	s.t.Helper()
	storetest.Eventually(s.t, limit, fmt.Sprintf("bar %d is committed", open), func() bool {
		got := get[struct {
			Candles struct {
				OpenTime []int64 `json:"open_time"`
			}
		}](s.t, s.url+"/api/v1/candles?limit=1&interval=15m&market="+market).Candles.OpenTime
		return len(got) == 1 && got[0] >= open
	})
}

// lastWalk is the open time of the last bar of the walk.
func lastWalk(t *testing.T) int64 {
	t.Helper()
	candles, _, err := (&computeFlags{file: walk, onInvalid: "error"}).read(streams{})
	if err != nil {
		t.Fatal(err)
	}
	return candles.OpenTime[candles.Len()-1]
}

func TestACandleComesToEveryoneAsABatchRunWouldTellIt(t *testing.T) {
	s := serveHere(t, storetest.Start(t), nil)
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.url, "http")+"/api/v1/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, op := range []string{`{"op":"hello"}`, `{"op":"sub","id":"1","ch":"signals:` + market + `:15m"}`} {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(op)); err != nil {
			t.Fatal(err)
		}
	}
	heard := make(chan []event, 1)
	want := batch(t)
	go func() {
		var events []event
		for cipher := 0; cipher < len(want); {
			_ = conn.SetReadDeadline(time.Now().Add(limit))
			_, frame, err := conn.ReadMessage()
			if err != nil {
				break
			}
			for line := range strings.SplitSeq(string(frame), "\n") {
				var e event
				if json.Unmarshal([]byte(line), &e) == nil && e.T == "event" {
					events = append(events, e)
					cipher += strings.Count(e.Kind, "cipher.")
				}
			}
		}
		heard <- events
	}()
	if out := must(t, "replay", "--file", walk, "--market", market, "--url", s.url); out != "" {
		t.Errorf("replay prints %q", out)
	}
	live := <-heard
	if got := cipherLines(live); !slices.Equal(got, want) {
		t.Errorf("the client heard %d cipher events, a batch run has %d", len(got), len(want))
	}
	for i, e := range live {
		if e.Seq != int64(i+1) {
			t.Fatalf("event %d came with seq %d", i, e.Seq)
		}
	}
	s.committed(lastWalk(t))
	if got := cipherLines(stored(t, s.url)); !slices.Equal(got, want) {
		t.Errorf("the store has %d cipher events, a batch run has %d", len(got), len(want))
	}
	if err := s.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	for err == nil { // heartbeats, and events of the other engine
		_, _, err = conn.ReadMessage()
	}
	if !websocket.IsCloseError(err, 4003) {
		t.Errorf("the client is let go with %v, want 4003", err)
	}
}

func TestStoppingHandsTheLeasesBack(t *testing.T) {
	redis := storetest.Start(t)
	s := serveHere(t, redis, map[string]string{"LEASE": "5m"})
	storetest.Eventually(t, limit, "the origin is ready", func() bool {
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	began := time.Now()
	if err := s.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("stopping took %v", took)
	}
	st := storetest.Open(t, redis, store.Options{})
	leases, err := st.Acquire(t.Context(), "another", time.Minute, []int{0, 1, 2, 63})
	if err != nil || len(leases) != 4 {
		t.Errorf("another monitor gets %d of 4 leases at once, %v", len(leases), err)
	}
}

func TestARestartGoesOnWhereItStopped(t *testing.T) {
	redis := storetest.Start(t)
	want := batch(t)
	for _, to := range []int{700, 1300, 3000} {
		s := serveHere(t, redis, nil)
		text := strings.Join(strings.SplitAfter(string(unpacked(t, "walk.csv.gz")), "\n")[:to+1], "")
		code, _, errs := quantum(t, []byte(text), "replay", "--file", "-", "--interval", "15m", "--market", market, "--url", s.url)
		if code != exitOK {
			t.Fatalf("replay of %d bars: exit %d, %s", to, code, errs)
		}
		if to == 3000 {
			s.committed(lastWalk(t))
			if got := cipherLines(stored(t, s.url)); !slices.Equal(got, want) {
				t.Errorf("after two restarts the store has %d cipher events, a batch run has %d", len(got), len(want))
			}
		}
		if err := s.stop(); err != nil {
			t.Errorf("stopping: %v", err)
		}
	}
}

// startProcess starts quantum serve as a process of its own and gives its URL.
func startProcess(t *testing.T, redis *storetest.Redis, more ...string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "serve")
	cmd.Env = append(os.Environ(), asProcess+"=1", "REDIS_URL="+redis.URL(), "PORT=0", "WATCH="+market+":15m", "LOOK=50ms", "LEASE=500ms", "BACKFILL_CHUNK=8", "OPEN_WRITE=true", "RATE=0")
	cmd.Env = append(cmd.Env, more...)
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(errs)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "url="); ok {
			go func() { _, _ = io.Copy(io.Discard, errs) }()
			return cmd, url
		}
	}
	t.Fatal("serve does not listen")
	return nil, ""
}

// stretch is how much of the walk is committed between two kills: 400 bars.
const stretch = 400 * 900_000

func TestKilledInMidReplayItLosesAndRepeatsNothing(t *testing.T) {
	redis := storetest.Start(t)
	last := lastWalk(t)
	kills := 0
	var url string
	for done := false; !done; {
		cmd, at := startProcess(t, redis)
		url = at
		ctx, cancel := context.WithCancel(t.Context())
		replayed := make(chan int, 1)
		go func() {
			replayed <- run(ctx, []string{"replay", "--file", walk, "--market", market, "--url", url}, streams{strings.NewReader(""), io.Discard, io.Discard})
		}()
		seen := int64(0)
		s := &served{t: t, url: url}
		storetest.Eventually(t, limit, "bars are committed", func() bool {
			got := get[struct {
				Candles struct {
					OpenTime []int64 `json:"open_time"`
				}
			}](t, s.url+"/api/v1/candles?limit=1&interval=15m&market="+market).Candles.OpenTime
			switch {
			case len(got) == 0:
				return false
			case seen == 0:
				seen = got[0]
			}
			done = got[0] == last
			return done || got[0] > seen+stretch
		})
		if !done {
			_ = cmd.Process.Kill() // SIGKILL, with bars on their way
			_ = cmd.Wait()
			kills++
		}
		cancel()
		<-replayed
	}
	want := batch(t)
	if got := cipherLines(stored(t, url)); !slices.Equal(got, want) {
		t.Errorf("after %d kills the store has %d cipher events, an unbroken run has %d", kills, len(got), len(want))
	}
	if kills < 3 {
		t.Errorf("killed %d times, want at least 3", kills)
	}
}
