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
	"github.com/quantum-signals/quantum/server/feed/exchangetest"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// monitors runs a monitor of the exchange until stop is called.
func monitors(t *testing.T, s *store.Store, e *exchangetest.Exchange) (m *monitor.Monitor, stop func()) {
	t.Helper()
	m = monitor.New(s, map[string]monitor.Feed{"binance": feed.NewBinance(at(e, feed.BinanceOptions{Silence: time.Second}))},
		monitor.Options{Look: 20 * time.Millisecond, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	return m, func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("the monitor ended with %v", err)
		}
	}
}

// commits waits until all the exchange closed is committed.
func commits(t *testing.T, s *store.Store, e *exchangetest.Exchange) {
	t.Helper()
	storetest.Eventually(t, 60*time.Second, "all closed bars are committed", func() bool {
		heads, err := s.Heads(t.Context(), btc)
		return err == nil && heads[0].Bars == int64(e.Played())
	})
}

// TestWhatWasRevisedMeanwhileIsTold is P4 where nobody listened: the exchange
// revises bars between two runs of a monitor, and while its connection is cut.
func TestWhatWasRevisedMeanwhileIsTold(t *testing.T) {
	e, c := exchange(t, 300), walk(t)
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	if err := s.Watch(t.Context(), server.Watched{Series: btc}); err != nil {
		t.Fatal(err)
	}
	heard := make(chan server.Entry, 1000)
	tail := s.Tail(func(n server.Entry) {
		if n.Corrects > 0 {
			heard <- n
		}
	})
	if err := tail.Follow(t.Context(), s.Partition(btc.Market)); err != nil {
		t.Fatal(err)
	}
	go func() { _ = tail.Run(t.Context()) }() // ends with the test
	revise := func(i int, volume float64) string {
		k := c.At(i)
		k.Volume += volume
		e.Revise(i, k)
		return string(append(server.AppendCandle([]byte{'{'}, k), '}'))
	}
	told := func(m *monitor.Monitor, want ...string) {
		t.Helper()
		for i, body := range want {
			select {
			case n := <-heard:
				if string(n.Body) != body || n.Channel != server.BarsChannel(btc) {
					t.Fatalf("revision %d is %+v %s, want %s", i, n, n.Body, body)
				}
			case <-time.After(60 * time.Second):
				t.Fatalf("revision %d, %s, is not told", i, body)
			}
		}
		e.Play(1) // whatever else was to be told is by the time this bar is committed
		commits(t, s, e)
		if got := m.Stats().Corrected; got != int64(len(want)) || len(heard) > 0 {
			t.Fatalf("%d bars are corrected, %d told beyond those expected; want %d", got, len(heard), len(want))
		}
	}
	again := func(want ...string) (m *monitor.Monitor, stop func()) {
		t.Helper()
		before := e.Connections()
		m, stop = monitors(t, s, e)
		connects(t, e, before)
		told(m, want...)
		return m, stop
	}

	_, stop := again()
	stop() // with 301 bars committed
	third, newest := revise(298, 1), revise(300, 1)
	_, stop = again(third, newest)
	stop()
	m, stop := again() // all is as it was told
	defer stop()
	at, before := e.Played()-1, e.Connections()
	e.Close(true)
	e.Cut()
	body := revise(at, 2)
	e.Close(false)
	connects(t, e, before)
	told(m, body)

	got, err := s.Candles(t.Context(), btc, server.CandleRange{Limit: 10000})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, c.Slice(0, e.Played()))
}

// TestAMonitorCommitsEveryBarOfTheExchangeOnce runs a real monitor over a real
// store while the exchange misbehaves.
func TestAMonitorCommitsEveryBarOfTheExchangeOnce(t *testing.T) {
	e := exchange(t, 300)
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	if err := s.Watch(t.Context(), server.Watched{Series: btc}); err != nil {
		t.Fatal(err)
	}
	m, stop := monitors(t, s, e)
	defer stop()
	committed := func() { t.Helper(); commits(t, s, e) }
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
