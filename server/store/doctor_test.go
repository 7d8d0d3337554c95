package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
	"github.com/redis/go-redis/v9"
)

// whole makes commits with all the snapshots a monitor makes.
func whole(l server.Lease, of server.Series, from, to int) []server.Commit {
	list := commits(l, of, from, to)
	for i := range list {
		list[i].Snapshot = nil
		if (from+i+1)%server.SnapshotEvery == 0 {
			list[i].Snapshot = &server.Snapshot{Cipher: []byte("c"), Volume: []byte("v")}
		}
	}
	return list
}

func TestTheDoctorFindsNothingWrongWithAnyStore(t *testing.T) {
	// On every kind a store can be reached at by a URL.
	for kind, start := range map[store.Kind]func() storetest.Server{
		store.Server:  func() storetest.Server { return storetest.Start(t) },
		store.Cluster: func() storetest.Server { return storetest.SharedCluster(t) },
	} {
		on := start()
		s := storetest.Open(t, on, store.Options{Retention: store.Retention{Candles: 300, Events: 100, Checkpoints: 2}})
		mustCommit(t, s, whole(lease(t, s, "a", hour), hour, 0, 1000))
		mustCommit(t, s, whole(lease(t, s, "a", minute), minute, 0, 20))
		if _, err := s.Ingest(t.Context(), pushed, pushes(0, 3)); err != nil {
			t.Fatal(err)
		}
		got, err := store.Examine(t.Context(), store.Options{URL: on.URL()})
		if err != nil || len(got.Findings) > 0 || got.Series != 3 || got.Bars < 320 || got.Events < 100 {
			t.Errorf("on a %s: Examine = %+v, %v; want three series, and nothing wrong", kind, got, err)
		}
	}
}

func TestTheDoctorFindsEachDefect(t *testing.T) {
	r := storetest.Start(t)
	client := r.Client()
	ctx := t.Context()
	// A store that is open would mend some of what is planted.
	closed := func(s *store.Store) {
		if err := s.Close(context.WithoutCancel(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	first := storetest.Open(t, r, store.Options{})
	closed(first)
	key := func(kind string, of server.Series) string {
		return strings.Replace(first.Key(of), "}:c:", "}:"+kind+":", 1)
	}
	outbox := func() string { k, _, _ := strings.Cut(key("c", hour), "}:"); return k + "}:out" }
	at := func(i int) string { return client.XRange(ctx, key("c", hour), "-", "+").Val()[i].ID }
	last := func(stream string) redis.XMessage { return client.XRevRangeN(ctx, stream, "+", "-", 1).Val()[0] }
	for name, tt := range map[string]struct {
		plant func() error
		want  string // in the first finding
	}{
		"a bar is gone":          {func() error { return client.XDel(ctx, key("c", hour), at(7)).Err() }, "hole: bar 9"},
		"the last bar is gone":   {func() error { return client.XDel(ctx, key("c", hour), at(299)).Err() }, "hole: the last bar is 299"},
		"the bars have no state": {func() error { return client.Del(ctx, key("s", hour)).Err() }, "orphan: 300 bars of a series that has no state"},
		"an event is gone": {func() error {
			return client.XDel(ctx, key("e", hour), client.XRange(ctx, key("e", hour), "-", "+").Val()[3].ID).Err()
		}, "hole: event 5"},
		"the last event is gone": {func() error { return client.XDel(ctx, key("e", hour), last(key("e", hour)).ID).Err() }, "hole: the last event is 149"},
		"the snapshot is behind": {func() error { return client.HSet(ctx, key("s", hour), "snap", "1 256 0").Err() }, "the snapshot is of bar 256, 44 bars behind"},
		"the snapshot is gone":   {func() error { return client.HDel(ctx, key("s", hour), "snap").Err() }, "the snapshot is of bar 0, 300 bars behind"},
		"bars since are trimmed": {func() error { return client.XTrimMaxLen(ctx, key("c", hour), 5).Err() }, "the oldest bar kept is 296: nobody can go on"},
		"a checkpoint is gone":   {func() error { return client.Del(ctx, key("k", hour)).Err() }, "the last checkpoint is of bar 0, want bar 256"},
		"a message is gone": {func() error {
			return client.XDel(ctx, outbox(), client.XRange(ctx, outbox(), "-", "+").Val()[40].ID).Err()
		}, "hole: message"},
		"the last message is gone": {func() error { return client.XDel(ctx, outbox(), last(outbox()).ID).Err() }, "hole: the last message of"},
		"a strange key":            {func() error { return client.Set(ctx, "q:strange", 1, 0).Err() }, "orphan: no key of a store has this name"},
		"a strange tag":            {func() error { return client.Set(ctx, "q:{p99}:fence", 1, 0).Err() }, `orphan: no partition has the tag "p99"`},
		"a strange kind":           {func() error { return client.Set(ctx, strings.Replace(key("c", hour), ":c:", ":z:", 1), 1, 0).Err() }, "orphan: no key of a partition"},
		"a late webhook": {func() error {
			return client.XAdd(ctx, &redis.XAddArgs{Stream: strings.Replace(outbox(), ":out", ":send", 1), ID: fmt.Sprint(time.Now().Add(-5 * time.Minute).UnixMilli()), Values: []any{"alert", "x", "seq", 1, "attempts", 0, "since", 0}}).Err()
		}, ":send: the oldest delivery has been due for 5m0s, at most 1m0s is allowed"},
		"no alert":  {func() error { return client.Set(ctx, strings.Replace(outbox(), ":out", ":a:x", 1), 1, 0).Err() }, `orphan: there is no alert "x"`},
		"no series": {func() error { return client.Set(ctx, strings.Replace(outbox(), ":out", ":s:x", 1), 1, 0).Err() }, "orphan: "},
		"another's partition": {func() error {
			return client.Copy(ctx, key("c", hour), strings.Replace(key("c", hour), "SIMUSDT", "MOVED", 1), 0, false).Err()
		}, "wrong partition: sim:MOVED is of partition"},
		"an endless lease":   {func() error { return client.Persist(ctx, strings.Replace(outbox(), ":out", ":lease", 1)).Err() }, "never runs out"},
		"no fence":           {func() error { return client.Del(ctx, strings.Replace(outbox(), ":out", ":fence", 1)).Err() }, "there is a lease and no fence"},
		"no epoch":           {func() error { return client.HDel(ctx, "q:meta", "epoch").Err() }, "epoch is missing"},
		"another schema":     {func() error { return client.HSet(ctx, "q:meta", "schema", "9").Err() }, `schema is "9", must be "2"`},
		"strange partitions": {func() error { return client.HSet(ctx, "q:meta", "partitions", "many").Err() }, `partitions is "many"`},
		"it evicts":          {func() error { return client.ConfigSet(ctx, "maxmemory-policy", "allkeys-lru").Err() }, "must be noeviction"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := client.ConfigSet(ctx, "maxmemory-policy", "noeviction").Err(); err != nil {
				t.Fatal(err)
			}
			if err := client.FlushAll(ctx).Err(); err != nil {
				t.Fatal(err)
			}
			s := storetest.Open(t, r, store.Options{})
			mustCommit(t, s, whole(lease(t, s, "a", hour), hour, 0, 300))
			closed(s)
			if got, err := store.Examine(ctx, store.Options{URL: r.URL()}); err != nil || len(got.Findings) > 0 {
				t.Fatalf("before the defect: %v, %v", got.Findings, err)
			}
			if err := tt.plant(); err != nil {
				t.Fatal(err)
			}
			got, err := store.Examine(ctx, store.Options{URL: r.URL(), Timeout: time.Second})
			if err != nil || len(got.Findings) == 0 || !strings.Contains(got.Findings[0].String(), tt.want) {
				t.Errorf("Examine = %v, %v; want %q first", got.Findings, err, tt.want)
			}
		})
	}
}
