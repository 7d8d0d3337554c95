package feed_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/feed/exchangetest"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// follower takes bars by the monitor's rules: history, then live, history again
// where a live bar leaves a hole, no bar that does not come after the last.
type follower struct {
	feed   *feed.Binance
	series server.Series
	stop   func() // ends it and waits for that

	mu      sync.Mutex
	bars    core.Columns  // guarded by mu: as committed
	closed  []core.Candle // guarded by mu: as given live
	forming []core.Candle // guarded by mu
	ends    int           // guarded by mu: how often Live ended
}

// follow runs a follower until the test ends.
func follow(t *testing.T, f *feed.Binance) *follower {
	t.Helper()
	return followSeries(t, f, btc)
}

func followSeries(t *testing.T, f *feed.Binance, s server.Series) *follower {
	t.Helper()
	w := &follower{feed: f, series: s}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			if w.catchUp(ctx) == nil && f.Live(ctx, s, w.last(), func(b server.Bar) error { return w.live(ctx, b) }) == nil {
				t.Error("Live gives nil")
			}
			w.mu.Lock()
			w.ends++
			w.mu.Unlock()
		}
	}()
	w.stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(w.stop)
	return w
}

func (w *follower) last() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := w.bars.Len(); n > 0 {
		return w.bars.OpenTime[n-1]
	}
	return 0
}

func (w *follower) take(k core.Candle) error {
	if k.OpenTime > w.last() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.bars.Append(k)
	}
	return nil
}

func (w *follower) catchUp(ctx context.Context) error {
	return w.feed.History(ctx, w.series, w.last(), w.take)
}

func (w *follower) live(ctx context.Context, b server.Bar) error {
	w.mu.Lock()
	if b.Closed {
		w.closed = append(w.closed, b.Candle)
	} else {
		w.forming = append(w.forming, b.Candle)
	}
	w.mu.Unlock()
	if !b.Closed {
		return nil
	}
	if b.Candle.OpenTime > w.last()+int64(w.series.Interval) {
		if err := w.catchUp(ctx); err != nil {
			return err
		}
	}
	return w.take(b.Candle)
}

func (w *follower) len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bars.Len()
}

// has waits until all the exchange closed is taken.
func (w *follower) has(t *testing.T, e interface{ Played() int }) {
	t.Helper()
	storetest.Eventually(t, 30*time.Second, "all closed bars are taken", func() bool { return w.len() >= e.Played() })
}

// connects waits until the exchange has had more than so many connections.
func connects(t *testing.T, e *exchangetest.Exchange, more int) {
	t.Helper()
	storetest.Eventually(t, 30*time.Second, "the feed connects", func() bool { return e.Connections() > more })
}
