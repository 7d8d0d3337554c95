package faults

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/store/storetest"
	"github.com/redis/go-redis/v9"
)

// fault is something that happens to Redis while a monitor runs over it.
type fault struct {
	name   string // as in the table
	start  func(t *testing.T) storetest.Server
	strike func(w *world)
	times  int    // strikes in a run
	from   int    // per cent of the bars before the first; the last third comes live
	epoch  string // kept, raised, or "" for either
	words  string // with which Redis must have refused writes
}

const (
	nodeTimeout = 2 * time.Second
	kept        = "kept"
	raised      = "raised"
)

// pace makes the live third last some seconds, so that faults meet it.
const pace = 25 * time.Millisecond

// TestRedisFaultsChangeNothing is F5 to F9 and F18 on the side of Redis: whatever
// happens to it, the store ends up as after one unbroken run, byte for byte; and
// where Redis lost what it had confirmed, there is a new epoch.
func TestRedisFaultsChangeNothing(t *testing.T) {
	t.Parallel()
	want := unbroken(t)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			for run := range chaostest.Rounds(t, 1) {
				t.Run(fmt.Sprint(run), func(t *testing.T) { f.run(t, want) })
			}
		})
	}
}

func (f fault) run(t *testing.T, want chaostest.Contents) {
	w := newWorld(t, f.start(t), pace, nil)
	before := w.store.Epoch()
	f.strikeAll(w)
	w.finish()
	chaostest.Report(t, f.name, f.times, w.contents(), want)
	w.examine()
	if now := w.store.Epoch(); f.epoch == kept && now != before || f.epoch == raised && now == before {
		t.Errorf("epoch was %q and is %q, want it %s", before, now, f.epoch)
	}
	s := w.monitor.Stats()
	if f.words != "" && (s.Outages == 0 || w.refused != f.words) {
		t.Errorf("%d commits were refused, and a write with %q; want some, and %s", s.Outages, w.refused, f.words)
	}
	t.Logf("the monitor counts %+v", s)
}

// strikeAll strikes at random moments.
func (f fault) strikeAll(w *world) {
	for i := range f.times {
		part := (95 - f.from) / f.times
		at := total * int64(f.from+i*part+w.random.IntN(part)) / 100
		w.until(limit, fmt.Sprintf("%d bars are committed", at), func() bool { return w.committed() >= at })
		f.strike(w)
	}
}

var faults = []fault{
	{
		name: "F5 Redis killed, AOF always", times: 3, epoch: kept,
		start:  func(t *testing.T) storetest.Server { return storetest.Start(t, storetest.Always...) },
		strike: killRedis,
	}, {
		// While history comes, all of the end may be what was not yet confirmed.
		name: "F5 end of the AOF lost", times: 2, from: 70, epoch: raised,
		start: startRedis, strike: loseEnd,
	}, {
		name: "F6 Redis empty", times: 2, epoch: raised,
		start: startRedis, strike: func(w *world) { w.on.(*storetest.Redis).Empty() },
	}, {
		name: "F7 cluster master killed", times: 1,
		start: startCluster, strike: killMaster,
	}, {
		name: "F7 cluster master paused 6 s", times: 1,
		start: startCluster, strike: pauseMaster,
	}, {
		name: "F7 sentinel master killed", times: 1,
		start: func(t *testing.T) storetest.Server { return storetest.StartSentinels(t, nodeTimeout) },
		strike: func(w *world) {
			master := w.on.(*storetest.Sentinels).Master(w)
			master.Kill()
			w.writesBack(10 * time.Second)
			master.Restart(w)
		},
	}, {
		name: "F8 all slots moved", times: 1, epoch: kept,
		start:  startCluster,
		strike: func(w *world) { w.Logf("%d slots moved", w.on.(*storetest.Cluster).MoveSlots(w, 10*time.Millisecond)) },
	}, {
		name: "F18 Redis out of memory", times: 1, epoch: kept, words: "OOM",
		start: startRedis, strike: func(w *world) { w.sets("maxmemory", "1", "0") },
	}, {
		name: "F18 Redis read-only", times: 1, epoch: kept, words: "READONLY",
		start: startRedis, strike: forbidWrites,
	}, {
		name: "F18 Redis wants replicas", times: 1, epoch: kept, words: "NOREPLICAS",
		start: startRedis, strike: func(w *world) { w.sets("min-replicas-to-write", "1", "0") },
	}, {
		name: "F18 Redis loading", times: 1, epoch: kept, words: "LOADING",
		start: func(t *testing.T) storetest.Server {
			return storetest.Start(t, append([]string{"--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"}, storetest.Always...)...)
		},
		strike: func(w *world) {
			w.until(limit, "Redis refuses a write while it loads", func() bool { // little is loaded soon
				killRedis(w)
				return w.refuses()
			})
		},
	}, {
		name: "F18 Redis 200 ms slow", times: 1, epoch: kept,
		start: startBehindProxy,
		strike: func(w *world) {
			for _, d := range []time.Duration{200 * time.Millisecond, 0} {
				w.on.(*storetest.Proxy).Delay(d)
				w.lasts(2 * time.Second)
			}
		},
	}, {
		name: "F9 Redis cut off", times: 1, epoch: kept,
		start: startBehindProxy,
		strike: func(w *world) {
			p := w.on.(*storetest.Proxy)
			p.Cut()
			w.lasts(5 * time.Second) // two leases and more
			p.Heal()
		},
	},
}

func startRedis(t *testing.T) storetest.Server { return storetest.Start(t) }

func startCluster(t *testing.T) storetest.Server { return storetest.StartCluster(t, nodeTimeout) }

func startBehindProxy(t *testing.T) storetest.Server {
	return storetest.StartProxy(t, storetest.StartPort(t))
}

// killRedis kills Redis and starts it again some time later.
func killRedis(w *world) {
	r := w.on.(*storetest.Redis)
	r.Kill()
	w.lasts(200*time.Millisecond + time.Duration(w.random.Int64N(int64(time.Second))))
	r.Restart()
}

// loseEnd loses up to some dozen bars of the append-only file.
func loseEnd(w *world) {
	epoch := w.store.Epoch()
	r := w.on.(*storetest.Redis)
	r.Lose(20_000 + w.random.Int64N(60_000))
	w.until(10*time.Second, "the loss is announced", func() bool { return w.store.Epoch() != epoch })
	r.Settle()
}

// killMaster kills the master of a series, and starts it again once its replica
// is in its place.
func killMaster(w *world) {
	master := masterOf(w)
	master.Kill()
	w.writesBack(backWithin())
	master.Restart(w)
}

// pauseMaster stops the master of a series for 6 s.
func pauseMaster(w *world) {
	master := masterOf(w)
	began := time.Now()
	master.Pause()
	w.writesBack(backWithin())
	w.lasts(time.Until(began.Add(6 * time.Second)))
	master.Continue()
}

// backWithin bounds how long a failover keeps writes away: twice the node time-out
// and two seconds, and half as much again in the short form, beside all other
// tests.
func backWithin() time.Duration {
	const bound = 2*nodeTimeout + 2*time.Second
	if os.Getenv("CHAOS") == "" {
		return bound * 3 / 2
	}
	return bound
}

func masterOf(w *world) *storetest.Node {
	for s := range files {
		return w.on.(*storetest.Cluster).Master(w, w.store.Key(s))
	}
	return nil
}

// sets gives a setting of Redis a value with which it refuses writes for the want
// of something, then the one it had.
func (w *world) sets(name, wrong, right string) {
	w.Helper()
	c := w.on.(*storetest.Redis).Client()
	for _, value := range []string{wrong, right} {
		if err := c.ConfigSet(w.Context(), name, value).Err(); err != nil {
			w.Fatal(err)
		}
		if value == wrong {
			w.tries()
		}
		w.lasts(time.Second)
	}
}

// tries wants a write refused.
func (w *world) tries() {
	w.Helper()
	if !w.refuses() {
		w.Error("Redis takes a write")
	}
}

// refuses reports whether Redis refuses a write, and notes with which word.
func (w *world) refuses() bool {
	options := *w.on.(*storetest.Redis).Client().Options()
	options.MaxRetries = -1 // the first answer tells
	client := redis.NewClient(&options)
	defer client.Close()
	err := client.Set(w.Context(), "elsewhere", 1, time.Millisecond).Err()
	if err != nil {
		w.refused, _, _ = strings.Cut(err.Error(), " ")
	}
	return err != nil
}

// forbidWrites makes Redis the replica of a master that is not there, then its
// own master again.
func forbidWrites(w *world) {
	c := w.on.(*storetest.Redis).Client()
	for _, master := range [][2]string{{"127.0.0.1", "1"}, {"NO", "ONE"}} {
		if err := c.ReplicaOf(w.Context(), master[0], master[1]).Err(); err != nil {
			w.Fatal(err)
		}
		if master[0] != "NO" {
			w.tries()
		}
		w.lasts(time.Second)
	}
}
