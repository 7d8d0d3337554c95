package api

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// traced makes a span of each request, below the caller's where it names one.
// Probes have none.
func traced(provider trace.TracerProvider, next http.Handler) http.Handler {
	return otelhttp.NewHandler(next, "http",
		otelhttp.WithTracerProvider(provider), otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithFilter(func(r *http.Request) bool {
			return r.URL.Path != "/healthz" && r.URL.Path != "/readyz" && r.URL.Path != "/metrics"
		}),
	)
}

// nameSpan names the span of a request after its route, which is known only
// when it was served.
func nameSpan(r *http.Request) {
	if r.Pattern != "" {
		trace.SpanFromContext(r.Context()).SetName(r.Pattern)
	}
}

// traceID is the id of the trace a request belongs to, "" for none.
func traceID(r *http.Request) string {
	if c := trace.SpanContextFromContext(r.Context()); c.HasTraceID() {
		return c.TraceID().String()
	}
	return ""
}
