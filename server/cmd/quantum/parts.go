package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/config"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
)

// openStore opens the store of a configuration.
func openStore(ctx context.Context, c config.Store, log *slog.Logger) (*store.Store, error) {
	return store.Open(ctx, store.Options{
		URL: c.RedisURL, Dir: c.Dir, Memory: c.Memory, Partitions: c.Partitions, Timeout: c.Timeout, Log: log,
		Replicas: c.Replicas, Fsync: c.Fsync,
		Retention: store.Retention{
			Candles: c.KeepCandles, Events: c.KeepEvents, Checkpoints: c.KeepCheckpoints, Volumes: c.KeepVolumes,
			Inbox: c.KeepInbox, Forming: c.KeepForming, Outbox: c.KeepOutbox,
		},
	})
}

// Notes of the built-in sources, shown with their markets.
const (
	simNote      = "simulated"
	ingestNote   = "pushed through the API"
	binanceNote  = "Binance spot"
	binancefNote = "Binance USD-M futures"
)

// sources are the feeds by the source of a market, and the series to watch.
type sources struct {
	feeds   map[string]monitor.Feed
	notes   map[string]string // of markets, by source
	watched []server.Watched
}

// newSources makes the built-in feeds of a configuration.
func newSources(c config.Config, inbox feed.Inbox, log *slog.Logger) (sources, error) {
	play := feed.PlayOptions{Backfill: c.Feed.Backfill, Rate: c.Feed.Rate, Forming: c.Feed.Forming}
	binance := func(rest, socket string) feed.BinanceOptions {
		return feed.BinanceOptions{REST: rest, Socket: socket, Backfill: c.Feed.BinanceBackfill, Streams: c.Feed.BinanceStreams, Log: log}
	}
	s := sources{feeds: map[string]monitor.Feed{
		"sim":      feed.NewSimulator(c.Feed.Seed, play),
		"ingest":   feed.NewIngest(inbox),
		"binance":  feed.NewBinance(binance(c.Feed.BinanceURL, c.Feed.BinanceWS)),
		"binancef": feed.NewBinanceFutures(binance(c.Feed.BinancefURL, c.Feed.BinancefWS)),
	}}
	s.notes = map[string]string{"sim": simNote, "ingest": ingestNote, "binance": binanceNote, "binancef": binancefNote}
	if c.Feed.DemoFile != "" {
		demo, err := server.ParseSeries(c.Feed.DemoSeries)
		if err != nil {
			return s, err
		}
		played, err := openDemo(c.Feed.DemoFile, demo, play)
		if err != nil {
			return s, fmt.Errorf("DEMO_FILE %s: %w", c.Feed.DemoFile, err)
		}
		s.feeds[demo.Market.Source] = played
		s.notes[demo.Market.Source] = c.Feed.DemoNote // WATCH may name the series too
		s.watched = append(s.watched, server.Watched{Series: demo, Note: c.Feed.DemoNote})
	}
	for _, name := range c.Monitor.Watch {
		series, err := server.ParseSeries(name)
		if err != nil {
			return s, err
		}
		note, err := s.Check(series)
		if err != nil {
			return s, fmt.Errorf("WATCH %s: %w", name, err)
		}
		s.watched = append(s.watched, server.Watched{Series: series, Note: note})
	}
	return s, nil
}

func openDemo(file string, series server.Series, play feed.PlayOptions) (*feed.Replay, error) {
	in, err := feed.OpenCSV(file)
	if err != nil {
		return nil, err
	}
	candles, err := feed.ReadCSV(in, feed.CSVOptions{Interval: series.Interval})
	if err := errors.Join(err, in.Close()); err != nil {
		return nil, err
	}
	return feed.NewReplay(series, candles, play)
}

// watch has the store watch the series of the configuration, and no longer those
// an earlier one named.
func (s sources) watch(ctx context.Context, to *store.Store) error {
	return to.Configure(ctx, s.watched)
}

// madeMarkets tells the markets whose higher intervals are made from the lowest.
func madeMarkets(list []string) func(server.Market) bool {
	return func(m server.Market) bool {
		return slices.Contains(list, m.String()) || slices.Contains(list, m.Source+":*")
	}
}

// newMonitorOf makes the monitor of a configuration. Its metrics go to the
// registry, where there is one.
func newMonitorOf(c config.Monitor, s *store.Store, feeds map[string]monitor.Feed, registry prometheus.Registerer, log *slog.Logger) *monitor.Monitor {
	preset, _ := cipher.ParsePreset(c.Preset) // checked with the configuration
	params := cipher.Default(preset)
	return monitor.New(s, feeds, monitor.Options{
		Lease: c.Lease, Look: c.Look, Silence: c.Silence, Writers: c.Writers, Chunk: c.Chunk, Cipher: &params, Alerts: alert.NewBook(s, log), Resample: madeMarkets(c.Made), Registry: registry, Log: log,
	})
}
