package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestReadinessFollowsTheStore is the honest status of F9: an origin that is cut
// off from Redis says so within 15 s, and takes it back when it is reached again.
// The cable between the two is pulled; where that cannot be done a proxy holds
// everything back.
func TestReadinessFollowsTheStore(t *testing.T) {
	n, done := chaostest.Apart(t)
	if done {
		return
	}
	if n == nil {
		proxy := storetest.StartProxy(t, storetest.StartPort(t))
		followStore(t, proxy.URL(), proxy.Cut, proxy.Heal)
		return
	}
	h := n.Host()
	cable := n.Link(h)
	address := storetest.StartPortOn(t, storetest.Place{IP: h.IP, Enter: h.Enter})
	followStore(t, "redis://"+address, func() { cable.Pull(true) }, func() { cable.Pull(false) })
}

func followStore(t *testing.T, url string, cut, heal func()) {
	s := serveAt(t, url, map[string]string{"WATCH": "sim:SIMUSDT:1m"})
	s.ready(limit, http.StatusOK)
	cut()
	s.ready(kept(15*time.Second), http.StatusServiceUnavailable)
	heal()
	s.ready(kept(15*time.Second), http.StatusOK)
}

// kept is how long a promise of that length may take here: three times as long
// beside all other tests, itself where faults are run by themselves.
func kept(promised time.Duration) time.Duration {
	if os.Getenv("CHAOS") == "" {
		return 3 * promised
	}
	return promised
}

// TestReadinessTellsWhichReadersAndMarketsStand: one node of a cluster that says
// nothing turns it red, though others answer; a market that stands is counted and
// named, and turns nothing red.
func TestReadinessTellsWhichReadersAndMarketsStand(t *testing.T) {
	t.Parallel()
	c := storetest.StartCluster(t, 10*time.Minute) // nobody is held for dead
	s := serveAt(t, c.URL(), map[string]string{"WATCH": "sim:SIMUSDT:1m,nowhere:NONE:1m", "DEMO_SERIES": "nowhere:OTHER:1m", "DEMO_FILE": walk})
	s.ready(limit, http.StatusOK)
	storetest.Eventually(t, limit, "the market that stands is counted", func() bool {
		return s.checks()["markets"] == "2 live, 1 lagging, 0 stale, 0 gap: nowhere:NONE"
	})
	c.Nodes[0].Pause()
	defer c.Nodes[0].Continue()
	s.ready(kept(15*time.Second), http.StatusServiceUnavailable)
	storetest.Eventually(t, kept(15*time.Second), "the reader that is stuck is told", func() bool {
		return strings.Contains(s.checks()["tail"], "were last read")
	})
	c.Nodes[0].Continue()
	s.ready(limit, http.StatusOK)
}

// checks are what /readyz says of each.
func (s *served) checks() map[string]string {
	s.t.Helper()
	var said struct{ Checks map[string]string }
	response, err := http.Get(s.url + "/readyz")
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&said); err != nil {
		s.t.Fatal(err)
	}
	return said.Checks
}

// ready waits until the origin says of itself whether it is ready.
func (s *served) ready(within time.Duration, status int) {
	s.t.Helper()
	began := time.Now()
	client := http.Client{Timeout: 5 * time.Second}
	var said string
	for last := 0; last != status; time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > within {
			s.t.Fatalf("not within %v: /readyz is %d; it is %d, %s", within, status, last, said)
		}
		response, err := client.Get(s.url + "/readyz")
		if err != nil {
			said = err.Error()
			continue
		}
		body, _ := io.ReadAll(response.Body) // only to be shown
		response.Body.Close()
		last, said = response.StatusCode, string(body)
	}
	s.t.Logf("/readyz is %d after %v: %s", status, time.Since(began).Round(time.Millisecond), said)
}
