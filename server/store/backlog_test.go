package store_test

import (
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

func TestTheBacklogIsAsOldAsItsOldest(t *testing.T) {
	storetest.OnEvery(t, store.Options{Partitions: 4}, func(t *testing.T, s *store.Store) {
		backlog := func() server.Backlog {
			t.Helper()
			b, err := s.Backlog(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		if b := backlog(); b != (server.Backlog{}) {
			t.Errorf("of a new store: %+v", b)
		}
		l, a := alerted(t, s, server.Alert{})
		for i := range 2 {
			if _, err := fires(t, s, l, a, 1, i+1); err != nil {
				t.Fatal(err)
			}
		}
		if b := backlog(); b.Waiting != 1 || b.Pending != 0 { // the second waits for its turn
			t.Errorf("before anybody takes it: %+v", b)
		}
		d := take(t, s, "stuck")
		const age = 300 * time.Millisecond
		for end := time.Now().Add(30 * time.Second); backlog().Oldest < age; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("what is held is never %v old: %+v", age, backlog())
			}
		}
		if _, err := s.Claim(t.Context(), "other", 0, 10); err != nil {
			t.Fatal(err)
		}
		if b := backlog(); b.Pending != 1 || b.Waiting != 0 || b.Oldest < age {
			t.Errorf("taken over: %+v, want it no younger than %v", b, age)
		}
		// One that nobody hands over although its time has come is late as well.
		settle(t, s, d, server.Settlement{Next: time.Now().Add(-time.Hour).UnixMilli(), Spent: true}, true)
		if b := backlog(); b.Pending != 0 || b.Retrying != 1 || b.Oldest < 59*time.Minute || b.Oldest > 61*time.Minute {
			t.Errorf("due an hour ago: %+v", b)
		}
		if err := s.Promote(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		settle(t, s, take(t, s, "other"), server.Settlement{Next: time.Now().Add(time.Hour).UnixMilli()}, true)
		if b := backlog(); b != (server.Backlog{Retrying: 1}) {
			t.Errorf("due in an hour: %+v", b)
		}
	})
}
