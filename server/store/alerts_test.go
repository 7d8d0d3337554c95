package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// alerted is a store with a bar of hour, and an alert on it.
func alerted(t *testing.T, s *store.Store, a server.Alert) (server.Lease, *server.Alert) {
	t.Helper()
	l := lease(t, s, "a", hour)
	mustCommit(t, s, commits(l, hour, 0, 1))
	a.ID, a.Series, a.Webhook = s.NewAlertID(hour.Market, "x"), hour, &server.Webhook{URL: "https://example.com/", Secret: "s"}
	if err := s.AddAlert(t.Context(), &a, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.JoinSenders(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l, &a
}

// fires commits bar i with the alert's rule holding, and gives how often the
// alert has fired since.
func fires(t *testing.T, s *store.Store, l server.Lease, a *server.Alert, revision int64, i int) (int64, error) {
	t.Helper()
	c := commits(l, hour, i, i+1)[0]
	c.Alerting = &server.Alerting{Revision: revision, Firings: []server.Firing{{
		Alert: a.ID, Once: a.Once, Cooldown: a.Cooldown, KnownAt: c.Candle.OpenTime + int64(hour.Interval),
		ID: fmt.Sprintf("f_%d", i), Body: json.RawMessage(fmt.Sprintf(`{"bar":%d}`, i)), Sends: true,
	}}}
	for range 2 { // the repeat of a lost answer changes nothing
		if answer := s.Commit(t.Context(), []server.Commit{c})[0]; answer.Err != nil {
			return 0, answer.Err
		}
	}
	now, err := s.Alert(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now.State.Fired, nil
}

func TestAlertsFireWithTheCommit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		alert server.Alert
		want  []int64 // how often it has fired after each bar
	}{
		{"at each bar", server.Alert{}, []int64{1, 2, 3, 4, 5}},
		{"once", server.Alert{Once: true}, []int64{1, 1, 1, 1, 1}},
		{"not while it cools", server.Alert{Cooldown: 2 * int64(hour.Interval)}, []int64{1, 1, 2, 2, 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
				l, a := alerted(t, s, tt.alert)
				for i, want := range tt.want {
					if got, err := fires(t, s, l, a, 1, i+1); got != want || err != nil {
						t.Errorf("after bar %d: fired %d times, %v; want %d", i+1, got, err, want)
					}
				}
				kept, err := s.Fired(t.Context(), a.ID, 1, 10)
				if err != nil || int64(len(kept)) != tt.want[4] || kept[0].ID != "f_1" || string(kept[0].Body) != `{"bar":1}` {
					t.Errorf("messages %v, %v", kept, err)
				}
			})
		})
	}
}

func TestNoBarIsCommittedByOldRules(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		l, a := alerted(t, s, server.Alert{Once: true})
		if _, err := fires(t, s, l, a, 0, 1); !errors.Is(err, server.ErrRules) {
			t.Fatalf("a commit by revision 0: %v", err)
		}
		if heads, err := s.Heads(t.Context(), hour); err != nil || heads[0].Bars != 1 {
			t.Fatalf("the refused bar was stored: %+v, %v", heads, err)
		}
		if n, err := fires(t, s, l, a, 1, 1); n != 1 || err != nil {
			t.Fatalf("by revision 1: fired %d times, %v", n, err)
		}
		if err := s.SetAlert(t.Context(), a); err != nil { // armed again
			t.Fatal(err)
		}
		revision, rules, err := s.AlertRules(t.Context(), s.Partition(hour.Market))
		if err != nil || revision != 2 || len(rules) != 1 || rules[0].Series != hour || rules[0].Webhook.Secret != "s" {
			t.Fatalf("rules of revision %d: %+v, %v", revision, rules, err)
		}
		if n, err := fires(t, s, l, a, 2, 2); n != 2 || err != nil {
			t.Errorf("armed again, fired %d times, %v; want 2", n, err)
		}
		other := *a
		other.ID = s.NewAlertID(hour.Market, "y")
		if err := s.AddAlert(t.Context(), &other, 1); server.CodeOf(err) != server.CodeConflict {
			t.Errorf("one alert too many: %v", err)
		}
		if err := s.SetAlert(t.Context(), &other); server.CodeOf(err) != server.CodeNotFound {
			t.Errorf("replace one that is not there: %v", err)
		}
		if err := s.DeleteAlert(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{a.ID, "revision", "a99_x", "", "a00_\n"} {
			if _, err := s.Alert(t.Context(), id); server.CodeOf(err) != server.CodeNotFound {
				t.Errorf("alert %q: %v, want that there is none", id, err)
			}
		}
		if list, err := s.Alerts(t.Context()); len(list) != 0 || err != nil {
			t.Errorf("alerts: %v, %v", list, err)
		}
	})
}

// take waits for the next delivery of a consumer.
func take(t *testing.T, s *store.Store, consumer string) server.Delivery {
	t.Helper()
	for until := time.Now().Add(time.Minute); time.Now().Before(until); {
		for _, group := range s.Together() {
			list, err := s.Deliveries(t.Context(), consumer, group, false, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) > 0 {
				return list[0]
			}
		}
	}
	t.Fatal("no delivery comes")
	return server.Delivery{}
}

func settle(t *testing.T, s *store.Store, d server.Delivery, end server.Settlement, want bool) {
	t.Helper()
	if got, err := s.Settle(t.Context(), d, end, time.UnixMilli(5000)); got != want || err != nil {
		t.Fatalf("settle %+v: %v, %v; want %v", d, got, err, want)
	}
}

func TestDeliveriesGoOneByOne(t *testing.T) {
	storetest.OnEvery(t, store.Options{Partitions: 4}, func(t *testing.T, s *store.Store) {
		l, a := alerted(t, s, server.Alert{})
		for i := range 3 {
			if _, err := fires(t, s, l, a, 1, i+1); err != nil {
				t.Fatal(err)
			}
		}
		first := take(t, s, "one")
		if first.Alert != a.ID || first.Seq != 1 {
			t.Fatalf("the first is %+v", first)
		}
		for _, group := range s.Together() {
			own, err := s.Deliveries(t.Context(), "one", group, true, 1)
			if err != nil || len(own) > 0 && own[0] != first {
				t.Fatalf("own pending: %+v, %v", own, err)
			}
			if more, err := s.Deliveries(t.Context(), "two", group, false, 5); err != nil || len(more) > 0 {
				t.Fatalf("before its turn: %+v, %v", more, err)
			}
		}
		// It fails: due again at 9000, and only then.
		settle(t, s, first, server.Settlement{Next: 9000, Spent: true, Attempt: &server.Attempt{ID: "f_1", Seq: 1, Attempt: 1, At: 4000, Took: 12, Status: 503, Outcome: "retry", Next: 9000}}, true)
		if err := s.Promote(t.Context(), time.UnixMilli(8999)); err != nil {
			t.Fatal(err)
		}
		if err := s.Promote(t.Context(), time.UnixMilli(9000)); err != nil {
			t.Fatal(err)
		}
		again := take(t, s, "one")
		if again.Seq != 1 || again.Attempts != 1 {
			t.Fatalf("again %+v", again)
		}
		// Its consumer dies; another takes it over, and the dead one's word counts no more.
		claimed, err := s.Claim(t.Context(), "two", 0, 10)
		if err != nil || len(claimed) != 1 || claimed[0] != again {
			t.Fatalf("claimed %+v, %v", claimed, err)
		}
		settle(t, s, claimed[0], server.Settlement{Dead: "410", Attempt: &server.Attempt{ID: "f_1", Seq: 1, Attempt: 2, At: 5000, Status: 410, Outcome: "dead"}}, true)
		settle(t, s, again, server.Settlement{}, false)
		second := take(t, s, "two")
		if second.Seq != 2 || second.Attempts != 0 {
			t.Fatalf("the second is %+v", second)
		}
		settle(t, s, second, server.Settlement{}, true)
		settle(t, s, take(t, s, "two"), server.Settlement{}, true)
		now, err := s.Alert(t.Context(), a.ID)
		if err != nil || now.State.Turn != 0 || now.State.Fired != 3 {
			t.Fatalf("at the end: %+v, %v", now.State, err)
		}

		lines, _, err := s.Attempts(t.Context(), a.ID, "", 10)
		if err != nil || len(lines) != 2 || lines[0].Status != 410 || lines[1].Next != 9000 || lines[1].Took != 12 {
			t.Errorf("ledger %+v, %v", lines, err)
		}
		dead, _, err := s.DeadLetters(t.Context(), s.Partition(hour.Market), "", 10)
		if err != nil || len(dead) != 1 || dead[0].ID != "f_1" || dead[0].Why != "410" {
			t.Errorf("dead letters %+v, %v", dead, err)
		}
		// Replayed by its id, beside the others.
		if err := s.Resend(t.Context(), a.ID, "f_1", time.UnixMilli(7000)); err != nil {
			t.Fatal(err)
		}
		if err := s.Resend(t.Context(), a.ID, "f_9", time.UnixMilli(7000)); server.CodeOf(err) != server.CodeNotFound {
			t.Errorf("replay of an unknown message: %v", err)
		}
		if err := s.Promote(t.Context(), time.UnixMilli(7000)); err != nil {
			t.Fatal(err)
		}
		if d := take(t, s, "two"); d.Seq != 1 || d.Since != 7000 {
			t.Errorf("replayed %+v", d)
		}
		if b, err := s.Backlog(t.Context()); b.Pending != 1 || b.Waiting != 0 || b.Dead != 1 || err != nil {
			t.Errorf("backlog %+v, %v; want one pending, one dead", b, err)
		}
	})
}

// A consumer goes only when nothing of its is pending: else that would be lost.
func TestOnlyIdleConsumersGo(t *testing.T) {
	storetest.OnEvery(t, store.Options{Partitions: 1}, func(t *testing.T, s *store.Store) {
		l, a := alerted(t, s, server.Alert{})
		if _, err := fires(t, s, l, a, 1, 1); err != nil {
			t.Fatal(err)
		}
		held := take(t, s, "one")
		if err := s.Retire(t.Context(), -1); err != nil {
			t.Fatal(err)
		}
		claimed, err := s.Claim(t.Context(), "two", 0, 10)
		if err != nil || !slices.Equal(claimed, []server.Delivery{held}) {
			t.Fatalf("what a silent consumer held: %+v, %v", claimed, err)
		}
	})
}

func TestTheHubReadsAlerts(t *testing.T) {
	storetest.OnEvery(t, store.Options{}, func(t *testing.T, s *store.Store) {
		seen := make(chan server.Entry, 100)
		tail := s.Tail(func(e server.Entry) { seen <- e })
		l, a := alerted(t, s, server.Alert{})
		if err := tail.Follow(t.Context(), s.Partition(hour.Market)); err != nil {
			t.Fatal(err)
		}
		run, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- tail.Run(run) }()
		defer func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}()
		if _, err := fires(t, s, l, a, 1, 1); err != nil {
			t.Fatal(err)
		}
		log := store.AlertLog{Store: s}
		stored, err := log.Replay(t.Context(), a.ID, 1, 10)
		if head, e := log.Head(t.Context(), a.ID); head != 1 || err != nil || e != nil || len(stored) != 1 {
			t.Fatalf("head %d, %+v, %v, %v", head, stored, err, e)
		}
		for {
			e := <-seen
			if e.Type != "alert" {
				continue
			}
			e.At = stored[0].At // the outbox's own clock may be a moment later
			if fmt.Sprint(e) != fmt.Sprint(stored[0]) {
				t.Errorf("live %v, stored %v", e, stored[0])
			}
			return
		}
	})
}
