package store_test

import (
	"errors"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestARevisedBarIsToldOnce: and what was committed stays as it was.
func TestARevisedBarIsToldOnce(t *testing.T) {
	redis := storetest.Start(t)
	s := storetest.Open(t, redis, store.Options{})
	l := lease(t, s, "a", hour)
	for _, got := range s.Commit(t.Context(), commits(l, hour, 0, 100)) {
		if got.Err != nil {
			t.Fatal(got.Err)
		}
	}
	bars, err := s.Candles(t.Context(), hour, server.CandleRange{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	other := func(i int, volume float64) core.Candle {
		k := bar(i)
		k.Volume += volume
		return k
	}
	revise := func(k core.Candle, want int64) {
		t.Helper()
		if seq, err := s.Revise(t.Context(), l, hour, k); seq != want || err != nil {
			t.Errorf("Revise(%v) = %d, %v; want %d", k, seq, err, want)
		}
	}
	heard := make(chan server.Entry, 1000)
	tail := s.Tail(func(e server.Entry) { heard <- e })
	if err := tail.Follow(t.Context(), l.Partition); err != nil {
		t.Fatal(err)
	}
	go func() { _ = tail.Run(t.Context()) }() // ends with the test
	is := func(k core.Candle, seq int64) {
		t.Helper()
		revise(k, seq)
		revise(k, 0) // the same again
		body := string(append(server.AppendCandle([]byte{'{'}, k), '}'))
		if e := <-heard; e.Channel != server.BarsChannel(hour) || e.Type != "bar" || e.Seq != seq || e.Corrects != seq || string(e.Body) != body {
			t.Errorf("heard %+v %s, want message %d corrected to %s", e, e.Body, seq, body)
		}
	}
	revise(bar(99), 0)  // as it is
	revise(bar(100), 0) // not there
	is(other(99, 1), 100)
	is(other(99, 2), 100)
	is(other(99, 0), 100) // back
	is(other(50, 1), 51)
	revise(other(99, 0), 0)
	for i := 20; i < 90; i++ { // more than are remembered
		if i != 50 {
			is(other(i, 1), int64(i+1))
		}
	}
	revise(other(99, 0), 0)
	revise(other(89, 1), 0)
	revise(other(2, 1), 0) // older than all that are
	old := l
	old.Fence--
	if _, err := s.Revise(t.Context(), old, hour, other(99, 7)); !errors.Is(err, server.ErrFenced) {
		t.Errorf("Revise under an old lease = %v, want %v", err, server.ErrFenced)
	}
	after, err := s.Candles(t.Context(), hour, server.CandleRange{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for i := range bars.Len() {
		if after.At(i) != bars.At(i) {
			t.Errorf("bar %d is %v now, was %v", i, after.At(i), bars.At(i))
		}
	}
	if after.Len() != 100 {
		t.Errorf("%d bars are stored, want 100", after.Len())
	}
	if got, err := store.Examine(t.Context(), store.Options{URL: redis.URL()}); err != nil || len(got.Findings) > 0 {
		t.Errorf("Examine = %+v, %v; want nothing wrong", got, err)
	}
}
