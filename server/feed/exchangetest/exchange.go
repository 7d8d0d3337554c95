// Package exchangetest is an exchange for tests: a local server that speaks
// Binance's wire format and plays candle files bar by bar, as the test says.
//
// It has GET /api/v3/klines and /fapi/v1/klines with paging, request weights and
// refusals, and connections of combined WebSocket streams of klines, which are
// named in the address, subscribed to and unsubscribed from; who sends too much
// is cut off. What goes wrong on real ones is injected: cut and silent
// connections, the end of a day, streams that dry up, bars that come twice, late,
// out of order, revised or never, and frames that are garbage.
//
// Its clock is the market's: it tells time by the bars played, in the Date
// header and in each message.
package exchangetest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

// Exchange has one market, to which others may be added. Make one with New. Safe
// for concurrent use.
type Exchange struct {
	*Market // the first
	server  *httptest.Server

	mu          sync.Mutex
	markets     []*Market      // guarded by mu
	open        map[*line]bool // guarded by mu: connections
	connections int            // guarded by mu: ever made
	floods      int            // guarded by mu: connections that sent too much
	asked       []string       // guarded by mu: methods of the requests on connections
	pongs       int            // guarded by mu
	silent      bool           // guarded by mu
	closed      bool           // guarded by mu: connections are refused
	down        bool           // guarded by mu: requests too
	requests    []Request      // guarded by mu
	used        int            // guarded by mu: request weight this minute
	refusals    []Refusal      // guarded by mu: of the requests to come
}

// Market plays the candles of one symbol at one interval. Safe for concurrent
// use.
type Market struct {
	exchange *Exchange
	symbol   string
	interval core.Interval

	candles core.Columns // guarded by exchange.mu: history is revised
	played  int          // guarded by exchange.mu: bars that are closed
}

// New starts an exchange at which the first played candles are closed and the
// next one forms. It ends with the test.
func New(t testing.TB, symbol string, interval core.Interval, candles core.Columns, played int) *Exchange {
	t.Helper()
	return NewOn(t, "127.0.0.1", symbol, interval, candles, played)
}

// NewOn starts one on an address of this machine, of its own network.
func NewOn(t testing.TB, ip, symbol string, interval core.Interval, candles core.Columns, played int) *Exchange {
	t.Helper()
	e := &Exchange{open: map[*line]bool{}}
	e.Market = e.List(t, symbol, interval, candles, played)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v3/klines", func(w http.ResponseWriter, r *http.Request) { e.klines(w, r, spot) })
	mux.HandleFunc("GET /fapi/v1/klines", func(w http.ResponseWriter, r *http.Request) { e.klines(w, r, futures) })
	mux.HandleFunc("GET /stream", e.stream)
	listener, err := new(net.ListenConfig).Listen(context.WithoutCancel(t.Context()), "tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		t.Fatal(err)
	}
	e.server = &httptest.Server{Listener: listener, Config: &http.Server{Handler: mux}}
	e.server.Start()
	t.Cleanup(func() {
		e.Cut()
		e.server.Close()
	})
	return e
}

// List adds a market.
func (e *Exchange) List(t testing.TB, symbol string, interval core.Interval, candles core.Columns, played int) *Market {
	t.Helper()
	if played >= candles.Len() {
		t.Fatalf("%d candles are to be closed, of %d, with one left to form", played, candles.Len())
	}
	m := &Market{exchange: e, symbol: symbol, interval: interval, candles: core.MakeColumns(candles.Len()), played: played}
	for i := range candles.Len() {
		m.candles.Append(candles.At(i))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.markets = append(e.markets, m)
	return m
}

// Port is where it listens.
func (e *Exchange) Port() int { return e.server.Listener.Addr().(*net.TCPAddr).Port }

// REST is the base URL of requests.
func (e *Exchange) REST() string { return e.server.URL }

// Socket is the base URL of streams.
func (e *Exchange) Socket() string { return "ws" + strings.TrimPrefix(e.server.URL, "http") }

// find gives the market of a symbol at an interval, and whether the symbol trades
// at all. mu is held.
func (e *Exchange) find(symbol, interval string) (m *Market, trades bool) {
	at := slices.IndexFunc(e.markets, func(m *Market) bool { return m.symbol == symbol && m.interval.String() == interval })
	if at >= 0 {
		return e.markets[at], true
	}
	return nil, slices.ContainsFunc(e.markets, func(m *Market) bool { return m.symbol == symbol })
}

// Played is how many bars are closed.
func (m *Market) Played() int {
	m.exchange.mu.Lock()
	defer m.exchange.mu.Unlock()
	return m.played
}

// Revise changes a bar in what history gives from now on.
func (m *Market) Revise(i int, k core.Candle) {
	m.exchange.mu.Lock()
	defer m.exchange.mu.Unlock()
	c := &m.candles
	c.Open[i], c.High[i], c.Low[i], c.Close[i], c.Volume[i] = k.Open, k.High, k.Low, k.Close, k.Volume
}

// now is the exchange's clock, ms: well inside the forming bar. The exchange's mu
// is held.
func (m *Market) now() int64 { return m.candles.OpenTime[m.played] + int64(m.interval)/2 }

// part is the state of bar i once a share of its time is over.
func part(k core.Candle, share float64) core.Candle {
	k.Close = k.Open + float64((k.Close-k.Open)*share)
	k.High, k.Low = max(k.Open, k.Close), min(k.Open, k.Close)
	k.Volume *= share
	return k
}
