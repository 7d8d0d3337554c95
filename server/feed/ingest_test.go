package feed_test

import (
	"errors"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

var pushed = server.Series{Market: server.Market{Source: "ingest", Symbol: "X"}, Interval: core.Minute}

// push pushes n bars from bar from on.
func push(t *testing.T, s *store.Store, from, n int) {
	t.Helper()
	var bars []server.IngestBar
	for i := from; i < from+n; i++ {
		bars = append(bars, server.IngestBar{Candle: core.Candle{OpenTime: int64(i+1) * int64(core.Minute), Open: 1, High: 2, Low: 1, Close: 1.5, Volume: float64(i)}})
	}
	if _, err := s.Ingest(t.Context(), pushed, bars); err != nil {
		t.Fatal(err)
	}
}

func TestPushedBarsComeInOrder(t *testing.T) {
	storetest.OnEach(t, store.Options{}, func(t *testing.T, s *store.Store) {
		f := feed.NewIngest(s)
		push(t, s, 0, 1200)
		next := int64(0)
		due := func(k core.Candle) error {
			if want := (next + 1) * int64(core.Minute); k.OpenTime != want {
				t.Errorf("bar %d opens at %d, want %d", next, k.OpenTime, want)
			}
			next++
			return nil
		}
		if err := f.History(t.Context(), pushed, 0, due); err != nil || next != 1200 {
			t.Fatalf("history is %d bars, %v; want 1200", next, err)
		}
		bars := make(chan core.Candle)
		done := make(chan error)
		go func() {
			done <- f.Live(t.Context(), pushed, next*int64(core.Minute), func(b server.Bar) error {
				if !b.Closed || b.Series != pushed {
					t.Errorf("%+v, want a closed bar of %s", b, pushed)
				}
				bars <- b.Candle
				if b.Candle.Volume == 1219 {
					return errStop
				}
				return nil
			})
		}()
		for from := 1200; from < 1220; from += 5 {
			push(t, s, from, 5)
			for range 5 {
				if err := due(<-bars); err != nil {
					t.Error(err)
				}
			}
		}
		if err := <-done; !errors.Is(err, errStop) {
			t.Errorf("Live = %v, want the error of emit", err)
		}
	})
}

var errStop = &server.Error{Detail: "stop"}
