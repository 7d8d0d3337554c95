package feed

import (
	"context"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/core"
)

// clock is the time of a played market, shared by its series so that they stay
// together. It runs rate bars of the shortest series a second.
type clock struct {
	rate float64

	mu       sync.Mutex
	market   int64         // guarded by mu: market time at started, ms
	started  time.Time     // guarded by mu; zero before the first series
	shortest core.Interval // guarded by mu
}

// join brings in a series that has been played up to a market time.
func (c *clock) join(interval core.Interval, played int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if !c.started.IsZero() {
		played = max(played, c.at(now))
	}
	c.market, c.started = played, now
	if c.shortest == 0 || interval < c.shortest {
		c.shortest = interval
	}
}

// at is the market time at a moment. mu is held.
func (c *clock) at(now time.Time) int64 {
	return c.market + int64(now.Sub(c.started).Seconds()*c.rate*float64(c.shortest))
}

// skip moves the clock on to a market time, over a gap in the bars.
func (c *clock) skip(to int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); c.at(now) < to {
		c.market, c.started = to, now
	}
}

// now is the market time, and how long one millisecond of it lasts.
func (c *clock) now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at(time.Now())
}

// wait waits until a market time has come, or ctx has ended.
func (c *clock) wait(ctx context.Context, until int64) error {
	for {
		c.mu.Lock()
		left := time.Duration(float64(until-c.at(time.Now())) / (c.rate * float64(c.shortest)) * float64(time.Second))
		c.mu.Unlock()
		if left <= 0 {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(left):
		}
	}
}
