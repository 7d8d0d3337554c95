package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// run runs a tail until the returned function is called, or the test ends.
func run(t *testing.T, tail *store.Tail) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := tail.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	return stop
}

// log keeps entries of one series.
type log struct {
	mu      sync.Mutex
	entries []server.Entry
}

func (l *log) add(e server.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
}

func (l *log) of(channel string) []server.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []server.Entry
	for _, e := range l.entries {
		if e.Channel == channel {
			found = append(found, e)
		}
	}
	return found
}

func TestTailDeliversInOrderFromNowOn(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		var got log
		tail := s.Tail(got.add)
		run(t, tail)
		l, p := lease(t, s, "a", hour), s.Partition(hour.Market)
		mustCommit(t, s, commits(l, hour, 0, 10)) // before Follow
		if err := tail.Follow(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		before := time.Now().Add(-time.Minute)
		mustCommit(t, s, commits(l, hour, 10, 700))
		if err := s.PublishForming(t.Context(), []server.Forming{{Lease: l, Series: hour, OpenTime: bar(700).OpenTime, Body: []byte(`{}`)}}); err != nil {
			t.Fatal(err)
		}
		storetest.Eventually(t, time.Minute, "690 bars, 346 events and a forming bar", func() bool {
			return len(got.of(server.BarsChannel(hour))) == 690 && len(got.of(server.SignalsChannel(hour))) == 346 && len(got.of(server.FormingChannel(hour))) == 1
		})
		for i, e := range got.of(server.BarsChannel(hour)) {
			if e.Seq != int64(i+11) || e.Type != "bar" || e.At.Before(before) {
				t.Fatalf("bar entry %d is %+v, want seq %d", i, e, i+11)
			}
		}
		for i, e := range got.of(server.SignalsChannel(hour)) {
			if e.Seq != int64(i+5) || e.Type != "event" {
				t.Fatalf("event entry %d is %+v, want seq %d", i, e, i+5)
			}
		}
		if e := got.of(server.FormingChannel(hour))[0]; e.Seq != 1 || e.Type != "forming" || string(e.Body) != "{}" {
			t.Errorf("forming entry is %+v", e)
		}
	})
}

func TestTailGoesOnFromAPosition(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		l, p := lease(t, s, "a", hour), s.Partition(hour.Market)
		var got log
		first := s.Tail(got.add)
		first.FollowFrom(p, "")
		stop := run(t, first)
		mustCommit(t, s, commits(l, hour, 0, 50))
		storetest.Eventually(t, time.Minute, "50 bars", func() bool { return len(got.of(server.BarsChannel(hour))) == 50 })
		stop()
		mustCommit(t, s, commits(l, hour, 50, 90))
		second := s.Tail(got.add)
		second.FollowFrom(p, first.Position(p))
		run(t, second)
		storetest.Eventually(t, time.Minute, "90 bars", func() bool { return len(got.of(server.BarsChannel(hour))) >= 90 })
		for i, e := range got.of(server.BarsChannel(hour)) {
			if e.Seq != int64(i+1) {
				t.Fatalf("bar entry %d has seq %d", i, e.Seq)
			}
		}
	})
}

func TestTailLosesNothingWhenRedisRestarts(t *testing.T) {
	r := storetest.Start(t, storetest.Always...)
	s := storetest.Open(t, r, store.Options{})
	var got log
	tail := s.Tail(got.add)
	run(t, tail)
	if err := tail.Follow(t.Context(), s.Partition(hour.Market)); err != nil {
		t.Fatal(err)
	}
	l := lease(t, s, "a", hour)
	for round := range 3 {
		list := commits(l, hour, 30*round, 30*(round+1))
		storetest.Eventually(t, time.Minute, "a commit", func() bool { return s.Commit(t.Context(), list)[29].Err == nil })
		r.Kill()
		r.Restart()
	}
	storetest.Eventually(t, time.Minute, "90 bars", func() bool { return len(got.of(server.BarsChannel(hour))) >= 90 })
	for i, e := range got.of(server.BarsChannel(hour)) {
		if e.Seq != int64(i+1) {
			t.Fatalf("bar entry %d has seq %d", i, e.Seq)
		}
	}
}

// TestATailThatIsStuckIsSeen: one whose entries nobody takes, and one that a single
// node of a cluster does not answer while the others do.
func TestATailThatIsStuckIsSeen(t *testing.T) {
	slowest := func(t *testing.T, tail *store.Tail, stuck bool) string {
		t.Helper()
		var streams string
		storetest.Eventually(t, 30*time.Second, "the tail is stuck, or no longer", func() bool {
			at, ago := tail.Slowest()
			streams = at
			return stuck && ago > 3*time.Second || !stuck && ago < time.Second
		})
		return streams
	}
	t.Run("deliver", func(t *testing.T) {
		s := storetest.Open(t, storetest.Start(t), store.Options{})
		taken := make(chan struct{})
		tail := s.Tail(func(server.Entry) { <-taken })
		if err := tail.Follow(t.Context(), s.Partition(hour.Market)); err != nil {
			t.Fatal(err)
		}
		run(t, tail)
		slowest(t, tail, false)
		mustCommit(t, s, commits(lease(t, s, "a", hour), hour, 0, 1))
		slowest(t, tail, true)
		close(taken)
		slowest(t, tail, false)
	})
	t.Run("node", func(t *testing.T) {
		c := storetest.StartCluster(t, 10*time.Minute) // nobody is held for dead
		s := storetest.Open(t, c, store.Options{})
		tail := s.Tail(func(server.Entry) {})
		for p := range s.Partitions() {
			tail.FollowFrom(p, "")
		}
		run(t, tail)
		slowest(t, tail, false)
		c.Nodes[0].Pause()
		defer c.Nodes[0].Continue()
		if streams := slowest(t, tail, true); streams == "all" {
			t.Errorf("the slowest streams are %q, want those of a partition", streams)
		}
		c.Nodes[0].Continue()
		slowest(t, tail, false)
	})
}
