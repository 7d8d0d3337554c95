package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// patient is a bound of a round trip of which a replica has a quarter.
const patient = 8 * time.Second

// TestNothingIsToldThatNoReplicaHas pauses the replica of a series: its bars are
// stored, but neither committed nor delivered, until the replica has them.
func TestNothingIsToldThatNoReplicaHas(t *testing.T) {
	cluster := storetest.StartCluster(t, 30*time.Second) // nothing fails over
	s := storetest.Open(t, cluster, store.Options{Replicas: 1, Timeout: patient})
	l := lease(t, s, "a", hour)
	list := commits(l, hour, 0, 3)
	mustCommit(t, s, list[:1])

	heard := make(chan server.Entry, 100)
	tail := s.Tail(func(e server.Entry) { heard <- e })
	tail.FollowFrom(l.Partition, "")
	run(t, tail)
	if e := next(t, heard); e.Seq != 1 {
		t.Fatalf("the tail delivers %+v first, want bar 1", e)
	}

	replica := cluster.Replica(t, s.Key(hour))
	replica.Pause()
	defer replica.Continue()
	if got := s.Commit(t.Context(), list[1:2]); !errors.Is(got[0].Err, store.ErrUnreplicated) {
		t.Errorf("a commit that the replica lacks: %+v, want ErrUnreplicated", got[0])
	}
	if got := s.Commit(t.Context(), list[1:2]); !errors.Is(got[0].Err, store.ErrUnreplicated) {
		t.Errorf("its repeat: %+v, want ErrUnreplicated", got[0])
	}
	if heads, err := s.Heads(t.Context(), hour); err != nil || heads[0].Bars != 2 {
		t.Errorf("heads = %+v, %v; want both bars stored", heads, err)
	}
	other := elsewhere(t, cluster, s)
	mustCommit(t, s, commits(lease(t, s, "a", other), other, 0, 3)) // another master, whose replica is there
	pushed := []server.IngestBar{{Candle: bar(5)}}
	if _, err := s.Ingest(t.Context(), hour, pushed); !errors.Is(err, store.ErrUnreplicated) {
		t.Errorf("a push that the replica lacks: %v, want ErrUnreplicated", err)
	}
	select {
	case e := <-heard:
		t.Fatalf("the tail delivers %+v, which no replica has", e)
	default:
	}

	replica.Continue()
	var last server.Committed
	storetest.Eventually(t, time.Minute, "the bar is committed", func() bool {
		last = s.Commit(t.Context(), list[1:2])[0]
		return last.Err == nil
	})
	if !last.Already || last.Bar != 2 {
		t.Errorf("the repeat gives %+v, want bar 2, already stored", last)
	}
	if e := next(t, heard); e.Seq != 2 {
		t.Errorf("the tail delivers %+v, want bar 2", e)
	}
	if got, err := s.Ingest(t.Context(), hour, pushed); err != nil || got.Duplicates != 1 {
		t.Errorf("the push again: %+v, %v; want a duplicate", got, err)
	}
}

func TestReplicasThatAreNotThere(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{Replicas: 1, Timeout: patient})
	got := s.Commit(t.Context(), commits(lease(t, s, "a", hour), hour, 0, 1))
	if !errors.Is(got[0].Err, store.ErrUnreplicated) || !strings.Contains(got[0].Err.Error(), "0 of 1") {
		t.Errorf("a commit on a server without replicas: %+v, want ErrUnreplicated and 0 of 1", got[0])
	}
	_, err := store.Open(t.Context(), store.Options{Memory: true, Replicas: 1})
	if err == nil || !strings.Contains(err.Error(), "REDIS_REPLICAS is 1") {
		t.Errorf("an embedded store with replicas opens: %v", err)
	}
}

func TestTheEmbeddedServerSyncsAsTold(t *testing.T) {
	for _, fsync := range []string{"everysec", "always"} {
		o := quiet(filepath.Join(t.TempDir(), "data"))
		o.Fsync = fsync
		s := storetest.Open(t, nil, o)
		pids := serversOver(t, o.Dir)
		if len(pids) != 1 || s.Kind() != store.Child {
			t.Fatalf("servers %v of kind %s, want one child", pids, s.Kind())
		}
		client, err := store.Dial("unix://"+filepath.Join(o.Dir, "redis.sock"), 20*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if got, err := client.ConfigGet(t.Context(), "appendfsync").Result(); err != nil || got["appendfsync"] != fsync {
			t.Errorf("appendfsync is %v, %v; want %s", got, err, fsync)
		}
	}
}

// elsewhere is a series that another master holds than that of hour.
func elsewhere(t *testing.T, c *storetest.Cluster, s *store.Store) server.Series {
	t.Helper()
	here := c.Master(t, s.Key(hour))
	for i := range 100 {
		other := server.Series{Market: server.Market{Source: "sim", Symbol: fmt.Sprint("S", i)}, Interval: core.Hour}
		if c.Master(t, s.Key(other)) != here {
			return other
		}
	}
	t.Fatal("one master holds all")
	return hour
}

func next(t *testing.T, heard <-chan server.Entry) server.Entry {
	t.Helper()
	select {
	case e := <-heard:
		return e
	case <-time.After(time.Minute):
		t.Fatal("the tail delivers nothing")
		return server.Entry{}
	}
}
