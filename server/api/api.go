// Package api is the HTTP face of the origin: /api/v1, the probes and the page.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/rs/cors"

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
	Ingest(ctx context.Context, series server.Series, bars []server.IngestBar) (server.Ingested, error)
}

// Options are what the API is made of besides the store. Compute and Hub are
// required; a zero field is its default.
type Options struct {
	Compute http.Handler // POST /signals/cipher and /signals/volume
	Hub     http.Handler // the WebSocket endpoint
	Stream  http.Handler // the same as server-sent events; nil is not served
	Page    fs.FS        // the built page; nil says how to build it

	// Ready tells, by name, what the origin cannot do without. A check has
	// readyWait to answer; nil is well.
	Ready map[string]func(ctx context.Context) error

	Origins  []string      // browser origins that may read answers; none but the page's own if empty
	Engine   Engine        // told where readings are to be recomputed
	Preset   string        // the monitors run; "quantum" if empty
	MaxBody  int64         // bytes of a JSON body; 8 MiB
	MaxBulk  int64         // bytes of an NDJSON body; 256 MiB
	BulkWait time.Duration // an NDJSON body may take; 10 min
	Log      *slog.Logger  // takes the access log; slog.Default() if nil
}

// Engine names the arithmetic.
type Engine struct {
	Version    string `json:"version"`
	WasmSHA256 string `json:"wasm_sha256"`
}

const readyWait = 2 * time.Second

// api holds what handlers share. It is read only.
type api struct {
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
	handler := a.routes()
	if len(o.Origins) > 0 {
		handler = cors.New(cors.Options{
			AllowedOrigins: o.Origins,
			AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete},
			AllowedHeaders: []string{"Accept", "Authorization", "Content-Type", "If-None-Match", requestIDHeader},
			ExposedHeaders: []string{"ETag", "Retry-After", requestIDHeader},
			MaxAge:         600,
		}).Handler(handler)
	}
	return watch(o.Log, handler)
}

// base is where version 1 lives.
const base = "/api/v1"

// route is one method of one path.
type route struct {
	method, path string
	handler      http.Handler
}

// endpoints is version 1, one line each; openapi.yaml describes them.
func (a *api) endpoints() []route {
	compute := http.StripPrefix(base, a.options.Compute)
	return []route{
		{"POST", "/signals/cipher", compute},
		{"POST", "/signals/volume", compute},
		{"GET", "/signals/events", server.Handler(a.getEvents)},
		{"GET", "/signals/snapshot", server.Handler(a.getSnapshot)},
		{"GET", "/signals/catalog", server.Handler(a.getCatalog)},
		{"GET", "/markets", server.Handler(a.getMarkets)},
		{"GET", "/candles", server.Handler(a.getCandles)},
		{"POST", "/candles", server.Handler(a.postCandles)},
		{"GET", "/ws", a.options.Hub},
		{"GET", "/stream", a.options.Stream},
		{"GET", "/openapi.yaml", server.Handler(getOpenAPI)},
	}
}

// routes is everything that is served.
func (a *api) routes() http.Handler {
	mux := &server.Mux{}
	for _, r := range a.endpoints() {
		mux.Handle(r.method+" "+base+r.path, r.handler)
	}
	mux.Handle("GET /healthz", server.Handler(getHealth))
	mux.Handle("GET /readyz", server.Handler(a.getReady))
	mux.Handle("GET /problems/{code}", server.Handler(getProblem))
	mux.Handle("GET /", newPage(a.options.Page))
	return mux
}
