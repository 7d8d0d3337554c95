package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// onOrigin returns a handler over an origin that gives the given answers by
// path; its clock is moved by hand, and down makes the origin unreachable.
func onOrigin(t *testing.T, answers map[string]string) (h http.Handler, now *time.Time, down *atomic.Bool, asked *atomic.Int64) {
	t.Helper()
	now, down, asked = new(time.Time), new(atomic.Bool), new(atomic.Int64)
	*now = time.UnixMilli(1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Authorization") != "Bearer mine" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, ok := answers[r.URL.Path+"?limit="+r.URL.Query().Get("limit")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	do := func(r *http.Request) (*http.Response, error) {
		if down.Load() {
			return nil, errors.New("down")
		}
		return http.DefaultClient.Do(r)
	}
	o := readOptions(variables())
	o.origin = &origin{base: server.URL, key: "mine", do: do, cache: &memory{}, now: func() time.Time { return *now }}
	return newHandler(o), now, down, asked
}

func TestWatchedSeries(t *testing.T) {
	const candles = `"candles":{"open_time":[0,60000],"open":[1,1],"high":[2,2],"low":[1,1],"close":[2,2],"volume":[3,4]}`
	h, now, down, asked := onOrigin(t, map[string]string{
		"/api/v1/candles?limit=1":         `{` + candles + `,"forming":{"open_time":120000,"open":1,"high":3,"low":1,"close":3,"volume":1}}`,
		"/api/v1/candles?limit=5":         `{` + candles + `,"forming":null}`,
		"/api/v1/signals/snapshot?limit=": `{"snapshot":null,` + candles + `}`,
	})
	const path = "/api/v1/signals/cipher?market=ingest:A&interval=1m&limit=5&fields=rsi"
	get := func(want int64, stale string) {
		t.Helper()
		from := asked.Load()
		w := ask(h, "GET", path, "")
		if w.Code != 200 || !strings.Contains(w.Body.String(), `"open_time":[0,60000]`) || !strings.Contains(w.Body.String(), `"forming":{"open_time":120000`) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if got := asked.Load() - from; got != want || w.Header().Get(staleHeader) != stale {
			t.Errorf("asked the origin %d times and called the answer stale by %q, want %d and %q", got, w.Header().Get(staleHeader), want, stale)
		}
	}
	get(3, "") // the newest bar, the candles, what their readings depend on
	get(0, "")
	*now = now.Add(fresh)
	get(1, "")
	*now = now.Add(5 * time.Second)
	down.Store(true)
	get(0, "5")
	if w := ask(h, "GET", "/api/v1/signals/volume?market=ingest:B&interval=1m", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("a series nothing is known of, while the origin is down: %d %s", w.Code, w.Body)
	}
	down.Store(false)
	if w := ask(h, "GET", "/api/v1/signals/cipher?market=ingest:A&interval=1m&limit=0", ""); w.Code != 401 {
		t.Errorf("what the origin is to refuse brings no key of ours: %d %s, want its 401", w.Code, w.Body)
	}
}

func TestAnAnswerThatIsNone(t *testing.T) {
	h, _, _, _ := onOrigin(t, map[string]string{"/api/v1/candles?limit=1": `{"candles":`})
	if w := ask(h, "GET", "/api/v1/signals/volume?market=ingest:A&interval=1m", ""); w.Code != 503 {
		t.Errorf("half an answer of the origin: %d %s, want 503", w.Code, w.Body)
	}
}
