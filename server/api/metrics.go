package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics count requests by route, never by path: a caller cannot make series.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	bytes    *prometheus.CounterVec
	open     prometheus.Gauge
}

// newMetrics adds the collectors of the API to a registry.
func (a *api) newMetrics(to prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "quantum_http_requests_total", Help: "Requests answered."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "quantum_http_request_seconds", Help: "Time to the end of an answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"route"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "quantum_http_answer_bytes_total", Help: "Bytes of answers, as sent."}, []string{"route"}),
		open:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "quantum_http_requests_open", Help: "Requests under way, WebSockets included."}),
	}
	held := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "quantum_http_body_bytes", Help: "Bytes of request bodies held now."}, func() float64 {
		return float64(a.bodies.Load())
	})
	to.MustRegister(m.requests, m.seconds, m.bytes, m.open, held)
	return m
}

// methods are those a label may carry; callers write others as they like.
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "DELETE": true, "OPTIONS": true, "PATCH": true}

// done counts a request. One that met no route counts as "none".
func (m *metrics) done(r *http.Request, status int, bytes int64, took time.Duration) {
	route, method := r.Pattern, r.Method
	if route == "" {
		route = "none"
	}
	if !methods[method] {
		method = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
	m.bytes.WithLabelValues(route).Add(float64(bytes))
}

// metricsHandler gives the metrics of a registry as Prometheus reads them.
func metricsHandler(from *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(from, promhttp.HandlerOpts{DisableCompression: true}) // ours compresses
}
