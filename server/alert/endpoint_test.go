package alert_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// several is as many times the same.
func several(n int, url string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = url
	}
	return list
}

// settled waits until all that is due by the senders' clock was tried or put off.
func settled(t *testing.T, s *store.Store, r *redis.Client, clock int64) {
	t.Helper()
	until(t, "all is tried or put off", func() bool {
		keys, err := r.Keys(t.Context(), "*:due").Result()
		for _, key := range keys {
			if due, err := r.ZCount(t.Context(), key, "-inf", strconv.FormatInt(clock, 10)).Result(); err != nil || due > 0 {
				return false
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Backlog(t.Context())
		return err == nil && b.Pending == 0 && b.Waiting == 0
	})
}

// failingHost has 12 alerts fire at a host that fails, and one at a good one, and
// gives how many POSTs the first got: at once, after the rest, and after it is well.
func failingHost(t *testing.T, newSender func(alert.SenderStore, alert.SenderOptions) *alert.Sender) (atOnce, rested, well int64) {
	server := storetest.Start(t)
	s := storetest.Open(t, server, store.Options{Partitions: 4})
	var posts, clock atomic.Int64
	var heals atomic.Bool
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		posts.Add(1)
		if !heals.Load() {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	t.Cleanup(bad.Close)
	clock.Store(time.Now().UnixMilli())
	settled := func() { t.Helper(); settled(t, s, server.Client(), clock.Load()) }
	forward := func(d time.Duration) { t.Helper(); clock.Add(d.Milliseconds()); settled() }
	o := loopback
	o.PerHost = 1
	o.Clock, o.Jitter = func() time.Time { return time.UnixMilli(clock.Load()) }, func() float64 { return 0 }

	const many = 12
	good := receive(t)
	alerts := quick(t, s, append(several(many, bad.URL), good.URL)...)
	run(t, newSender(s, o))
	commit(t, s, 1, 2, alerts)
	until(t, "the good one has its own", func() bool { return good.distinct() == 1 })
	settled()
	for range 10 { // those that found the host busy come again after a second
		forward(time.Second)
	}
	atOnce = posts.Load()
	forward(31 * time.Second)
	rested = posts.Load() - atOnce
	heals.Store(true)
	for left := int64(1); left > 0; {
		forward(10 * time.Second)
		b, err := s.Backlog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left = b.Retrying
	}
	for _, a := range alerts[:many] {
		lines, _, err := s.Attempts(t.Context(), a.ID, "", 100)
		if err != nil || len(lines) == 0 || lines[0].Outcome != "delivered" || lines[0].Attempt != len(lines) {
			t.Errorf("ledger of %s: %+v, %v", a.ID, lines, err)
		}
	}
	return atOnce, rested, posts.Load() - atOnce - rested
}

func TestAHostThatFailsIsLeftAlone(t *testing.T) {
	t.Parallel()
	if atOnce, rested, well := failingHost(t, alert.NewSender); atOnce != 5 || rested != 1 || well != 12 {
		t.Errorf("a host that fails got %d POSTs, %d after a rest, %d once well; want 5, 1 and 12", atOnce, rested, well)
	}
}

func TestASenderWithoutBreakersIsSeen(t *testing.T) {
	t.Parallel()
	if atOnce, rested, _ := failingHost(t, alert.NewReckless); atOnce < 10 {
		t.Errorf("without breakers a host that fails got %d POSTs, %d after a rest; want 10 and more", atOnce, rested)
	}
}

// crowdedHost has 8 alerts fire at a host that hangs, of which one may have so many
// deliveries under way of 4, and then 3 at a good one. It gives how many were under way
// at the first, and whether the good one had its own while they were.
func crowdedHost(t *testing.T, perHost int) (most int, served bool) {
	s := storetest.Open(t, storetest.Start(t), store.Options{Partitions: 4})
	var mu sync.Mutex
	busy, peak, ended := 0, 0, make(chan struct{}) // the first two guarded by mu
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		busy++
		peak = max(peak, busy)
		mu.Unlock()
		select {
		case <-r.Context().Done():
		case <-ended:
		}
		mu.Lock()
		busy--
		mu.Unlock()
	}))
	t.Cleanup(hangs.Close)
	under := func() int { mu.Lock(); defer mu.Unlock(); return busy }
	const workers = 4
	o := loopback
	o.PerHost, o.Workers, o.Timeout = perHost, workers, time.Minute // nothing times out here
	good := receive(t)
	alerts := quick(t, s, append(several(8, hangs.URL), several(3, good.URL)...)...)
	run(t, alert.NewSender(s, o))
	defer close(ended) // before the sender waits for what is under way
	commit(t, s, 1, 2, alerts)
	until(t, "the host is crowded", func() bool { return under() == min(perHost, workers) })
	if perHost < workers {
		until(t, "the good one has its own", func() bool { return good.distinct() == 3 })
	} else {
		until(t, "the good one waits", func() bool {
			b, err := s.Backlog(t.Context())
			return err == nil && b.Oldest > 2*time.Second
		})
	}
	served = good.distinct() == 3 && under() == min(perHost, workers)
	mu.Lock()
	defer mu.Unlock()
	return peak, served
}

func TestAHostThatHangsTakesItsShareOnly(t *testing.T) {
	t.Parallel()
	if most, served := crowdedHost(t, 2); most != 2 || !served {
		t.Errorf("at most %d were under way to one host, and another was served meanwhile: %v; want 2 and true", most, served)
	}
}

func TestASenderWithoutSharesIsSeen(t *testing.T) {
	t.Parallel()
	if most, served := crowdedHost(t, 4); most != 4 || served {
		t.Errorf("without shares %d were under way to one host, and another was served meanwhile: %v; want 4 and false", most, served)
	}
}
