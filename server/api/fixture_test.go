package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/api"
	"github.com/quantum-signals/quantum/server/compute"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

const firstOpen = 1_700_000_400_000

var minute = server.Series{Market: server.Market{Source: "sim", Symbol: "SIMUSDT"}, Interval: core.Minute}

// logs takes what is logged.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// origin is the API over a real store.
type origin struct {
	t     *testing.T
	store *store.Store
	lease server.Lease
	log   *logs
	url   string
}

func start(t *testing.T, options api.Options) *origin {
	t.Helper()
	o := &origin{t: t, store: storetest.Open(t, storetest.Start(t), store.Options{}), log: &logs{}}
	if err := o.store.Watch(t.Context(), server.Watched{Series: minute, Note: "simulated"}); err != nil {
		t.Fatal(err)
	}
	leases, err := o.store.Acquire(t.Context(), "test", time.Hour, []int{o.store.Partition(minute.Market)})
	if err != nil || len(leases) != 1 {
		t.Fatalf("Acquire = %v, %v; want one lease", leases, err)
	}
	o.lease = leases[0]
	options.Compute = compute.New(compute.Options{WasmSHA256: "abc"})
	if options.Hub == nil {
		options.Hub = http.NotFoundHandler()
	}
	options.Engine = api.Engine{Version: core.EngineVersion, WasmSHA256: "abc"}
	options.Log = slog.New(slog.NewTextHandler(o.log, nil))
	describe(t, o.store, options)
	web := httptest.NewServer(api.New(o.store, options))
	t.Cleanup(web.Close)
	o.url = web.URL
	return o
}

func candle(i int) core.Candle {
	v := float64(i) / 4
	return core.Candle{OpenTime: firstOpen + int64(i)*int64(core.Minute), Open: 100 + v, High: 102 + v, Low: 99 - v, Close: 101 - v, Volume: v}
}

// commit commits bars from up to to, two events on every fourth.
func (o *origin) commit(from, to int) {
	o.t.Helper()
	var list []server.Commit
	for i := from; i < to; i++ {
		k := candle(i)
		c := server.Commit{Lease: o.lease, Series: minute, Candle: k, Snapshot: &server.Snapshot{Cipher: []byte("cipher"), Volume: []byte("volume")}}
		if i > 0 {
			c.After = candle(i - 1).OpenTime
		}
		if i%4 == 3 {
			for _, e := range []server.Event{{Kind: "cipher.buy", Side: "bull"}, {Kind: "cipher.wt_bear_div", Side: "bear", Data: json.RawMessage(`{"pivots":[]}`)}} {
				e.ID = server.EventID("1", 7, minute, k.OpenTime, e.Kind)
				e.OpenTime, e.KnownAt, e.Price = k.OpenTime, k.OpenTime+int64(core.Minute), k.Close
				c.Events = append(c.Events, e)
			}
		}
		list = append(list, c)
	}
	for _, got := range o.store.Commit(o.t.Context(), list) {
		if got.Err != nil {
			o.t.Fatalf("commit: %v", got.Err)
		}
	}
}

// answer is what a request gave.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (o *origin) do(method, path, media, body string, more ...string) answer {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), method, o.url+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	for i := 0; i < len(more); i += 2 {
		r.Header.Set(more[i], more[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	hold(o.t, r, response, text)
	return answer{response.StatusCode, response.Header, text}
}

func (o *origin) get(path string) answer { return o.do(http.MethodGet, path, "", "") }

// as reads an answer of status 200.
func as[T any](t *testing.T, a answer) (v T) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	return v
}

// problem reads a refusal and lists pointer and rule of each place.
func problem(t *testing.T, a answer) (p server.Problem, places []string) {
	t.Helper()
	if media := a.header.Get("Content-Type"); media != "application/problem+json" {
		t.Fatalf("status %d, Content-Type %q: %s", a.status, media, a.body)
	}
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	for _, f := range p.Errors {
		places = append(places, f.Pointer+" "+f.Rule)
	}
	if p.Status != a.status || p.Instance == "" || p.Instance != a.header.Get("X-Request-Id") {
		t.Errorf("problem %+v of status %d and request %q", p, a.status, a.header.Get("X-Request-Id"))
	}
	return p, places
}

type columns struct {
	OpenTime                       []int64 `json:"open_time"`
	Open, High, Low, Close, Volume []float64
}
