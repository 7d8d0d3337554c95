package main

import (
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/config"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/feed/exchangetest"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// candlesAnswer is what GET /api/v1/candles gives of bars.
type candlesAnswer struct {
	Candles struct {
		OpenTime []int64 `json:"open_time"`
		Close    []float64
	}
}

// TestSeriesOfBinanceAreServed plays the walk on a local exchange, as spot and
// as futures.
func TestSeriesOfBinanceAreServed(t *testing.T) {
	in, err := feed.OpenCSV(walk)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c, err := feed.ReadCSV(in, feed.CSVOptions{Interval: 15 * core.Minute})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ source, url, ws string }{
		{"binance", "BINANCE_URL", "BINANCE_WS"},
		{"binancef", "BINANCEF_URL", "BINANCEF_WS"},
	} {
		e := exchangetest.New(t, "BTCUSDT", 15*core.Minute, c, 500)
		s := serveHere(t, storetest.Start(t), map[string]string{
			"WATCH": tt.source + ":BTCUSDT:15m", tt.url: e.REST(), tt.ws: e.Socket(), "BINANCE_BACKFILL": "200",
		})
		storetest.Eventually(t, limit, "the feed connects", func() bool { return e.Open() == 1 })
		e.Play(10)
		var got candlesAnswer
		storetest.Eventually(t, limit, "all bars are served", func() bool {
			got = get[candlesAnswer](t, s.url+"/api/v1/candles?market="+tt.source+":BTCUSDT&interval=15m&limit=1000")
			return len(got.Candles.OpenTime) == 210
		})
		if !slices.Equal(got.Candles.OpenTime, c.OpenTime[300:510]) || !slices.Equal(got.Candles.Close, c.Close[300:510]) {
			t.Errorf("%s serves other bars than the exchange gave", tt.source)
		}
	}
}

func TestASeriesBinanceCannotHaveIsRefusedAtTheStart(t *testing.T) {
	for name, want := range map[string]string{
		"binance:btcusdt:1m":  "symbol",
		"binancef:BTCUSDT:1s": "interval",
		"binancex:BTCUSDT:1m": "source",
	} {
		c, _, err := config.Load(config.Source{Values: map[string]string{"WATCH": name}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newSources(c, nil, slog.New(slog.NewTextHandler(io.Discard, nil))); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), want) {
			t.Errorf("WATCH=%s gives %v, want a word on its %s", name, err, want)
		}
	}
}
