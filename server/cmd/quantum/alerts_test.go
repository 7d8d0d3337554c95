package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store/storetest"
)

// inbox is a webhook's receiver.
type inbox struct {
	*httptest.Server
	mu    sync.Mutex
	times map[string]int // by id
	posts int
}

func newInbox(t *testing.T) *inbox {
	b := &inbox{times: map[string]int{}}
	b.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.times[r.Header.Get("Quantum-Event-Id")]++
		b.posts++
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *inbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.posts
}

// TestAlertsAreDeliveredAcrossAKillOfTheOrigin kills the process that judges,
// commits, serves and sends, again and again: what fired is in the log of the
// alert, once a bar, and at the receiver.
func TestAlertsAreDeliveredAcrossAKillOfTheOrigin(t *testing.T) {
	redis, to := storetest.Start(t), newInbox(t)
	settings := []string{"WATCH=sim:SIMUSDT:1m", "PLAY_RATE=25", "PLAY_BACKFILL=100", "WEBHOOK_ALLOW=127.0.0.1", "WEBHOOK_TIMEOUT=500ms", "AI_PROVIDER=builtin"}
	cmd, url := startProcess(t, redis, settings...)
	var made struct {
		ID string `json:"id"`
	}
	body, err := json.Marshal(map[string]any{"market": "sim:SIMUSDT", "interval": "1m", "expression": "close > 0", "webhook": map[string]string{"url": to.URL}})
	if err != nil {
		t.Fatal(err)
	}
	soonIs(t, "the alert is made", func() bool {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/v1/alerts", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/json")
		r, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		return r.StatusCode == http.StatusCreated && json.NewDecoder(r.Body).Decode(&made) == nil
	})
	const kills = 3
	for range kills {
		have := to.count()
		soonIs(t, "more is delivered", func() bool { return to.count() >= have+8 })
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		cmd, url = startProcess(t, redis, settings...)
	}
	// The hub tells them too, from the first on.
	hears(t, url, "alerts:"+made.ID)

	type fired struct {
		Fired []struct {
			Seq      int    `json:"seq"`
			ID       string `json:"id"`
			OpenTime int64  `json:"open_time"`
		} `json:"fired"`
	}
	all := get[fired](t, url+"/api/v1/alerts/"+made.ID+"/fired?limit=1000").Fired
	for i, f := range all {
		if f.Seq != len(all)-i || i > 0 && f.OpenTime != all[i-1].OpenTime-60_000 {
			t.Errorf("message %d is %+v after %+v: each minute fires once", i, f, all[max(i-1, 0)])
		}
	}
	soonIs(t, "all that fired is received", func() bool {
		to.mu.Lock()
		defer to.mu.Unlock()
		for _, f := range all {
			if to.times[f.ID] == 0 {
				return false
			}
		}
		return true
	})
	to.mu.Lock()
	defer to.mu.Unlock()
	t.Logf("%d fired, %d ids received in %d POSTs, %d kills", len(all), len(to.times), to.posts, kills)
	if repeats := to.posts - len(to.times); repeats > kills {
		t.Errorf("%d POSTs were repeated in %d kills", repeats, kills)
	}
}

// hears listens to a channel until two messages in a row have come.
func hears(t *testing.T, url, channel string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/stream?ch="+channel, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var text []byte
	for page := make([]byte, 4096); bytes.Count(text, []byte(`"t":"alert"`)) < 2; {
		n, err := r.Body.Read(page)
		if err != nil {
			t.Fatalf("%s: %v after %s", channel, err, text)
		}
		text = append(text, page[:n]...)
	}
}

func soonIs(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never is so that %s", what)
		}
	}
}
