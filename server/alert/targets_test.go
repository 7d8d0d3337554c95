package alert_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// badTargets are what webhooks meet in the wild, each a host of its own.
func badTargets(t *testing.T) map[string]string {
	t.Helper()
	ended := make(chan struct{})
	list := map[string]string{}
	serve := func(name string, h http.HandlerFunc) {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		list[name] = s.URL
	}
	serve("fails", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	serve("asks to wait", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	serve("hangs", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-ended:
		}
	})
	serve("drips", func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for range 1000 {
			if _, err := w.Write([]byte(".")); err != nil || http.NewResponseController(w).Flush() != nil || r.Context().Err() != nil {
				return
			}
			select {
			case <-tick.C:
			case <-ended:
				return
			}
		}
	})
	serve("redirects", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.2:1/", http.StatusFound)
	})
	serve("refuses", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	serve("is gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	t.Cleanup(func() { close(ended) })
	return list
}

// flood answers without end, up to 1 GB, and counts what was taken.
func flood(t *testing.T, taken *atomic.Int64) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 1<<16)
		for range 1 << 14 {
			n, err := w.Write(block)
			if taken.Add(int64(n)); err != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestBadTargetsKeepTheScheduleAndHarmNobody is F16. The clock of the schedule
// is the test's.
func TestBadTargetsKeepTheScheduleAndHarmNobody(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Start(t), store.Options{Partitions: 4})
	var clock, taken atomic.Int64
	clock.Store(time.Now().UnixMilli())
	o := brief()
	o.Clock = func() time.Time { return time.UnixMilli(clock.Load()) }
	o.Jitter = func() float64 { return 0 }

	bad, good := badTargets(t), receive(t)
	urls, names := []string{good.URL, flood(t, &taken)}, []string{"good", "floods"}
	for name, url := range bad {
		urls, names = append(urls, url), append(names, name)
	}
	alerts := quick(t, s, urls...)
	by := map[string]*server.Alert{}
	for i, name := range names {
		by[name] = alerts[i]
	}
	runSender(t, s, o)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	commit(t, s, 1, 11, alerts)
	until(t, "the good one has all", func() bool { return good.distinct() == 10 })

	lines := func(name string, limit int) []server.Attempt {
		t.Helper()
		list, _, err := s.Attempts(t.Context(), by[name].ID, "", limit)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(list)
		return list
	}
	began := clock.Load()
	pass := func(want ...time.Duration) { // the due times of "fails" so far, after the first
		t.Helper()
		for i, at := range want {
			clock.Store(began + at.Milliseconds())
			until(t, "attempt "+strconv.Itoa(i+2)+" is made", func() bool { return len(lines("fails", 100)) >= i+2 })
		}
	}
	until(t, "all have been tried", func() bool {
		return !slices.ContainsFunc(names, func(name string) bool { return len(lines(name, 1)) == 0 })
	})
	schedule := []time.Duration{5 * time.Second, 35 * time.Second, 155 * time.Second, 755 * time.Second, 4355 * time.Second}
	for at := 4355*time.Second + time.Hour; at < 24*time.Hour; at += time.Hour {
		schedule = append(schedule, at)
	}
	// The last is a day after it fired, by the clock of Redis.
	fired, err := s.Fired(t.Context(), by["fails"].ID, 1, 1)
	if err != nil || len(fired) != 1 {
		t.Fatal(err)
	}
	schedule = append(schedule, time.Duration(fired[0].At-began)*time.Millisecond+24*time.Hour)
	pass(schedule...)
	until(t, "it is given up", func() bool {
		dead, _, err := s.DeadLetters(t.Context(), s.Partition(walk.Market), "", 1000)
		return err == nil && slices.ContainsFunc(dead, func(d server.DeadLetter) bool { return d.Alert == by["fails"].ID && d.Seq == 1 })
	})
	first := slices.DeleteFunc(lines("fails", 1000), func(a server.Attempt) bool { return a.Seq != 1 })
	if len(first) != len(schedule)+1 || first[len(first)-1].Outcome != "dead" {
		t.Fatalf("%d attempts, want %d; the last %+v", len(first), len(schedule)+1, first[len(first)-1])
	}
	for i, a := range first[1:] {
		if at := time.Duration(a.At-began) * time.Millisecond; a.Attempt != i+2 || at != schedule[i] || a.Status != 500 || a.ID != first[0].ID {
			t.Errorf("attempt %d at %v: %+v, want at %v", a.Attempt, at, a, schedule[i])
		}
	}
	for name, want := range map[string]struct {
		status  int
		outcome string
	}{"hangs": {0, "retry"}, "drips": {200, "delivered"}, "redirects": {302, "dead"}, "refuses": {400, "dead"}, "is gone": {410, "off"}, "floods": {200, "delivered"}, "asks to wait": {429, "retry"}} {
		a := lines(name, 1000)[0]
		if a.Status != want.status || a.Outcome != want.outcome || a.Took > 2*o.Timeout.Milliseconds() {
			t.Errorf("%s: %+v, want %+v within %v", name, a, want, o.Timeout)
		}
		if wait := a.Next - a.At; name == "asks to wait" && wait != 7_200_000 {
			t.Errorf("Retry-After of 2 h is honoured with %d ms", wait)
		}
	}
	gone, err := s.Alert(t.Context(), by["is gone"].ID)
	if err != nil || gone.State.Off == "" || len(lines("is gone", 100)) != 1 {
		t.Errorf("after 410: %+v, %v, %d attempts", gone.State, err, len(lines("is gone", 100)))
	}
	runtime.ReadMemStats(&after)
	t.Logf("%d MB of 10 GB were taken; %d MB allocated in all", taken.Load()>>20, (after.TotalAlloc-before.TotalAlloc)>>20)
	if taken.Load() > 200<<20 || after.HeapAlloc > before.HeapAlloc+100<<20 {
		t.Errorf("%d MB were taken of an endless answer, the heap grew by %d MB", taken.Load()>>20, (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>20)
	}
}
