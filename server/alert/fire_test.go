package alert_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// due are the bars after the history at which a rule holds, computed in one go.
func due(t *testing.T, expression string) []int64 {
	t.Helper()
	rule, err := alert.Compile(expression)
	if err != nil {
		t.Fatal(err)
	}
	all, err := alert.DefaultEngines(cipher.Quantum).Matches(t.Context(), rule, walk.Interval, walked())
	if err != nil {
		t.Fatal(err)
	}
	last := walked().OpenTime[history-1]
	return slices.DeleteFunc(all, func(open int64) bool { return open <= last })
}

// cooled leaves out what falls into the silence after a firing.
func cooled(opens []int64, cooldown int64) (kept []int64) {
	for _, open := range opens {
		if len(kept) == 0 || open >= kept[len(kept)-1]+cooldown {
			kept = append(kept, open)
		}
	}
	return kept
}

// rules are what the tests watch, and the bars that must come of it.
func rules(t *testing.T, s *store.Store) map[*server.Alert][]int64 {
	often, rare := "rsi < 45 and close < vwap", `event("cipher.cross_up")`
	whole := due(t, often)
	end := walked().OpenTime[800]
	before := slices.DeleteFunc(slices.Clone(whole), func(open int64) bool { return open+int64(walk.Interval) >= end })
	cooldown := 20 * int64(walk.Interval)
	if len(before) < 20 || len(before) == len(whole) || len(due(t, rare)) < 10 {
		t.Fatalf("the rules show too little: %d, %d", len(before), len(whole))
	}
	added := map[*server.Alert][]int64{
		add(t, s, server.Alert{Expression: often}):                     whole,
		add(t, s, server.Alert{Expression: rare}):                      due(t, rare),
		add(t, s, server.Alert{Expression: often, Once: true}):         whole[:1],
		add(t, s, server.Alert{Expression: often, Cooldown: cooldown}): cooled(whole, cooldown),
		add(t, s, server.Alert{Expression: often, ExpiresAt: end}):     before,
		add(t, s, server.Alert{Expression: "close < 0"}):               nil,
	}
	if len(added) != numRules {
		t.Fatalf("%d alerts were added, the monitor waits for %d", len(added), numRules)
	}
	return added
}

// check compares what has fired with what was due.
func check(t *testing.T, s *store.Store, want map[*server.Alert][]int64) {
	t.Helper()
	for a, opens := range want {
		if got := times(t, s, a.ID); !slices.Equal(got, opens) {
			t.Errorf("%+v fired at %d bars, want %d:\n%v\n%v", a, len(got), len(opens), got, opens)
		}
	}
}

func TestRulesFireAtTheBarsTheyHoldAt(t *testing.T) {
	storetest.OnEach(t, store.Options{}, func(t *testing.T, s *store.Store) {
		if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- newMonitor(s, time.Millisecond, time.Minute).Run(ctx) }()
		defer func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}()
		reached(t, s, history)
		want := rules(t, s)
		reached(t, s, bars)
		check(t, s, want)
	})
}

// TestKilledMonitorsFireOncePerBar: processes, killed at random moments.
func TestKilledMonitorsFireOncePerBar(t *testing.T) {
	t.Parallel()
	r := storetest.Start(t)
	s := storetest.Open(t, r, store.Options{})
	if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
		t.Fatal(err)
	}
	live := child(t, "monitor", r.URL())
	reached(t, s, history)
	want := rules(t, s)
	kills := 0
	for at := int64(history); at < bars-60; kills++ {
		at += 60 + at%7
		reached(t, s, at)
		kill(live)
		live = child(t, "monitor", r.URL())
	}
	reached(t, s, bars)
	check(t, s, want)
	t.Logf("%d monitors were killed", kills)
	if kills < 5 {
		t.Errorf("only %d kills before all was played", kills)
	}
}
