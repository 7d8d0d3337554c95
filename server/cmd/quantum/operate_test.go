package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store/storetest"
)

// newTestKey makes a key as a person does.
func newTestKey(t *testing.T, flags ...string) string {
	t.Helper()
	return strings.TrimSpace(must(t, append([]string{"key", "create"}, flags...)...))
}

// try makes a request and gives its status.
func try(t *testing.T, method, url, key, body string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

func TestKeysOpenWhatTheirScopesSay(t *testing.T) {
	redis := storetest.Start(t)
	t.Setenv("REDIS_URL", redis.URL())
	s := serveHere(t, redis, map[string]string{"OPEN_WRITE": "false", "REQUIRE_KEY": "true"})
	const bars = `{"market":"ingest:WALK","interval":"15m","candles":[[1700000100000,1,2,1,2,1]]}`
	const watch = `{"market":"sim:NEW","intervals":["1m"]}`
	reader := newTestKey(t, "--name", "reader")
	both := newTestKey(t, "--name", "feeder", "--scope", "write,admin")
	for _, tt := range []struct {
		method, path, key, body string
		status                  int
	}{
		{"GET", "/api/v1/markets", "", "", 401},
		{"GET", "/api/v1/markets", "qk_none", "", 401},
		{"GET", "/api/v1/markets", reader, "", 200},
		{"GET", "/metrics", "", "", 401},
		{"GET", "/metrics", reader, "", 200},
		{"GET", "/healthz", "", "", 200},
		{"POST", "/api/v1/candles", reader, bars, 403},
		{"POST", "/api/v1/candles", both, bars, 200},
		{"GET", "/api/v1/markets", both, "", 403},
		{"POST", "/api/v1/markets", reader, watch, 403},
		{"POST", "/api/v1/markets", both, watch, 202},
		{"DELETE", "/api/v1/markets/sim:NEW", both, "", 204},
	} {
		if got := try(t, tt.method, s.url+tt.path, tt.key, tt.body); got != tt.status {
			t.Errorf("%s %s with %.6s: %d, want %d", tt.method, tt.path, tt.key, got, tt.status)
		}
	}
	list := strings.Split(strings.TrimSpace(must(t, "key", "list")), "\n")
	if len(list) != 2 || !strings.HasSuffix(list[0], "reader") || !strings.Contains(list[1], "write,admin") || strings.Contains(strings.Join(list, ""), reader) {
		t.Fatalf("the list is %q", list)
	}
	id, _, _ := strings.Cut(list[0], " ")
	must(t, "key", "revoke", id)
	for until := time.Now().Add(limit); try(t, "GET", s.url+"/api/v1/markets", reader, "") != 401; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("a revoked key is of use for ever")
		}
	}
	var errs bytes.Buffer
	if code := run(t.Context(), []string{"key", "revoke", id}, streams{nil, io.Discard, &errs}); code != exitFailure || !strings.Contains(errs.String(), id) {
		t.Errorf("revoked again: exit %d, %s", code, errs.String())
	}
}

func TestMetricsAndSpansAreTold(t *testing.T) {
	var spans atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/v1/traces" && bytes.Contains(body, []byte("GET /api/v1/markets")) {
			spans.Add(1)
		}
	}))
	defer collector.Close()
	s := serveHere(t, storetest.Start(t), map[string]string{"WATCH": "sim:SIMUSDT:1m", "OTLP_ENDPOINT": collector.URL})
	if status := try(t, "GET", s.url+"/api/v1/markets", "", ""); status != 200 {
		t.Fatal(status)
	}
	text := ""
	for until := time.Now().Add(limit); !strings.Contains(text, `quantum_http_requests_total{method="GET",route="GET /api/v1/markets",status="200"}`) ||
		strings.Contains(text, "quantum_monitor_bars_total 0\n"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("metrics are %s", text)
		}
		response, err := http.Get(s.url + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(response.Body)
		response.Body.Close()
		text = string(b)
	}
	for _, name := range []string{"quantum_build_info{", "quantum_hub_connections 0", "go_goroutines ", "process_resident_memory_bytes ", "quantum_http_request_seconds_bucket{"} {
		if !strings.Contains(text, name) {
			t.Errorf("metrics lack %s", name)
		}
	}
	if err := s.stop(); err != nil { // sends what is left
		t.Fatal(err)
	}
	if spans.Load() == 0 {
		t.Error("the collector has heard of no request")
	}
}
