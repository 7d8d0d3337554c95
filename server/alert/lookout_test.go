package alert_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// said is a log that may be read while it is written.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) has(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(s.text.String(), what)
}

// gauge reads a metric, by name and, where it has one, state.
func gauge(t *testing.T, r *prometheus.Registry, name, state string) float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name && (state == "" || m.GetLabel()[0].GetValue() == state) {
				return m.GetGauge().GetValue()
			}
		}
	}
	return -1
}

// A sender that takes what it never settles is seen, whether others try or not,
// until one does.
func TestTheLookoutSeesWhatASenderHoldsForEver(t *testing.T) {
	storetest.OnEach(t, store.Options{Partitions: 4}, func(t *testing.T, s *store.Store) {
		r := receive(t)
		alerts := quick(t, s, r.URL)
		if err := s.JoinSenders(t.Context()); err != nil {
			t.Fatal(err)
		}
		log, registry := &said{}, prometheus.NewRegistry()
		const late = 200 * time.Millisecond
		l := alert.NewLookout(s, alert.LookoutOptions{Late: late, Look: 10 * time.Millisecond, Registry: registry, Log: slog.New(slog.NewTextHandler(log, nil))})
		if n := gauge(t, registry, "quantum_webhook_oldest_seconds", ""); n != -1 {
			t.Errorf("before it has looked, the oldest is %v s", n)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); l.Run(ctx) }()
		t.Cleanup(func() { stop(); <-ended })
		until(t, "nothing lies about", func() bool { return gauge(t, registry, "quantum_webhook_oldest_seconds", "") == 0 })
		commit(t, s, 1, 3, alerts)
		var taken []server.Delivery // by one that does no more
		until(t, "the stuck sender has it", func() bool {
			for _, group := range s.Together() {
				list, err := s.Deliveries(t.Context(), "stuck", group, false, 10)
				if err != nil {
					t.Fatal(err)
				}
				taken = append(taken, list...)
			}
			return len(taken) > 0
		})
		until(t, "it warns", func() bool { return log.has("webhooks are late") && l.Check(t.Context()) != nil })
		if n, age := gauge(t, registry, "quantum_webhook_deliveries", "pending"), gauge(t, registry, "quantum_webhook_oldest_seconds", ""); n != 1 || age < late.Seconds() {
			t.Errorf("metrics tell of %v pending, the oldest for %v s", n, age)
		}
		if log.has("no longer late") {
			t.Error("it said that nothing is late any more")
		}
		patient := loopback
		patient.Timeout = 2 * time.Second // on a busy machine a shorter attempt fails, and comes again after the test
		runSender(t, s, patient)          // takes over
		until(t, "all is well", func() bool { return log.has("no longer late") && l.Check(t.Context()) == nil && r.distinct() == 2 })
		until(t, "none is pending", func() bool { return gauge(t, registry, "quantum_webhook_deliveries", "pending") == 0 })
	})
}

func TestTheLookoutCountsDeadLetters(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{Partitions: 4})
	alerts := quick(t, s, badTargets(t)["refuses"])
	registry := prometheus.NewRegistry()
	l := alert.NewLookout(s, alert.LookoutOptions{Look: 10 * time.Millisecond, Registry: registry, Log: quiet()})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); l.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	runSender(t, s, loopback)
	commit(t, s, 1, 4, alerts)
	until(t, "three are dead", func() bool { return gauge(t, registry, "quantum_webhook_dead_letters", "") == 3 })
}
