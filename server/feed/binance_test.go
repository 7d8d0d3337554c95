package feed_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/feed/exchangetest"
)

var btc = server.Series{Market: server.Market{Source: "binance", Symbol: "BTCUSDT"}, Interval: 15 * core.Minute}

// walk is the candles of the reference walk.
func walk(t testing.TB) core.Columns {
	t.Helper()
	f, err := feed.OpenCSV("../../core/cipher/testdata/walk.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := feed.ReadCSV(f, feed.CSVOptions{Interval: btc.Interval})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func exchange(t testing.TB, played int) *exchangetest.Exchange {
	t.Helper()
	return exchangetest.New(t, btc.Market.Symbol, btc.Interval, walk(t), played)
}

// at points options at an exchange, and makes them quick.
func at(e *exchangetest.Exchange, o feed.BinanceOptions) feed.BinanceOptions {
	o.REST, o.Socket, o.Pause = e.REST(), e.Socket(), time.Millisecond
	o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	return o
}

func history(ctx context.Context, f *feed.Binance, s server.Series, after int64) (core.Columns, error) {
	var c core.Columns
	err := f.History(ctx, s, after, func(k core.Candle) error {
		c.Append(k)
		return nil
	})
	return c, err
}

// same fails unless the bars are those of a file.
func same(t *testing.T, got, want core.Columns) {
	t.Helper()
	if got.Len() != want.Len() {
		t.Fatalf("%d bars came, want %d", got.Len(), want.Len())
	}
	for i := range got.Len() {
		if got.At(i) != want.At(i) {
			t.Fatalf("bar %d is %+v, want %+v", i, got.At(i), want.At(i))
		}
	}
}

func TestBinanceHistoryIsPagedUpToTheFormingBar(t *testing.T) {
	c := walk(t)
	for _, tt := range []struct {
		path string
		feed func(feed.BinanceOptions) *feed.Binance
	}{{"/api/v3/klines", feed.NewBinance}, {"/fapi/v1/klines", feed.NewBinanceFutures}} {
		e := exchange(t, 950)
		got, err := history(t.Context(), tt.feed(at(e, feed.BinanceOptions{Page: 400})), btc, c.OpenTime[9])
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, c.Slice(10, 950))
		want := []exchangetest.Request{
			{Path: tt.path, Start: c.OpenTime[9] + 1, Limit: 400, Status: 200},
			{Path: tt.path, Start: c.OpenTime[409] + 1, Limit: 400, Status: 200},
			{Path: tt.path, Start: c.OpenTime[809] + 1, Limit: 400, Status: 200},
		}
		if got := e.Requests(); !slices.Equal(got, want) {
			t.Errorf("requests are %+v, want %+v", got, want)
		}
	}
}

func TestBinanceHistoryOfAnUnknownSeriesIsItsNewestBars(t *testing.T) {
	e := exchange(t, 950)
	got, err := history(t.Context(), feed.NewBinance(at(e, feed.BinanceOptions{Page: 400, Backfill: 500})), btc, 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, walk(t).Slice(450, 950))
}

func TestBinanceHistoryWaitsWhereItIsTold(t *testing.T) {
	e := exchange(t, 100)
	e.Refuse(exchangetest.Refusal{Status: 429, RetryAfter: "1"})
	began := time.Now()
	got, err := history(t.Context(), feed.NewBinance(at(e, feed.BinanceOptions{})), btc, 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, walk(t).Slice(0, 100))
	if waited := time.Since(began); waited < time.Second || len(e.Requests()) != 2 {
		t.Errorf("it asked %d times in %s, want twice with a second between", len(e.Requests()), waited)
	}
}

func TestABanIsToldAndNothingIsAskedDuringIt(t *testing.T) {
	e := exchange(t, 100)
	e.Refuse(exchangetest.Refusal{Status: 418, RetryAfter: "600"})
	f := feed.NewBinance(at(e, feed.BinanceOptions{}))
	for range 3 {
		_, err := history(t.Context(), f, btc, 1)
		if err == nil || !strings.Contains(err.Error(), "asks to wait another") {
			t.Errorf("History during a ban gives %v", err)
		}
	}
	if n := len(e.Requests()); n != 1 {
		t.Errorf("%d requests were made, want the one that was refused", n)
	}
}

func TestBinanceHistoryRefusesWhatIsNoAnswer(t *testing.T) {
	e := exchange(t, 100)
	f := feed.NewBinance(at(e, feed.BinanceOptions{}))
	for body, want := range map[string]string{
		"<html>busy</html>": "status 200",
		`[[1,"1"]]`:         "invalid kline response",
		`[[1700000000000,"x","2","1","1","1",1700000899999,"1",1,"1","1","0"]]`:   `"x" is not a number`,
		`[[1700000000000,"NaN","2","1","1","1",1700000899999,"1",1,"1","1","0"]]`: `"NaN" is not a number`,
		`[["soon","1","2","1","1","1",1700000899999,"1",1,"1","1","0"]]`:          "opens at 0",
		strings.Repeat(" ", 5<<20): "status 200",
	} {
		e.Refuse(exchangetest.Refusal{Status: 200, Body: body})
		got, err := history(t.Context(), f, btc, 1)
		if err == nil || !strings.Contains(err.Error(), want) || got.Len() > 0 {
			t.Errorf("an answer of %.60q gives %d bars and %v, want %q", body, got.Len(), err, want)
		}
	}
	e.Refuse(exchangetest.Refusal{Status: 503, Body: "down"})
	if _, err := history(t.Context(), f, btc, 1); err == nil || !strings.Contains(err.Error(), "status 503") {
		t.Errorf("a server that is down gives %v", err)
	}
}

func TestBinanceKnowsItsSymbolsAndIntervals(t *testing.T) {
	spot, futures := feed.NewBinance(feed.BinanceOptions{}), feed.NewBinanceFutures(feed.BinanceOptions{})
	f := func(b *feed.Binance, symbol string, interval core.Interval, ok bool) {
		t.Helper()
		s := server.Series{Market: server.Market{Source: "binance", Symbol: symbol}, Interval: interval}
		err := b.Check(s)
		if (err == nil) != ok || err != nil && server.CodeOf(err) != server.CodeInvalid {
			t.Errorf("Check(%s) = %v", s, err)
		}
	}
	f(spot, "BTCUSDT", core.Minute, true)
	f(spot, "1000SATSUSDT", core.Week, true)
	f(spot, "BTCUSDT", core.Second, true)
	f(futures, "BTCUSDT", core.Second, false)
	f(futures, "BTCUSDT_250926", core.Hour, true)
	f(spot, "BTCUSDT_250926", core.Hour, false)
	f(spot, "btcusdt", core.Minute, false)
	f(spot, "BTC/USDT", core.Minute, false)
	f(spot, "BTCUSDT", 7*core.Minute, false)
	f(spot, "BTCUSDT", 24*core.Hour, true) // 1d

	e := exchange(t, 100)
	eth := btc
	eth.Market.Symbol = "ETHUSDT"
	if _, err := history(t.Context(), feed.NewBinance(at(e, feed.BinanceOptions{})), eth, 1); server.CodeOf(err) != server.CodeInvalid {
		t.Errorf("a symbol that does not trade gives %v", err)
	}
	for _, bad := range []server.Series{{Market: server.Market{Source: "binance", Symbol: "x"}, Interval: core.Minute}} {
		if err := spot.Live(t.Context(), bad, 0, nil); server.CodeOf(err) != server.CodeInvalid {
			t.Errorf("Live(%s) = %v", bad, err)
		}
	}
}
