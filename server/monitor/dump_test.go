package monitor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
	"github.com/redis/go-redis/v9"
)

// dump is everything a store holds of its series, a line an entry, but for
// times of writing, forming bars and leases.
func dump(t *testing.T, url string) []string {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	ctx := context.Background()
	keys, err := client.Keys(ctx, "q:{p*}:*").Result()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(keys)
	var lines []string
	for _, key := range keys {
		switch kind := strings.Split(key, ":")[2]; kind {
		case "c", "e", "k", "out":
			entries, err := client.XRange(ctx, key, "-", "+").Result()
			if err != nil {
				t.Fatal(err)
			}
			var own []string
			for _, e := range entries {
				delete(e.Values, "at")
				id := e.ID
				if kind == "out" { // its ids are times of writing
					id = ""
				}
				own = append(own, fmt.Sprintf("%s %s %s", key, id, fields(e.Values)))
			}
			if kind == "out" { // commits of different series come in any order
				sort.SliceStable(own, func(i, j int) bool {
					return own[i][:strings.Index(own[i], `" id`)] < own[j][:strings.Index(own[j], `" id`)]
				})
			}
			lines = append(lines, own...)
		case "s":
			state, err := client.HGetAll(ctx, key).Result()
			if err != nil {
				t.Fatal(err)
			}
			values := map[string]any{}
			for name, v := range state {
				if !strings.HasPrefix(name, "forming") {
					values[name] = v
				}
			}
			lines = append(lines, fmt.Sprintf("%s %s", key, fields(values)))
		}
	}
	return lines
}

func fields(values map[string]any) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&b, " %s=%q", name, values[name])
	}
	return b.String()
}

// same compares two dumps and tells the first difference.
func same(t *testing.T, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("entry %d differs:\n got %.400s\nwant %.400s", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
}

// unbroken is the dump of one run over all files that nothing disturbs. It is
// made once.
func unbroken(t *testing.T) []string {
	t.Helper()
	once.Lock()
	defer once.Unlock()
	if undisturbed != nil {
		return undisturbed
	}
	r := storetest.Start(t)
	s := storetest.Open(t, r, store.Options{})
	watch(t, s)
	stop := run(t, s, feeds(), monitor.Options{})
	finish(t, s)
	stop()
	undisturbed = dump(t, r.URL())
	return undisturbed
}

var (
	once        sync.Mutex
	undisturbed []string // guarded by once
)

func watch(t *testing.T, s *store.Store) {
	t.Helper()
	for series := range files {
		if err := s.Watch(t.Context(), server.Watched{Series: series}); err != nil {
			t.Fatal(err)
		}
	}
}

// run runs a monitor until stop, or the end of the test.
func run(t testing.TB, s monitor.Store, feeds map[string]monitor.Feed, o monitor.Options) (stop func()) {
	_, stop = runWith(t, s, feeds, o)
	return stop
}

func runWith(t testing.TB, s monitor.Store, feeds map[string]monitor.Feed, o monitor.Options) (*monitor.Monitor, func()) {
	t.Helper()
	if o.Log == nil {
		o.Log = quiet()
	}
	if o.Look == 0 {
		o.Look = 20 * time.Millisecond
	}
	m := monitor.New(s, feeds, o)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(stop)
	return m, stop
}

// finish waits until every file is committed to its end.
func finish(t *testing.T, s *store.Store) {
	t.Helper()
	storetest.Eventually(t, 2*time.Minute, "all bars are committed", func() bool { return committed(t, s) == total() })
}

func total() (bars int64) {
	for series := range files {
		bars += int64(candles(series).Len())
	}
	return bars
}

// committed is how many bars the store holds of all series; -1 while it is away.
func committed(t *testing.T, s *store.Store) (bars int64) {
	heads, err := s.Heads(context.Background(), slices.Collect(maps.Keys(files))...)
	if err != nil {
		return -1
	}
	for _, h := range heads {
		bars += h.Bars
	}
	return bars
}

// batch is the events of a series as the engines give them in one go.
func batch(t *testing.T, s server.Series, c core.Columns) []server.Event {
	t.Helper()
	params, out := cipher.Default(cipher.Quantum), cipher.MakeColumns(c.Len())
	if err := cipher.Compute(params, s.Interval, c, &out); err != nil {
		t.Fatal(err)
	}
	found, err := cipher.AppendSeriesEvents(nil, params, s.Interval, c, &out)
	if err != nil {
		t.Fatal(err)
	}
	var events []server.Event
	for _, e := range found {
		one := server.Event{Kind: e.Kind(), Side: e.Side.String(), OpenTime: e.OpenTime, KnownAt: e.KnownAt, Price: e.Price}
		one.ID = server.EventID(core.EngineVersion, params.Hash(), s, e.OpenTime, e.Kind())
		if e.HasPivots {
			type pivot struct {
				OpenTime int64   `json:"open_time"`
				Level    float64 `json:"level"`
				Price    float64 `json:"price"`
			}
			one.Data, err = json.Marshal(map[string][]pivot{"pivots": {pivot(e.Pivots[0]), pivot(e.Pivots[1])}})
			if err != nil {
				t.Fatal(err)
			}
		}
		events = append(events, one)
	}
	p := volume.Default()
	v, err := volume.New(p, s.Interval, volume.Daily())
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Len() {
		if err := v.Next(c.At(i), nil); err != nil {
			t.Fatal(err)
		}
		for _, e := range v.AppendEvents(nil) {
			type level struct {
				Price   float64 `json:"price"`
				Session int64   `json:"session"`
			}
			levels := []level{}
			for _, l := range e.Levels {
				levels = append(levels, level{l.Price, l.Start})
			}
			body, err := json.Marshal(map[string][]level{"levels": levels})
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, server.Event{
				ID: server.EventID(core.EngineVersion, p.Hash(), s, e.OpenTime, e.Kind()), Kind: e.Kind(), Side: e.Side.String(),
				OpenTime: e.OpenTime, KnownAt: e.KnownAt, Price: e.Price, Data: body,
			})
		}
	}
	// Of a bar the cipher's events come first.
	sort.SliceStable(events, func(i, j int) bool { return events[i].OpenTime < events[j].OpenTime })
	return events
}
