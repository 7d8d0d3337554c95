package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel/sdk/trace"
	"golang.org/x/net/netutil"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/access"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/api"
	"github.com/quantum-signals/quantum/server/compute"
	"github.com/quantum-signals/quantum/server/config"
	"github.com/quantum-signals/quantum/server/hub"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/wasm"
	page "github.com/quantum-signals/quantum/web/app"
)

func newServe(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the origin: the API, the hub, the page, and a monitor",
		Long: "serve answers on BIND:PORT. Without REDIS_URL it runs a store of its own over DATA_DIR.\n" +
			"SIGINT or SIGTERM stops it: no new work, clients told to come back, leases handed back.",
		Example: "  quantum serve --port 8080\n  REDIS_URL=redis://127.0.0.1:6379 quantum serve --no-monitor",
		Args:    noArgs,
	}
	c.Flags().Int("port", 0, "port to listen on (PORT)")
	noMonitor := c.Flags().Bool("no-monitor", false, "run no monitor in this process")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		flags := changed(cmd, map[string]string{"port": "PORT"})
		if *noMonitor {
			flags["MONITOR"] = "false"
		}
		cfg, _, err := load(flags)
		if err != nil {
			return err
		}
		return serve(cmd.Context(), cfg, newLog(cfg.Log, s.err), nil)
	}
	return c
}

// serve runs the origin until ctx ends, then stops it within StopTimeout.
// listening, if not nil, is told the address.
func serve(ctx context.Context, c config.Config, log *slog.Logger, listening func(net.Addr)) (err error) {
	st, err := openStore(ctx, c.Store, log)
	if err != nil {
		return err
	}
	o := &running{config: c, log: log, store: st, metrics: prometheus.NewRegistry()}
	defer func() { err = errors.Join(err, o.stop(context.WithoutCancel(ctx))) }()
	if err := o.start(ctx); err != nil {
		return err
	}
	if listening != nil {
		listening(o.listener.Addr())
	}
	select {
	case <-ctx.Done():
		log.Info("stopping")
		return nil
	case err := <-o.failed:
		return err
	}
}

// running is an origin and its parts; stop ends those that were started, the
// last first.
type running struct {
	config   config.Config
	log      *slog.Logger
	store    *store.Store
	hub      *hub.Hub
	tail     *store.Tail // of what the hub publishes
	guard    *access.Guard
	lookout  *alert.Lookout
	sources  sources
	tracer   *trace.TracerProvider // nil where spans go nowhere
	listener net.Listener
	server   *http.Server
	failed   chan error
	metrics  *prometheus.Registry // of this process

	monitors, hubs sync.WaitGroup
	endMonitor     context.CancelFunc
	endHub         context.CancelFunc
	endSender      context.CancelFunc
}

// start brings up the parts in the order a message takes: the hub listens
// before a monitor commits.
func (o *running) start(ctx context.Context) error {
	o.failed = make(chan error, 4)
	from, err := newSources(o.config, o.store, o.log)
	if err != nil {
		return usage(err)
	}
	if err := from.watch(ctx, o.store); err != nil {
		return err
	}
	o.sources, o.guard = from, o.newGuard()
	if o.tracer, err = newTracer(ctx, o.config.Trace); err != nil {
		return err
	}
	if err := o.startHub(ctx); err != nil {
		return err
	}
	if o.config.Monitor.Enabled {
		m := newMonitorOf(o.config.Monitor, o.store, from.feeds, o.metrics, o.log)
		var run context.Context
		run, o.endMonitor = context.WithCancel(context.WithoutCancel(ctx))
		o.monitors.Go(func() { o.failed <- m.Run(run) })
	}
	o.startSender(ctx)
	o.countProcess()
	return o.listen(ctx)
}

func (o *running) listen(ctx context.Context) error {
	c := o.config
	service, err := o.newAI(ctx)
	if err != nil {
		return err
	}
	more, outside := aiRoutes(service, o.log)
	options := api.Options{
		More: append(more, o.alertRoutes()...), Outside: outside,
		Compute: compute.New(compute.Options{
			MaxBody: c.API.MaxBody, MaxBars: c.API.MaxBars, MaxTrades: c.API.MaxTrades, AtOnce: c.API.AtOnce, WasmSHA256: wasm.SHA256(),
		}),
		Access: o.guard, Sources: o.sources, MaxWatched: c.API.MaxWatched, MaxBodies: c.API.MaxBodies, Metrics: o.metrics,
		Hub: o.hub, Stream: http.HandlerFunc(o.hub.ServeStream), Page: page.FS(), Ready: o.checks(),
		Notes:   map[string]func(context.Context) error{"webhooks": o.lookout.Check, "markets": o.standing},
		Origins: c.HTTP.Origins, Engine: api.Engine{Version: core.EngineVersion, WasmSHA256: wasm.SHA256()}, Preset: c.Monitor.Preset,
		MaxBody: c.API.MaxBody, MaxBulk: c.API.MaxBulk, BulkWait: c.API.BulkWait, Log: o.log,
	}
	if o.tracer != nil {
		options.Tracer = o.tracer
	}
	handler := api.New(o.store, options)
	o.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: c.HTTP.HeaderTimeout, ReadTimeout: c.HTTP.ReadTimeout,
		WriteTimeout: c.HTTP.WriteTimeout, IdleTimeout: c.HTTP.IdleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(o.log.Handler(), slog.LevelDebug),
	}
	o.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(c.HTTP.Bind, strconv.Itoa(c.HTTP.Port)))
	if err != nil {
		return err
	}
	o.listener = netutil.LimitListener(o.listener, c.HTTP.Connections)
	o.hubs.Go(func() {
		if err := o.server.Serve(o.listener); !errors.Is(err, http.ErrServerClosed) {
			o.failed <- err
		}
	})
	o.log.Info("listening", "url", "http://"+o.listener.Addr().String())
	return nil
}

// maxHeader bounds the headers of a request: cookies of ours there are none.
const maxHeader = 32 << 10

// stop ends what runs: requests are answered to their end, clients told to come
// back, leases handed back, the store closed. What has not ended in time is
// cut.
func (o *running) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, o.config.HTTP.StopTimeout)
	defer cancel()
	began := time.Now()
	var errs []error
	if o.endMonitor != nil {
		o.endMonitor()
	}
	if o.endSender != nil {
		o.endSender()
	}
	if o.server != nil {
		closed := make(chan error, 1)
		go func() { closed <- o.server.Shutdown(ctx) }()
		errs = append(errs, o.hub.Close(ctx), <-closed)
		_ = o.server.Close() // those Shutdown has waited for in vain
	}
	errs = append(errs, await(ctx, &o.monitors, "the monitor"))
	if o.endHub != nil {
		o.endHub()
	}
	errs = append(errs, await(ctx, &o.hubs, "the hub"), o.store.Close(ctx))
	if o.tracer != nil {
		if err := o.tracer.Shutdown(ctx); err != nil {
			o.log.Warn("the last spans are lost", "err", err)
		}
	}
	o.log.Info("stopped", "took", time.Since(began).Round(time.Millisecond))
	return errors.Join(errs...)
}

// await waits for goroutines to end, as long as ctx lasts.
func await(ctx context.Context, running *sync.WaitGroup, name string) error {
	done := make(chan struct{})
	go func() {
		running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s has not ended in time", name)
	}
}
