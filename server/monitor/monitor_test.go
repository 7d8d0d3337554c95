package monitor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// all reads every event of a series, oldest first.
func all(t *testing.T, s *store.Store, of server.Series) []server.Event {
	t.Helper()
	var events []server.Event
	for f := (server.EventFilter{Series: []server.Series{of}, Limit: 5000}); ; {
		page, err := s.Events(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, page.Events...)
		if f.Cursor = page.Cursor; f.Cursor == "" {
			slices.Reverse(events)
			return events
		}
	}
}

// equalsBatch holds what is stored of the files to what the engines give in one
// go: candles bit for bit, and of the events everything.
func equalsBatch(t *testing.T, s *store.Store) {
	t.Helper()
	for of := range files {
		equalsBatchOver(t, s, of, candles(of))
	}
}

func equalsBatchOver(t *testing.T, s *store.Store, of server.Series, due core.Columns) {
	t.Helper()
	got, err := s.Candles(t.Context(), of, server.CandleRange{})
	if err != nil || got.Len() != due.Len() {
		t.Fatalf("%s: %d bars, %v; want %d", of, got.Len(), err, due.Len())
	}
	for i := range got.Len() {
		if got.At(i) != due.At(i) {
			t.Fatalf("%s: bar %d is %+v, want %+v", of, i, got.At(i), due.At(i))
		}
	}
	events, want := all(t, s, of), batch(t, of, due)
	if len(events) != len(want) {
		t.Fatalf("%s: %d events, want %d", of, len(events), len(want))
	}
	for i, e := range events {
		if e.Seq != int64(i+1) {
			t.Fatalf("%s: event %d has seq %d", of, i, e.Seq)
		}
		if body, due := encode(t, e), encode(t, want[i]); body != due {
			t.Fatalf("%s: event %d is\n%s, want\n%s", of, i, body, due)
		}
	}
}

func encode(t *testing.T, e server.Event) string {
	t.Helper()
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestWhatIsCommittedEqualsTheBatch(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{Retention: keepAll})
	watch(t, s)
	m, stop := runWith(t, s, feeds(), monitor.Options{Lease: time.Minute}) // which a busy machine does not outlast
	finish(t, s)
	stop()
	equalsBatch(t, s)
	if got := m.Stats(); got.Bars != total() || got.Invalid+got.Fenced+got.Already+got.Restarts+got.Lost != 0 || got.Takes != 64 {
		t.Errorf("an unbroken run counts %+v", got)
	}
}

// TestEventsAreRecomputedFromACheckpoint: what a client does to verify, for the
// events of both engines.
func TestEventsAreRecomputedFromACheckpoint(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{Retention: keepAll})
	if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
		t.Fatal(err)
	}
	c := candles(walk)
	stop := run(t, s, map[string]monitor.Feed{"file": feed.NewFile(c)}, monitor.Options{})
	reaches(t, s, 1000)
	stop()
	from, err := s.Checkpoint(t.Context(), walk, c.OpenTime[600])
	if err != nil || from == nil || from.Bars != 512 {
		t.Fatalf("Checkpoint = %+v, %v; want that of bar 512", from, err)
	}
	cipherEngine, err := cipher.Restore(from.Cipher)
	if err != nil {
		t.Fatal(err)
	}
	volumeEngine, err := volume.Restore(from.Volume)
	if err != nil {
		t.Fatal(err)
	}
	var due []string
	var out cipher.Output
	for i := 512; i < c.Len(); i++ {
		if err := cipherEngine.Next(c.At(i), &out); err != nil {
			t.Fatal(err)
		}
		if err := volumeEngine.Next(c.At(i), nil); err != nil {
			t.Fatal(err)
		}
		for _, e := range cipherEngine.AppendEvents(nil) {
			due = append(due, fmt.Sprint(e.Kind(), e.OpenTime, e.Price))
		}
		for _, e := range volumeEngine.AppendEvents(nil) {
			due = append(due, fmt.Sprint(e.Kind(), e.OpenTime, e.Price))
		}
	}
	var got []string
	for _, e := range all(t, s, walk) {
		if e.OpenTime > from.OpenTime {
			got = append(got, fmt.Sprint(e.Kind, e.OpenTime, e.Price))
		}
	}
	if !slices.Equal(got, due) || len(due) < 100 {
		t.Errorf("%d events are recomputed, %d are stored; want the same", len(due), len(got))
	}
}

var keepAll = store.Retention{Events: 1_000_000}

func TestInThisProcessToo(t *testing.T) {
	s := storetest.Open(t, nil, store.Options{Memory: true})
	of := series("file", "walk", 15*core.Minute)
	if err := s.Watch(t.Context(), server.Watched{Series: of}); err != nil {
		t.Fatal(err)
	}
	due := candles(of).Slice(0, 400)
	stop := run(t, s, map[string]monitor.Feed{"file": &halves{files: map[server.Series]core.Columns{of: due}, pace: time.Millisecond}}, monitor.Options{})
	storetest.Eventually(t, time.Minute, "400 bars", func() bool {
		heads, err := s.Heads(t.Context(), of)
		return err == nil && heads[0].Bars == 400
	})
	stop()
	equalsBatchOver(t, s, of, due)
}

// TestKillingTheMonitorLosesAndRepeatsNothing is F1 in its short form: processes
// are killed at random moments, in restore, history and live, and the store ends
// up as after one unbroken run, byte for byte.
func TestKillingTheMonitorLosesAndRepeatsNothing(t *testing.T) {
	want := unbroken(t)
	r := storetest.Start(t)
	s := storetest.Open(t, r, store.Options{})
	watch(t, s)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	kills := 0
	for before := int64(0); committed(t, s) < total() && kills < 12; kills++ {
		c := child(t, r.URL())
		// Long enough to take the dead one's leases, and then some.
		storetest.Eventually(t, time.Minute, "the next process commits", func() bool { return committed(t, s) > before })
		time.Sleep(time.Duration(random.IntN(150_000)) * time.Microsecond)
		if err := c.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // it was killed
		before = committed(t, s)
	}
	t.Logf("%d kills, the last at bar %d of %d", kills, committed(t, s), total())
	if kills < 3 {
		t.Errorf("only %d kills before all was committed: the test kills too late", kills)
	}
	child(t, r.URL())
	finish(t, s)
	same(t, dump(t, r.URL()), want)
}

// TestAStoppedMonitorIsFencedWhenItGoesOn is F10: the lease holder sleeps through
// its lease, another takes over, and what the first had under way is refused.
func TestAStoppedMonitorIsFencedWhenItGoesOn(t *testing.T) {
	want := unbroken(t)
	r := storetest.Start(t)
	s := storetest.Open(t, r, store.Options{})
	watch(t, s)
	processes := []*os.Process{child(t, r.URL()).Process, child(t, r.URL()).Process}
	for round := range 4 {
		before := committed(t, s)
		storetest.Eventually(t, time.Minute, "bars are committed", func() bool { return committed(t, s) > before+100 || committed(t, s) == total() })
		sleeper := processes[round%2]
		if err := sleeper.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		// The other takes over, whichever of them held the lease, and goes past the
		// sleeper's place.
		before = committed(t, s)
		storetest.Eventually(t, time.Minute, "the other one commits", func() bool { return committed(t, s) > before+100 || committed(t, s) == total() })
		if err := sleeper.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, s)
	same(t, dump(t, r.URL()), want)
}

// TestACommitUnderWayIsRefusedAfterATakeOver: the commit has passed every check of
// our own when the lease goes, and the new owner has not written yet, so that
// nothing but the fence stands in its way.
func TestACommitUnderWayIsRefusedAfterATakeOver(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
		t.Fatal(err)
	}
	held := &gate{Store: s, reached: make(chan struct{}), open: make(chan struct{})}
	h := newHand(candles(walk).Slice(0, 10))
	m, stop := runWith(t, held, map[string]monitor.Feed{"file": h}, monitor.Options{Owner: "sleeper", Lease: 2 * time.Second})
	<-held.reached
	var taken []server.Lease
	storetest.Eventually(t, 30*time.Second, "another takes over", func() bool {
		var err error
		taken, err = s.Acquire(t.Context(), "other", time.Minute, []int{s.Partition(walk.Market)})
		return err == nil && len(taken) == 1
	})
	close(held.open)
	storetest.Eventually(t, 30*time.Second, "the late commit is refused", func() bool { return m.Stats().Fenced == 1 })
	stop()
	if heads, err := s.Heads(t.Context(), walk); err != nil || heads[0].Bars != 0 {
		t.Errorf("heads = %+v, %v; want nothing committed", heads, err)
	}
}

// gate is a store that renews nothing and keeps the first commit back.
type gate struct {
	*store.Store
	once    sync.Once
	reached chan struct{} // closed when the commit has come
	open    chan struct{} // lets it go on
}

func (g *gate) Renew(context.Context, time.Duration, []server.Lease) ([]server.Lease, error) {
	return nil, errors.New("no way through")
}

func (g *gate) Commit(ctx context.Context, commits []server.Commit) []server.Committed {
	if len(commits) > 0 {
		g.once.Do(func() { close(g.reached) })
		<-g.open
	}
	return g.Store.Commit(ctx, commits)
}

// TestRestartingRedisLosesNothing is F5 with an append-only file that is always
// written.
func TestRestartingRedisLosesNothing(t *testing.T) {
	want := unbroken(t)
	r := storetest.Start(t, storetest.Always...)
	s := storetest.Open(t, r, store.Options{})
	watch(t, s)
	m, stop := runWith(t, s, feeds(), monitor.Options{
		Lease: 20 * time.Second, // no busy machine loses it
		Log:   slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	storetest.Eventually(t, time.Minute, "every series has begun", func() bool {
		heads, err := s.Heads(t.Context(), slices.Collect(maps.Keys(files))...)
		return err == nil && !slices.ContainsFunc(heads, func(h server.Heads) bool { return h.Bars == 0 })
	})
	for range 3 {
		before := max(committed(t, s), 0)
		storetest.Eventually(t, time.Minute, "bars are committed", func() bool { return committed(t, s) > before+200 || committed(t, s) == total() })
		r.Kill()
		r.Restart()
	}
	finish(t, s)
	stop()
	same(t, dump(t, r.URL()), want)
	// Repeating is enough: nothing has to begin anew.
	if got := m.Stats(); got.Outages == 0 || got.Restarts != 0 {
		t.Errorf("the monitor counts %+v, want outages and no new beginning", got)
	}
}

func TestAStopHandsTheLeasesOverAtOnce(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	watch(t, s)
	stop := run(t, s, feeds(), monitor.Options{Lease: 5 * time.Minute})
	storetest.Eventually(t, time.Minute, "bars are committed", func() bool { return committed(t, s) > 100 })
	stop()
	at := committed(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	taken, err := s.Acquire(ctx, "next", time.Minute, []int{0, 31, 63})
	if err != nil || len(taken) != 3 {
		t.Errorf("Acquire behind a stopped monitor = %v, %v; want all", taken, err)
	}
	if now := committed(t, s); now != at {
		t.Errorf("%d bars were committed after the stop", now-at)
	}
}
