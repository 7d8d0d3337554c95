package feed

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// What Binance allows one address.
const (
	spotWeights    = 6000 // request weight a minute; a page of klines has 2
	futuresWeights = 2400 // a page of 1000 has 5

	// requestsAtOnce bounds what is spent before an answer says that it was too much.
	requestsAtOnce = 8

	dialsAtOnce = 50 // of the 300 connections in five minutes
	dialEvery   = 1200 * time.Millisecond
)

const (
	// longestWait is how long a call waits for the exchange's leave; a longer one is
	// an error, so that it is told.
	longestWait = 90 * time.Second
	// unsaid is the wait where a refusal does not say how long.
	unsaid = time.Minute
)

// heavy reports whether a status refuses requests for their weight: too many, or
// banned for going on.
func heavy(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusTeapot
}

// restraint holds requests back as the exchange asks. All series of a feed share
// one: limits are for the address. Safe for concurrent use.
type restraint struct {
	allowed int // weight a minute

	mu    sync.Mutex
	until time.Time // guarded by mu: no request before
}

func newRestraint(allowed int) *restraint { return &restraint{allowed: allowed} }

// heed takes an answer's word on limits. A refusal holds requests back for its
// Retry-After; four fifths of the weight used, to the end of the minute.
func (r *restraint) heed(now time.Time, status int, h http.Header) {
	var until time.Time
	if used, err := strconv.Atoi(h.Get("X-Mbx-Used-Weight-1m")); err == nil && used >= r.allowed/5*4 {
		until = now.Truncate(time.Minute).Add(time.Minute)
	}
	if heavy(status) {
		pause := unsaid
		if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil && seconds >= 0 {
			pause = time.Duration(min(seconds, maxRetryAfter)) * time.Second
		}
		until = now.Add(pause)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if until.After(r.until) {
		r.until = until
	}
}

// maxRetryAfter is three days, the longest ban, in seconds.
const maxRetryAfter = 3 * 24 * 60 * 60

// left is how long requests are held back.
func (r *restraint) left(now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(0, r.until.Sub(now))
}

// wait waits until a request may be made.
func (r *restraint) wait(ctx context.Context) error {
	for {
		left := r.left(time.Now())
		if left == 0 {
			return ctx.Err()
		}
		if left > longestWait {
			return fmt.Errorf("the exchange asks to wait another %s", left.Round(time.Second))
		}
		if err := rest(ctx, left); err != nil {
			return err
		}
	}
}

// spacing keeps a number of things to so many at once and one in a while.
type spacing struct {
	slack, every time.Duration

	mu   sync.Mutex
	next time.Time // guarded by mu: when the next would be due without slack
}

func newSpacing(atOnce int, every time.Duration) *spacing {
	return &spacing{slack: time.Duration(atOnce-1) * every, every: every}
}

// take books the next place and says how long it is until then.
func (s *spacing) take(now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next.Before(now) {
		s.next = now
	}
	left := s.next.Add(-s.slack).Sub(now)
	s.next = s.next.Add(s.every)
	return max(0, left)
}

// rest waits, or until ctx has ended.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
