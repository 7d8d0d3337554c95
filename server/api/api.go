// Package api is the HTTP face of the origin: /api/v1, the probes and the page.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/cors"
	"go.opentelemetry.io/otel/trace"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// Store is what the API reads and takes in.
type Store interface {
	Epoch() string
	Watched(ctx context.Context) ([]server.Watched, error)
	Markets(ctx context.Context) ([]server.MarketStatus, error)
	Candles(ctx context.Context, series server.Series, r server.CandleRange) (core.Columns, error)
	Tip(ctx context.Context, series server.Series, after int64, limit int) (server.Tip, error)
	Events(ctx context.Context, f server.EventFilter) (server.EventPage, error)
	Checkpoint(ctx context.Context, series server.Series, before int64) (*server.Snapshot, error)
	Watch(ctx context.Context, w server.Watched) error
	Unwatch(ctx context.Context, series server.Series) error
	Ingest(ctx context.Context, series server.Series, bars []server.IngestBar) (server.Ingested, error)
}

// Options are what the API is made of besides the store. Compute and Hub are
// required; a zero field is its default.
type Options struct {
	Compute Compute      // the signal requests
	Hub     http.Handler // the WebSocket endpoint
	Stream  http.Handler // the same as server-sent events; nil is not served
	Page    fs.FS        // the built page; nil says how to build it

	Access  Access  // judges requests; nil allows all
	More    []Route // of version 1, served by other parts
	Outside []Route // beside version 1

	// Ready tells, by name, what the origin cannot do without. A check has
	// readyWait to answer; nil is well.
	Ready map[string]func(ctx context.Context) error
	// Notes are checks told beside those of Ready that make nothing unready.
	Notes map[string]func(ctx context.Context) error

	Origins    []string             // browser origins that may read answers; none but the page's own if empty
	Engine     Engine               // told where readings are to be recomputed
	Preset     string               // the monitors run; "quantum" if empty
	Sources    Sources              // nil lets every series be watched
	MaxWatched int                  // series; 5,000
	MaxBody    int64                // bytes of a JSON body; 8 MiB
	MaxBodies  int64                // bytes of the JSON bodies of all requests at once; 512 MiB
	MaxBulk    int64                // bytes of an NDJSON body; 256 MiB
	BulkWait   time.Duration        // an NDJSON body may take; 10 min
	Metrics    *prometheus.Registry // what /metrics tells; the API adds its own. Of its own if nil
	Tracer     trace.TracerProvider // takes a span of each request; none if nil
	Log        *slog.Logger         // takes the access log; slog.Default() if nil
}

// Engine names the arithmetic.
type Engine struct {
	Version    string `json:"version"`
	WasmSHA256 string `json:"wasm_sha256"`
}

const readyWait = 2 * time.Second

// api holds what handlers share. It is read only but for the count of bodies.
type api struct {
	metrics  *metrics
	bodies   atomic.Int64 // bytes of bodies held now
	store    Store
	options  Options
	validate *server.Validator
	catalog  []byte
}

// New returns the handler of everything the origin serves.
func New(store Store, o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Preset == "" {
		o.Preset = "quantum"
	}
	if o.MaxBody == 0 {
		o.MaxBody = 8 << 20
	}
	if o.MaxWatched == 0 {
		o.MaxWatched = 5000
	}
	if o.MaxBodies == 0 {
		o.MaxBodies = 512 << 20
	}
	if o.MaxBulk == 0 {
		o.MaxBulk = 256 << 20
	}
	if o.BulkWait == 0 {
		o.BulkWait = 10 * time.Minute
	}
	if o.Stream == nil {
		o.Stream = http.NotFoundHandler()
	}
	a := &api{store: store, options: o, validate: server.NewValidator(), catalog: catalogs()}
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	a.metrics = a.newMetrics(o.Metrics)
	handler := a.routes(metricsHandler(o.Metrics))
	if len(o.Origins) > 0 {
		handler = cors.New(cors.Options{
			AllowedOrigins: o.Origins,
			AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete},
			AllowedHeaders: []string{"Accept", "Authorization", "Content-Type", "If-None-Match", requestIDHeader},
			ExposedHeaders: []string{
				"ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "Quantum-Columns", "Quantum-Rows", "Quantum-Engine", requestIDHeader,
			},
			MaxAge: 600,
		}).Handler(handler)
	}
	handler = watch(o.Log, a.metrics, handler)
	if o.Tracer != nil {
		handler = traced(o.Tracer, handler)
	}
	return handler
}

// endpoints is version 1, one line each; openapi.yaml describes them.
func (a *api) endpoints() []Route {
	const read, write, admin = server.ScopeRead, server.ScopeWrite, server.ScopeAdmin
	compute := http.StripPrefix(base, a.options.Compute)
	get := func(path string, h server.Handler) Route {
		return Route{Method: http.MethodGet, Path: path, Scope: read, Handler: h}
	}
	return append([]Route{
		{Method: "POST", Path: "/signals/cipher", Scope: read, Handler: compute, Arrow: true},
		{Method: "POST", Path: "/signals/volume", Scope: read, Handler: compute, Arrow: true},
		{Method: "GET", Path: "/signals/cipher", Scope: read, Handler: server.Handler(a.getCipher), Arrow: true},
		{Method: "GET", Path: "/signals/volume", Scope: read, Handler: server.Handler(a.getVolume), Arrow: true},
		get("/signals/events", a.getEvents),
		get("/signals/snapshot", a.getSnapshot),
		get("/signals/catalog", a.getCatalog),
		get("/markets", a.getMarkets),
		{Method: "POST", Path: "/markets", Scope: admin, Handler: server.Handler(a.postMarket)},
		{Method: "DELETE", Path: "/markets/{market}", Scope: admin, Handler: server.Handler(a.deleteMarket)},
		get("/candles", a.getCandles),
		{Method: "POST", Path: "/candles", Scope: write, Handler: server.Handler(a.postCandles)},
		{Method: "GET", Path: "/ws", Handler: a.options.Hub, Streams: true}, // its hello names the key
		{Method: "GET", Path: "/stream", Scope: read, Handler: a.options.Stream, Streams: true},
		{Method: "GET", Path: "/openapi.yaml", Handler: server.Handler(getOpenAPI)},
	}, a.options.More...)
}

// routes is everything that is served.
func (a *api) routes(numbers http.Handler) http.Handler {
	mux := &server.Mux{}
	for _, r := range a.endpoints() {
		mux.Handle(r.Method+" "+base+r.Path, a.guarded(r))
	}
	outside := append([]Route{
		{Method: "GET", Path: "/healthz", Handler: server.Handler(getHealth)},
		{Method: "GET", Path: "/readyz", Handler: server.Handler(a.getReady)},
		{Method: "GET", Path: "/metrics", Scope: server.ScopeRead, Handler: numbers},
		{Method: "GET", Path: "/docs", Handler: newDocs()},
		{Method: "GET", Path: "/problems/{code}", Handler: server.Handler(getProblem)},
		{Method: "GET", Path: "/", Handler: newPage(a.options.Page)},
	}, a.options.Outside...)
	for _, r := range outside {
		mux.Handle(r.Method+" "+r.Path, a.guarded(r))
	}
	return mux
}
