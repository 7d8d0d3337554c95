package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// epochIsNot waits until a store has an epoch other than the given one.
func epochIsNot(t *testing.T, s *store.Store, old string) string {
	t.Helper()
	storetest.Eventually(t, time.Minute, "the epoch is raised", func() bool { return s.Epoch() != old })
	return s.Epoch()
}

func watched(t *testing.T, s *store.Store) (list []server.Series) {
	t.Helper()
	all, err := s.Watched(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		list = append(list, w.Series)
	}
	return list
}

// TestAnEmptyRedisHasANewEpoch is F6: whoever runs notices, all agree on the
// epoch, and what they watch is watched again.
func TestAnEmptyRedisHasANewEpoch(t *testing.T) {
	r := storetest.Start(t)
	a, b := storetest.Open(t, r, store.Options{}), storetest.Open(t, r, store.Options{})
	if err := a.Configure(t.Context(), []server.Watched{{Series: hour}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Ingest(t.Context(), pushed, pushes(0, 3)); err != nil {
		t.Fatal(err)
	}
	if got := watched(t, b); len(got) != 2 {
		t.Fatalf("watched are %v, want two", got)
	}
	mustCommit(t, a, commits(lease(t, a, "a", hour), hour, 0, 10))
	old := a.Epoch()
	r.Empty()
	now := epochIsNot(t, a, old)
	if got := epochIsNot(t, b, old); got != now {
		t.Errorf("epochs are %q and %q, want one", now, got)
	}
	storetest.Eventually(t, time.Minute, "both series are watched again", func() bool { return len(watched(t, a)) == 2 })
	if c := storetest.Open(t, r, store.Options{}); c.Epoch() != now {
		t.Errorf("a new process sees epoch %q, want %q", c.Epoch(), now)
	}
	// An ingest watches its series by itself again.
	if err := b.Unwatch(t.Context(), pushed); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Ingest(t.Context(), pushed, pushes(0, 3)); err != nil || !slices.Contains(watched(t, b), pushed) {
		t.Errorf("a push after the loss: %v, watched are %v", err, watched(t, b))
	}
}

// TestALostTailRaisesTheEpochOnce: two series lose bars that were confirmed; the
// first look at either raises the epoch, and the next ones find it raised.
func TestALostTailRaisesTheEpochOnce(t *testing.T) {
	r := storetest.Start(t)
	s := storetest.Open(t, r, store.Options{})
	other := storetest.Open(t, r, store.Options{})
	l, m := lease(t, s, "a", hour), lease(t, s, "a", minute)
	mustCommit(t, s, commits(l, hour, 0, 10))
	mustCommit(t, s, commits(m, minute, 0, 10))
	if _, err := other.Heads(t.Context(), hour, minute); err != nil {
		t.Fatal(err)
	}
	old := s.Epoch()
	mustCommit(t, s, commits(l, hour, 10, 20))
	mustCommit(t, s, commits(m, minute, 10, 20))
	r.Lose(15_000) // about a dozen bars of one and all the new ones of the other
	var heads server.Heads
	storetest.Eventually(t, time.Minute, "the store answers", func() bool {
		var err error
		_, heads, err = s.Snapshot(t.Context(), minute)
		return err == nil
	})
	if heads.Bars >= 20 || heads.Bars < 1 {
		t.Fatalf("%d bars are left, want some lost", heads.Bars)
	}
	now := s.Epoch()
	if now == old {
		t.Fatal("the epoch is the old one after bars were lost")
	}
	if _, err := s.Tip(t.Context(), hour, 0, 10); err != nil {
		t.Error(err)
	}
	if _, err := s.Heads(t.Context(), hour, minute); err != nil {
		t.Error(err)
	}
	if s.Epoch() != now {
		t.Errorf("one loss raised the epoch again, from %q to %q", now, s.Epoch())
	}
	if got := epochIsNot(t, other, old); got != now {
		t.Errorf("the other process is in epoch %q, want %q", got, now)
	}
	// The bars come again with the numbers they had.
	from := int(heads.Bars)
	l = lease(t, s, "a", minute)
	for i, g := range mustCommit(t, s, commits(l, minute, from, 20)) {
		if g.Bar != int64(from+i+1) {
			t.Errorf("bar %d has seq %d again, want %d", from+i, g.Bar, from+i+1)
		}
	}
	if _, err := s.Heads(t.Context(), minute); err != nil || s.Epoch() != now {
		t.Errorf("after the repair: %v, epoch %q, want %q", err, s.Epoch(), now)
	}
}

// TestAnEpochIsNeverUsedAgain: a failover takes back the raise itself.
func TestAnEpochIsNeverUsedAgain(t *testing.T) {
	r := storetest.Start(t)
	s := storetest.Open(t, r, store.Options{})
	first := s.Epoch()
	client := r.Client()
	if err := client.HSet(t.Context(), "q:meta", "epoch", "second").Err(); err != nil {
		t.Fatal(err)
	}
	if got := epochIsNot(t, s, first); got != "second" {
		t.Fatalf("epoch is %q, want that of another process", got)
	}
	if err := client.HSet(t.Context(), "q:meta", "epoch", first).Err(); err != nil {
		t.Fatal(err)
	}
	if got := epochIsNot(t, s, "second"); got == first {
		t.Errorf("epoch %q is in force again", got)
	}
}

// TestATailNoticesThatItsStreamWentBack: a reader with no series of its own sees
// the end of the outbox lost, and goes on behind it.
func TestATailNoticesThatItsStreamWentBack(t *testing.T) {
	r := storetest.Start(t)
	writer := storetest.Open(t, r, store.Options{})
	reader := storetest.Open(t, r, store.Options{})
	var got log
	tail := reader.Tail(got.add)
	p := reader.Partition(hour.Market)
	tail.FollowFrom(p, "")
	run(t, tail)
	l := lease(t, writer, "a", hour)
	mustCommit(t, writer, commits(l, hour, 0, 20))
	partition, _, _ := strings.Cut(reader.Key(hour), "}:")
	end := func() string {
		last := r.Client().XRevRangeN(t.Context(), partition+"}:out", "+", "-", 1).Val()
		if len(last) == 0 {
			return "0-0"
		}
		return last[0].ID
	}
	storetest.Eventually(t, time.Minute, "all is read", func() bool {
		return len(got.of(server.BarsChannel(hour))) == 20 && tail.Position(p) == end()
	})
	old, at := reader.Epoch(), tail.Position(p)
	r.Lose(6000)
	epochIsNot(t, reader, old)
	if end() == at {
		t.Fatal("nothing of the outbox was lost")
	}
	storetest.Eventually(t, time.Minute, "the place is taken back", func() bool { return tail.Position(p) == end() })
	_, heads, err := writer.Snapshot(t.Context(), hour)
	if err != nil {
		t.Fatal(err)
	}
	mustCommit(t, writer, commits(lease(t, writer, "a", hour), hour, int(heads.Bars), 21))
	storetest.Eventually(t, time.Minute, "bar 21", func() bool {
		bars := got.of(server.BarsChannel(hour))
		return bars[len(bars)-1].Seq == 21
	})
}
