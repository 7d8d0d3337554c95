package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

var hour = server.Series{Market: server.Market{Source: "sim", Symbol: "SIMUSDT"}, Interval: core.Hour}

const firstOpen = 1_700_000_400_000

// bar is bar i of a plain series.
func bar(i int) core.Candle {
	v := float64(i) / 3
	return core.Candle{OpenTime: firstOpen + int64(i)*int64(core.Hour), Open: 100 + v, High: 102 + v, Low: 99 - v, Close: 101 - v, Volume: v}
}

// lease takes the partition of a series.
func lease(t *testing.T, s *store.Store, owner string, of server.Series) server.Lease {
	t.Helper()
	taken, err := s.Acquire(t.Context(), owner, time.Minute, []int{s.Partition(of.Market)})
	if err != nil || len(taken) != 1 {
		t.Fatalf("Acquire(%s) = %v, %v; want one lease", owner, taken, err)
	}
	return taken[0]
}

// commits makes the commits of bars from up to to, events on every fourth.
func commits(l server.Lease, of server.Series, from, to int) []server.Commit {
	list := make([]server.Commit, 0, to-from)
	for i := from; i < to; i++ {
		c := server.Commit{Lease: l, Series: of, Candle: bar(i)}
		if i > 0 {
			c.After = bar(i - 1).OpenTime
		}
		if i%4 == 3 {
			for _, kind := range []string{"cipher.buy", "cipher.cross_up"} {
				c.Events = append(c.Events, server.Event{
					ID: server.EventID("1", 7, of, c.Candle.OpenTime, kind), Kind: kind, Side: "bull",
					OpenTime: c.Candle.OpenTime, KnownAt: c.Candle.OpenTime + int64(of.Interval), Price: c.Candle.Close,
				})
			}
		}
		if (i+1)%server.CheckpointEvery == 0 || i == to-1 {
			c.Snapshot = &server.Snapshot{Cipher: []byte("cipher\x00" + strconv.Itoa(i)), Volume: []byte{0xff, byte(i)}}
		}
		list = append(list, c)
	}
	return list
}

func mustCommit(t *testing.T, s *store.Store, list []server.Commit) []server.Committed {
	t.Helper()
	var all []server.Committed
	for part := range slices.Chunk(list, 256) {
		for i, g := range s.Commit(t.Context(), part) {
			if g.Err != nil {
				t.Fatalf("commit %d of open time %d: %v", i, part[i].Candle.OpenTime, g.Err)
			}
			all = append(all, g)
		}
	}
	return all
}

func TestCommitStoresTheBarAndAllThatFollows(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		l := lease(t, s, "a", hour)
		got := mustCommit(t, s, commits(l, hour, 0, 300))
		for i, g := range got {
			if want := (server.Committed{Bar: int64(i + 1), Signal: int64((i + 1) / 4 * 2)}); g != want {
				t.Fatalf("commit of bar %d = %+v, want %+v", i, g, want)
			}
		}
		candles, err := s.Candles(t.Context(), hour, server.CandleRange{})
		if err != nil || candles.Len() != 300 {
			t.Fatalf("Candles = %d bars, %v; want 300", candles.Len(), err)
		}
		for i := range candles.Len() {
			if candles.At(i) != bar(i) {
				t.Fatalf("bar %d is %v, want %v", i, candles.At(i), bar(i))
			}
		}
		snap, heads, err := s.Snapshot(t.Context(), hour)
		wantSnap := &server.Snapshot{Cipher: []byte("cipher\x00299"), Volume: []byte{0xff, 299 & 0xff}, OpenTime: bar(299).OpenTime, Bars: 300, Signals: 150}
		if err != nil || !reflect.DeepEqual(snap, wantSnap) {
			t.Errorf("Snapshot = %+v, %v; want %+v", snap, err, wantSnap)
		}
		if want := (server.Heads{OpenTime: bar(299).OpenTime, Bars: 300, Signals: 150}); heads != want {
			t.Errorf("heads = %+v, want %+v", heads, want)
		}
		for _, tt := range []struct {
			before int64
			want   string
		}{{0, "cipher\x00255"}, {bar(255).OpenTime + 1, "cipher\x00255"}, {bar(255).OpenTime, ""}} {
			got, err := s.Checkpoint(t.Context(), hour, tt.before)
			if err != nil || (got == nil) != (tt.want == "") || got != nil && (string(got.Cipher) != tt.want || !bytes.Equal(got.Volume, []byte{0xff, 255}) || got.Bars != 256 || got.Signals != 128) {
				t.Errorf("Checkpoint(%d) = %+v, %v; want %q of bar 256", tt.before, got, err, tt.want)
			}
		}
	})
}

func TestARepeatedCommitChangesNothing(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		l := lease(t, s, "a", hour)
		list := commits(l, hour, 0, 9)
		first := mustCommit(t, s, list)
		again := mustCommit(t, s, append(list[3:9:9], commits(l, hour, 9, 10)...))
		for i, g := range again[:6] {
			want := first[3+i]
			want.Already = true
			if g != want {
				t.Errorf("repeat of bar %d = %+v, want %+v", 3+i, g, want)
			}
		}
		if want := (server.Committed{Bar: 10, Signal: 4}); again[6] != want {
			t.Errorf("bar 9 = %+v, want %+v", again[6], want)
		}
		page, err := s.Events(t.Context(), server.EventFilter{Series: []server.Series{hour}, Limit: 100})
		if err != nil || len(page.Events) != 4 {
			t.Errorf("Events = %d, %v; want 4", len(page.Events), err)
		}
	})
}

func TestCommitRefusesWhatDoesNotFit(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		l := lease(t, s, "a", hour)
		mustCommit(t, s, commits(l, hour, 0, 5))
		changed := commits(l, hour, 3, 4)[0]
		changed.Candle.Close += 0.5
		hole := commits(l, hour, 6, 7)[0]
		older := server.Commit{Lease: l, Series: hour, Candle: core.Candle{OpenTime: firstOpen - int64(core.Hour)}}
		early := server.Commit{Lease: l, Series: hour, Candle: core.Candle{OpenTime: -60_000}}
		bare := commits(l, hour, 5, 256)
		bare[250].Snapshot = nil
		for _, tt := range []struct {
			name    string
			commits []server.Commit
			want    server.Conflict
		}{
			{"other values", []server.Commit{changed}, server.Conflict{Series: hour, OpenTime: bar(3).OpenTime, After: bar(2).OpenTime, Last: bar(4).OpenTime, Differs: true}},
			{"a hole", []server.Commit{hole}, server.Conflict{Series: hour, OpenTime: bar(6).OpenTime, After: bar(5).OpenTime, Last: bar(4).OpenTime}},
			{"older than what is kept", []server.Commit{older}, server.Conflict{Series: hour, OpenTime: older.Candle.OpenTime, Last: bar(4).OpenTime}},
		} {
			got := s.Commit(t.Context(), tt.commits)[0]
			var conflict *server.Conflict
			if !errors.As(got.Err, &conflict) || *conflict != tt.want || server.CodeOf(got.Err) != server.CodeConflict {
				t.Errorf("%s: Commit = %v, want %v", tt.name, got.Err, &tt.want)
			}
		}
		if got := s.Commit(t.Context(), []server.Commit{early})[0]; !errors.Is(got.Err, store.ErrOpenTime) {
			t.Errorf("open time -60000: Commit = %v, want it refused by name", got.Err)
		}
		if got := s.Commit(t.Context(), bare); got[249].Err != nil || got[250].Err == nil {
			t.Errorf("bar 256 without a snapshot: Commit = %+v, want it refused", got[250])
		}
		if heads, err := s.Heads(t.Context(), hour); err != nil || heads[0].Bars != 255 {
			t.Errorf("heads = %+v, %v; want 255 bars", heads, err)
		}
	})
}

func TestASecondOwnerFencesTheFirst(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		old := lease(t, s, "a", hour)
		mustCommit(t, s, commits(old, hour, 0, 1))
		if taken, err := s.Acquire(t.Context(), "b", time.Minute, []int{old.Partition}); err != nil || len(taken) != 0 {
			t.Fatalf("Acquire of a held lease = %v, %v; want none", taken, err)
		}
		short, err := s.Acquire(t.Context(), "a", 30*time.Millisecond, []int{old.Partition})
		if err != nil || len(short) != 1 || short[0].Fence != old.Fence+1 {
			t.Fatalf("Acquire anew = %v, %v; want fence %d", short, err, old.Fence+1)
		}
		if got := s.Commit(t.Context(), commits(old, hour, 1, 2))[0]; !errors.Is(got.Err, server.ErrFenced) {
			t.Errorf("commit under the older fence = %+v, want %v", got, server.ErrFenced)
		}
		var taken []server.Lease
		storetest.Eventually(t, time.Minute, "the lease runs out", func() bool {
			taken, err = s.Acquire(t.Context(), "b", time.Minute, []int{old.Partition})
			return err == nil && len(taken) == 1
		})
		mustCommit(t, s, commits(taken[0], hour, 1, 2))
		for name, write := range map[string]func() error{
			"commit": func() error { return s.Commit(t.Context(), commits(short[0], hour, 2, 3))[0].Err },
			"repeat": func() error { return s.Commit(t.Context(), commits(short[0], hour, 1, 2))[0].Err },
			"forming": func() error {
				return s.PublishForming(t.Context(), []server.Forming{{Lease: short[0], Series: hour, OpenTime: bar(2).OpenTime, Body: []byte("{}")}})
			},
			"states": func() error {
				return s.SetStates(t.Context(), short[0], map[server.Market]server.State{hour.Market: server.Live})
			},
			"a stolen owner": func() error {
				return s.Commit(t.Context(), commits(server.Lease{Partition: old.Partition, Owner: "b", Fence: short[0].Fence}, hour, 2, 3))[0].Err
			},
		} {
			if err := write(); !errors.Is(err, server.ErrFenced) {
				t.Errorf("%s by the first owner: %v, want %v", name, err, server.ErrFenced)
			}
		}
		// Redis may lose the last raise of a fence in a failover: the owner tells then.
		twin := server.Lease{Partition: old.Partition, Owner: "c", Fence: taken[0].Fence}
		if got := s.Commit(t.Context(), commits(twin, hour, 2, 3))[0]; !errors.Is(got.Err, server.ErrFenced) {
			t.Errorf("commit under the same fence by another = %+v, want %v", got, server.ErrFenced)
		}
		if kept, err := s.Renew(t.Context(), time.Minute, []server.Lease{short[0], taken[0]}); err != nil || len(kept) != 1 || kept[0] != taken[0] {
			t.Errorf("Renew = %v, %v; want only the second owner's", kept, err)
		}
		if err := s.Release(t.Context(), []server.Lease{short[0]}); err != nil {
			t.Error(err)
		}
		mustCommit(t, s, commits(taken[0], hour, 2, 3)) // the first owner's release took nothing away
		if err := s.Release(t.Context(), taken); err != nil {
			t.Error(err)
		}
		if got := s.Commit(t.Context(), commits(taken[0], hour, 3, 4))[0]; !errors.Is(got.Err, server.ErrFenced) {
			t.Errorf("commit under a lease nobody holds = %+v, want %v", got, server.ErrFenced)
		}
		if again := lease(t, s, "c", hour); again.Fence != taken[0].Fence+1 {
			t.Errorf("fence after a release is %d, want %d", again.Fence, taken[0].Fence+1)
		}
	})
}

func TestStreamsAreTrimmed(t *testing.T) {
	keep := store.Retention{Candles: 300, Events: 100, Checkpoints: 2, Volumes: 1}
	storetest.OnEvery(t, store.Options{Retention: keep}, func(t *testing.T, s *store.Store) {
		l := lease(t, s, "a", hour)
		mustCommit(t, s, commits(l, hour, 0, 1000))
		candles, err := s.Candles(t.Context(), hour, server.CandleRange{})
		if n := candles.Len(); err != nil || n < 300 || n > 420 || candles.At(n-1) != bar(999) {
			t.Errorf("Candles = %d bars, %v; want the newest, 300 and a block at most", n, err)
		}
		page, err := s.Events(t.Context(), server.EventFilter{Series: []server.Series{hour}, Limit: 5000})
		if n := len(page.Events); err != nil || n < 100 || n > 220 {
			t.Errorf("Events = %d, %v; want 100 and a block at most", n, err)
		}
		if kept, err := s.Checkpoint(t.Context(), hour, 0); err != nil || kept.Bars != 768 {
			t.Errorf("Checkpoint = %+v, %v; want that of bar 768", kept, err)
		}
		if old, err := s.Checkpoint(t.Context(), hour, bar(767).OpenTime); err != nil || old.Bars != 512 || len(old.Cipher) == 0 || len(old.Volume) > 0 {
			t.Errorf("Checkpoint = %+v, %v; want that of bar 512, without its volume", old, err)
		}
	})
}

func TestMetaIsFixedAtTheFirstStart(t *testing.T) {
	r := storetest.Start(t)
	first := storetest.Open(t, r, store.Options{Partitions: 8})
	second := storetest.Open(t, r, store.Options{Partitions: 8})
	if first.Epoch() == "" || first.Epoch() != second.Epoch() {
		t.Errorf("epochs %q and %q, want one", first.Epoch(), second.Epoch())
	}
	if _, err := store.Open(t.Context(), store.Options{URL: r.URL(), Partitions: 9}); err == nil || err.Error() != "partitions is 9, must be 8: the store was made with that number" {
		t.Errorf("Open with other partitions: %v", err)
	}
}

func TestAServerThatEvictsIsRefused(t *testing.T) {
	r := storetest.Start(t, "--maxmemory-policy", "allkeys-lru")
	if _, err := store.Open(t.Context(), store.Options{URL: r.URL()}); err == nil {
		t.Error("Open of a Redis that evicts: no error")
	}
}

func TestCommitLoadsTheScriptAnew(t *testing.T) {
	r := storetest.Start(t, storetest.Always...)
	s := storetest.Open(t, r, store.Options{})
	l := lease(t, s, "a", hour)
	mustCommit(t, s, commits(l, hour, 0, 1))
	r.Kill()
	r.Restart() // scripts are not in the append-only file
	var got []server.Committed
	storetest.Eventually(t, time.Minute, "commit after a restart", func() bool {
		got = s.Commit(t.Context(), commits(l, hour, 0, 3))
		return got[2].Err == nil
	})
	for i, g := range got {
		if g.Bar != int64(i+1) || i == 0 && !g.Already {
			t.Errorf("bar %d after the restart = %+v, want seq %d", i, g, i+1)
		}
	}
}

// TestAScriptToldMeanwhileRefusesNothing: Redis has forgotten the script, refuses
// a bar for it, is told it by another client, and judges the next bar of the same
// round trip, which follows one that is not there.
func TestAScriptToldMeanwhileRefusesNothing(t *testing.T) {
	r := storetest.Start(t)
	s := storetest.Open(t, r, store.Options{})
	list := commits(lease(t, s, "a", hour), hour, 0, 2)
	long, err := json.Marshal(strings.Repeat("x", 32<<20)) // of which Redis reads some at a time
	if err != nil {
		t.Fatal(err)
	}
	list[1].Events = []server.Event{{ID: "e_long", Kind: "cipher.buy", Side: "bull", OpenTime: list[1].Candle.OpenTime, Data: long}}
	body, err := os.ReadFile("commit.lua")
	if err != nil {
		t.Fatal(err)
	}
	other := r.Client()
	if err := other.ConfigResetStat(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	answers := make(chan []server.Committed, 1)
	go func() { answers <- s.Commit(t.Context(), list) }()
	storetest.Eventually(t, time.Minute, "the first bar is refused", func() bool {
		return strings.Contains(other.Info(t.Context(), "errorstats").Val(), "errorstat_NOSCRIPT")
	})
	if err := other.ScriptLoad(t.Context(), string(body)).Err(); err != nil {
		t.Fatal(err)
	}
	for i, got := range <-answers {
		if got.Err != nil || got.Bar != int64(i+1) {
			t.Errorf("bar %d: %+v, want seq %d", i+1, got, i+1)
		}
	}
}
