package main

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/access"
	"github.com/quantum-signals/quantum/server/config"
	"github.com/quantum-signals/quantum/server/hub"
)

// newGuard applies the access rules of a configuration.
func (o *running) newGuard() *access.Guard {
	c := o.config
	var proxies []netip.Prefix
	for _, text := range c.HTTP.Proxies {
		network, _ := config.Network(text) // checked with the configuration
		proxies = append(proxies, network)
	}
	return access.New(o.store, access.Options{
		RequireKey: c.Access.RequireKey, OpenWrite: c.Access.OpenWrite, AdminKey: c.Access.AdminKey, Proxies: proxies, Log: o.log,
		Address: access.Rate{PerSecond: c.Access.Rate, Burst: c.Access.Burst},
		Key:     access.Rate{PerSecond: c.Access.KeyRate, Burst: c.Access.KeyBurst},
	})
}

// countProcess adds to the metrics what the process and the hub do; the API and
// the monitor add their own.
func (o *running) countProcess() {
	r := o.metrics
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "quantum_build_info", Help: "1, with what runs as labels.",
		ConstLabels: prometheus.Labels{"engine": core.EngineVersion, "commit": commit()},
	})
	info.Set(1)
	r.MustRegister(info)
	gauge := func(name, help string, read func(hub.Stats) float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "quantum_hub_" + name, Help: help}, func() float64 { return read(o.hub.Stats()) }))
	}
	gauge("connections", "Clients connected.", func(s hub.Stats) float64 { return float64(s.Connections) })
	gauge("channels", "Channels somebody hears.", func(s hub.Stats) float64 { return float64(s.Channels) })
	gauge("lag_seconds", "From commit to hub, of the newest message.", func(s hub.Stats) float64 { return s.Lag.Seconds() })
}

// newTracer sends spans to the collector of a configuration; nil where it names
// none.
func newTracer(ctx context.Context, c config.Trace) (*trace.TracerProvider, error) {
	if c.Endpoint == "" {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(c.Endpoint+"/v1/traces"))
	if err != nil {
		return nil, fmt.Errorf("OTLP_ENDPOINT %s: %w", c.Endpoint, err)
	}
	return trace.NewTracerProvider(
		trace.WithBatcher(exporter), trace.WithSampler(trace.ParentBased(trace.TraceIDRatioBased(c.Share))),
		trace.WithResource(resource.NewSchemaless(semconv.ServiceName("quantum"), semconv.ServiceVersion(core.EngineVersion))),
	), nil
}

// Check says whether a source has a series, with the note of its market.
func (s sources) Check(series server.Series) (string, error) {
	given, ok := s.feeds[series.Market.Source]
	if !ok {
		return "", server.Invalid("source", series.Market.Source, "source", "a source this origin has: sim, ingest, binance, binancef, or that of DEMO_SERIES")
	}
	if checked, ok := given.(interface{ Check(server.Series) error }); ok {
		if err := checked.Check(series); err != nil {
			return "", err
		}
	}
	return s.notes[series.Market.Source], nil
}

// Clocked tells of a source whether its bars open by the clock.
func (sources) Clocked(source string) bool { return source == "binance" || source == "binancef" }
