package feed_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestAMonitorCommitsEveryBarOfTheExchangeOnce runs a real monitor over a real
// store while the exchange misbehaves.
func TestAMonitorCommitsEveryBarOfTheExchangeOnce(t *testing.T) {
	e := exchange(t, 300)
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	if err := s.Watch(t.Context(), server.Watched{Series: btc}); err != nil {
		t.Fatal(err)
	}
	m := monitor.New(s, map[string]monitor.Feed{"binance": feed.NewBinance(at(e, feed.BinanceOptions{Silence: time.Second}))},
		monitor.Options{Look: 20 * time.Millisecond, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("the monitor ended with %v", err)
		}
	}()
	committed := func() {
		t.Helper()
		storetest.Eventually(t, 60*time.Second, "all closed bars are committed", func() bool {
			heads, err := s.Heads(t.Context(), btc)
			return err == nil && heads[0].Bars == int64(e.Played())
		})
	}
	connects(t, e, 0)
	e.Play(20)
	committed()
	for _, fault := range []func(){e.Cut, e.EndDay, func() { e.Silence(true) }} {
		before := e.Connections()
		fault()
		for range 5 {
			e.Advance()
		}
		connects(t, e, before)
		e.Silence(false)
		e.Play(5)
		committed()
	}
	e.Tell(walk(t).At(7)) // late
	e.Advance()           // lost
	e.Send([]byte("garbage"))
	e.Play(1)
	committed()

	got, err := s.Candles(t.Context(), btc, server.CandleRange{Limit: 10000})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, walk(t).Slice(0, e.Played()))
	if stats := m.Stats(); stats.Restarts != 0 || stats.Invalid != 0 || stats.Bars != int64(e.Played()) {
		t.Errorf("the monitor counts %+v, want %d bars, none invalid, no new beginning", stats, e.Played())
	}
}
