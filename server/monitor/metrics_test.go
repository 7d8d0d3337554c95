package monitor_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// gathered reads a registry: counters and gauges by name, a gauge of a market by
// its state, and the histogram.
func gathered(t *testing.T, r *prometheus.Registry) (values map[string]float64, lag *dto.Histogram) {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values = map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			switch {
			case m.Histogram != nil:
				lag = m.GetHistogram()
			case m.Counter != nil:
				values[name] = m.GetCounter().GetValue()
			default:
				values[name] = m.GetGauge().GetValue()
			}
		}
	}
	return values, lag
}

// TestMetricsTellWhatWasDone: and a clock that jumps, by hours and to and fro,
// changes the lag alone; this is the monitor's part of F11.
func TestMetricsTellWhatWasDone(t *testing.T) {
	c := candles(walk)
	registry := prometheus.NewRegistry()
	random := rand.New(rand.NewPCG(1, 2))
	jumps := func() time.Time {
		return time.UnixMilli(c.OpenTime[100]).Add(time.Duration(random.Int64N(int64(48*time.Hour))) - 24*time.Hour)
	}
	s, h, m := byHand(t, c.Slice(0, 100), monitor.Options{Registry: registry, Clock: jumps})
	revised := c.At(109)
	revised.Close = revised.Low
	for i := range 10 {
		h.closes(c.At(100 + i))
	}
	h.closes(c.At(109), revised)
	h.knows(c.Slice(0, 112))
	h.closes(c.At(112))
	reaches(t, s, 113)
	equalsBatchOver(t, s, walk, c.Slice(0, 113))
	var values map[string]float64
	var lag *dto.Histogram
	storetest.Eventually(t, time.Minute, "the last lag is noted", func() bool {
		values, lag = gathered(t, registry)
		return lag.GetSampleCount() == 11
	})
	for name, want := range map[string]float64{
		"quantum_monitor_bars_total": 113, "quantum_monitor_late_bars_total": 2, "quantum_monitor_corrected_bars_total": 1,
		"quantum_monitor_gaps_total": 1, "quantum_monitor_filled_bars_total": 2, "quantum_monitor_leases_taken_total": 64,
		"quantum_monitor_takeovers_total": 0, "quantum_monitor_refused_commits_total": 0, "quantum_monitor_restarts_total": 0,
		"quantum_monitor_partitions": 64, "quantum_monitor_series": 1, "quantum_monitor_alive": 1,
		"quantum_monitor_market_state file:walk live": 1, "quantum_monitor_events_total": float64(m.Stats().Events),
	} {
		if got, ok := values[name]; !ok || got != want {
			t.Errorf("%s is %v, %v; want %v", name, got, ok, want)
		}
	}
	if lag.GetSampleSum() < 3600 {
		t.Errorf("the lag sums up to %v s on a clock that jumps by hours", lag.GetSampleSum())
	}
}
