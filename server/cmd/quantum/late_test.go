package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server/store/storetest"
)

// A webhook that hangs for longer than WEBHOOK_LATE is told by the metrics, beside
// readiness and by the doctor; and the origin stays ready.
func TestLateWebhooksAreTold(t *testing.T) {
	redis, ended := storetest.Start(t), make(chan struct{})
	hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-ended:
		}
	}))
	defer hangs.Close()
	defer close(ended)
	s := serveHere(t, redis, map[string]string{
		"WATCH": "sim:SIMUSDT:1m", "PLAY_RATE": "25", "PLAY_BACKFILL": "100", "OPEN_WRITE": "true", "WEBHOOK_ALLOW": "127.0.0.1",
		"WEBHOOK_TIMEOUT": "1m", "WEBHOOK_LATE": "1s",
	})
	soonIs(t, "the alert is made", func() bool {
		return try(t, "POST", s.url+"/api/v1/alerts", "", `{"market":"sim:SIMUSDT","interval":"1m","expression":"close > 0","webhook":{"url":"`+hangs.URL+`"}}`) == 201
	})
	read := func(path string) (int, string) {
		response, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
	soonIs(t, "/readyz tells of it", func() bool {
		_, text := read("/readyz")
		return strings.Contains(text, `"webhooks":"the oldest delivery has been due for`)
	})
	if status, text := read("/readyz"); status != http.StatusOK || !strings.Contains(text, `"status":"ready"`) {
		t.Errorf("a late webhook makes the origin unready: %d %s", status, text)
	}
	if _, text := read("/metrics"); !strings.Contains(text, `quantum_webhook_deliveries{state="pending"} 1`) || strings.Contains(text, "quantum_webhook_oldest_seconds 0\n") || !strings.Contains(text, "quantum_webhook_dead_letters 0") {
		t.Errorf("the metrics do not tell of it: %s", text)
	}
	t.Setenv("REDIS_URL", redis.URL())
	t.Setenv("WEBHOOK_LATE", "1s")
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"doctor"}, streams{strings.NewReader(""), &out, &errs}); code != exitFailure || !strings.Contains(out.String(), ":send: the oldest delivery has been due for") {
		t.Errorf("doctor ends with %d and says %q, %q", code, out.String(), errs.String())
	}
}
