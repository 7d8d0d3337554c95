package monitor

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// metrics are what a monitor tells a Prometheus registry. Counts are read when
// they are asked for.
type metrics struct {
	monitor *Monitor
	lag     prometheus.Histogram
}

// lagBuckets are upper bounds of the seconds from a bar's close to its commit.
var lagBuckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300}

func newMetrics(m *Monitor) *metrics {
	return &metrics{m, prometheus.NewHistogram(prometheus.HistogramOpts{
		Name:    "quantum_monitor_lag_seconds",
		Help:    "From the close of a bar that came live, by its times, to its commit, by this machine's clock.",
		Buckets: lagBuckets,
	})}
}

// counted is one of a monitor's counts.
type counted struct {
	desc *prometheus.Desc
	read func(Stats) int64
}

func counter(name, help string, read func(Stats) int64) counted {
	return counted{prometheus.NewDesc("quantum_monitor_"+name+"_total", help, nil, nil), read}
}

var counters = []counted{
	counter("bars", "Bars committed.", func(s Stats) int64 { return s.Bars }),
	counter("events", "Events committed.", func(s Stats) int64 { return s.Events }),
	counter("repeated_commits", "Commits found done when they were repeated.", func(s Stats) int64 { return s.Already }),
	counter("refused_commits", "Commits the store refused because the lease was gone.", func(s Stats) int64 { return s.Fenced }),
	counter("outages", "Commits that had to be repeated.", func(s Stats) int64 { return s.Outages }),
	counter("invalid_bars", "Bars of a feed that break a rule.", func(s Stats) int64 { return s.Invalid }),
	counter("late_bars", "Bars that open before the last one is closed, those a feed gives again as it begins too.", func(s Stats) int64 { return s.Late }),
	counter("corrected_bars", "Committed bars the feed gave again with other values.", func(s Stats) int64 { return s.Corrected }),
	counter("gaps", "Steps over more than one interval that history was asked about.", func(s Stats) int64 { return s.Gaps }),
	counter("filled_bars", "Bars history gave for gaps.", func(s Stats) int64 { return s.Filled }),
	counter("leases_taken", "Leases taken.", func(s Stats) int64 { return s.Takes }),
	counter("takeovers", "Leases taken that another monitor had held.", func(s Stats) int64 { return s.Takeovers }),
	counter("leases_given", "Leases given up to other monitors.", func(s Stats) int64 { return s.Given }),
	counter("leases_lost", "Leases lost to other monitors or to time.", func(s Stats) int64 { return s.Lost }),
	counter("restarts", "Times a series began anew after an error.", func(s Stats) int64 { return s.Restarts }),
}

var (
	marketDesc = prometheus.NewDesc("quantum_monitor_market_state", "1 at the state each market of this monitor is in.", []string{"market", "state"}, nil)
	heldDesc   = prometheus.NewDesc("quantum_monitor_partitions", "Partitions this monitor holds.", nil, nil)
	seriesDesc = prometheus.NewDesc("quantum_monitor_series", "Series this monitor runs.", nil, nil)
	aliveDesc  = prometheus.NewDesc("quantum_monitor_alive", "Monitors that share the partitions, as this one last saw.", nil, nil)
)

func (m *metrics) Describe(to chan<- *prometheus.Desc) {
	m.lag.Describe(to)
	for _, c := range counters {
		to <- c.desc
	}
	for _, d := range []*prometheus.Desc{marketDesc, heldDesc, seriesDesc, aliveDesc} {
		to <- d
	}
}

func (m *metrics) Collect(to chan<- prometheus.Metric) {
	m.lag.Collect(to)
	stats := m.monitor.Stats()
	for _, c := range counters {
		to <- prometheus.MustNewConstMetric(c.desc, prometheus.CounterValue, float64(c.read(stats)))
	}
	gauge := func(d *prometheus.Desc, v int, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	partitions, series := m.monitor.runs.all()
	gauge(heldDesc, partitions)
	gauge(seriesDesc, series)
	gauge(aliveDesc, int(m.monitor.alive.Load()))
	for market, state := range m.monitor.States() {
		gauge(marketDesc, 1, market.String(), string(state))
	}
}

// closed notes how long after its close a live bar was committed. A clock that
// jumps changes this figure and nothing else.
func (m *metrics) closed(bar core.Candle, interval core.Interval, now time.Time) {
	m.lag.Observe(max(0, float64(now.UnixMilli()-bar.OpenTime-int64(interval))/1000))
}

// States are how the markets of this monitor do.
func (m *Monitor) States() map[server.Market]server.State { return m.runs.states() }
