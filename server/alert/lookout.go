package alert

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/quantum-signals/quantum/server"
)

// BacklogStore is where a lookout looks.
type BacklogStore interface {
	Backlog(ctx context.Context) (server.Backlog, error)
}

// LookoutOptions say how a lookout looks. A zero field is its default.
type LookoutOptions struct {
	Late     time.Duration         // a delivery may be due for so long; 1 min
	Look     time.Duration         // between two looks; 5 s
	Registry prometheus.Registerer // of the metrics; none if nil
	Log      *slog.Logger          // slog.Default() if nil
}

// Lookout tells when deliveries lie about: no sender runs, all of them are stuck,
// or one holds what it does not settle. Each origin has one, beside its sender and
// not in it, for a sender that hangs tells nothing.
type Lookout struct {
	store   BacklogStore
	options LookoutOptions

	mu   sync.Mutex
	last *server.Backlog // guarded by mu; nil while it is not known
}

// NewLookout returns a lookout that has not looked yet.
func NewLookout(store BacklogStore, o LookoutOptions) *Lookout {
	if o.Late == 0 {
		o.Late = time.Minute
	}
	if o.Look == 0 {
		o.Look = 5 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	l := &Lookout{store: store, options: o}
	if o.Registry != nil {
		o.Registry.MustRegister(l)
	}
	return l
}

// Run looks until ctx ends. It warns when deliveries are late, once each bound
// while they are, and says when they no longer are.
func (l *Lookout) Run(ctx context.Context) {
	var warned time.Time // zero while nothing is late
	for ; ctx.Err() == nil; sleep(ctx, l.options.Look) {
		now, err := l.store.Backlog(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			l.know(nil)
			l.options.Log.Warn("the backlog of webhooks is not known", "err", err)
			continue
		}
		l.know(&now)
		late := now.Late(l.options.Late)
		switch {
		case late != nil && time.Since(warned) >= l.options.Late:
			l.options.Log.Warn("webhooks are late", "err", late)
			warned = time.Now()
		case late == nil && !warned.IsZero():
			l.options.Log.Info("webhooks are no longer late")
			warned = time.Time{}
		}
	}
}

func (l *Lookout) know(b *server.Backlog) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = b
}

func (l *Lookout) known() (server.Backlog, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil {
		return server.Backlog{}, false
	}
	return *l.last, true
}

// Check tells of deliveries that were late when it last looked.
func (l *Lookout) Check(context.Context) error {
	b, _ := l.known()
	return b.Late(l.options.Late)
}

var (
	deliveriesDesc = prometheus.NewDesc("quantum_webhook_deliveries", "Deliveries of all origins not settled: waiting is due and in nobody's hands, pending in a sender's, retrying due later.", []string{"state"}, nil)
	oldestDesc     = prometheus.NewDesc("quantum_webhook_oldest_seconds", "Since the oldest delivery that is due, waiting or pending, was.", nil, nil)
	deadDesc       = prometheus.NewDesc("quantum_webhook_dead_letters", "Dead letters kept: messages that were given up.", nil, nil)
)

// Describe is of prometheus.Collector.
func (*Lookout) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{deliveriesDesc, oldestDesc, deadDesc} {
		to <- d
	}
}

// Collect is of prometheus.Collector. What is not known is not told.
func (l *Lookout) Collect(to chan<- prometheus.Metric) {
	b, ok := l.known()
	if !ok {
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(deliveriesDesc, float64(b.Waiting), "waiting")
	gauge(deliveriesDesc, float64(b.Pending), "pending")
	gauge(deliveriesDesc, float64(b.Retrying), "retrying")
	gauge(oldestDesc, b.Oldest.Seconds())
	gauge(deadDesc, float64(b.Dead))
}
