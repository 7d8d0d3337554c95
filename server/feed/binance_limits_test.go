package feed

import (
	"net/http"
	"testing"
	"time"
)

func TestRequestsAreHeldBackAsTheExchangeAsks(t *testing.T) {
	now := time.Date(2025, 8, 1, 12, 0, 20, 0, time.UTC)
	f := func(status int, header, value string, want time.Duration) {
		t.Helper()
		r := newRestraint(6000)
		r.heed(now, status, http.Header{header: {value}})
		if got := r.left(now); got != want {
			t.Errorf("after status %d with %s %q requests wait %s, want %s", status, header, value, got, want)
		}
	}
	const weight, after = "X-Mbx-Used-Weight-1m", "Retry-After"
	f(200, weight, "4799", 0)
	f(200, weight, "4800", 40*time.Second) // the minute's end
	f(200, weight, "many", 0)
	f(200, after, "7", 0) // no refusal
	f(429, after, "7", 7*time.Second)
	f(418, after, "7200", 2*time.Hour)
	f(429, after, "0", 0)
	f(429, after, "soon", time.Minute)
	f(429, after, "-1", time.Minute)
	f(418, after, "99999999999", 72*time.Hour)
	f(429, after, "99999999999999999999999", time.Minute)
}

func TestAShorterRefusalDoesNotEndALongerOne(t *testing.T) {
	now := time.Date(2025, 8, 1, 12, 0, 20, 0, time.UTC)
	r := newRestraint(6000)
	r.heed(now, 418, http.Header{"Retry-After": {"600"}})
	r.heed(now, 429, http.Header{"Retry-After": {"1"}})
	r.heed(now, 200, http.Header{})
	if got := r.left(now); got != 10*time.Minute {
		t.Errorf("requests wait %s, want 10 minutes", got)
	}
}

func TestConnectionsAreSpaced(t *testing.T) {
	now := time.Date(2025, 8, 1, 12, 0, 0, 0, time.UTC)
	s := newSpacing(3, time.Second)
	f := func(at, want time.Duration) {
		t.Helper()
		if got := s.take(now.Add(at)); got != want {
			t.Errorf("at %s the next waits %s, want %s", at, got, want)
		}
	}
	f(0, 0)
	f(0, 0)
	f(0, 0)
	f(0, time.Second)
	f(0, 2*time.Second)
	f(time.Second, 2*time.Second) // behind those that wait
	f(time.Minute, 0)
	f(time.Minute, 0)
	f(time.Minute, 0)
	f(time.Minute, time.Second)
}
