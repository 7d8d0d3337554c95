// Package exchangetest is an exchange for tests: a local server that speaks
// Binance's wire format and plays a candle file bar by bar, as the test says.
//
// It has GET /api/v3/klines and /fapi/v1/klines with paging, request weights and
// refusals, and combined WebSocket streams of klines. What goes wrong on real
// ones is injected: cut and silent connections, the end of a day, bars that come
// twice, late, out of order, revised or never, and frames that are garbage.
//
// Its clock is the market's: it tells time by the bars played, in the Date
// header and in each message.
package exchangetest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

// Exchange plays the candles of one symbol at one interval. Make one with New.
// Safe for concurrent use.
type Exchange struct {
	symbol   string
	interval core.Interval
	server   *httptest.Server

	mu          sync.Mutex
	candles     core.Columns   // guarded by mu: history is revised
	played      int            // guarded by mu: bars that are closed
	open        map[*line]bool // guarded by mu: connections
	connections int            // guarded by mu: ever made
	pongs       int            // guarded by mu
	silent      bool           // guarded by mu
	closed      bool           // guarded by mu: connections are refused
	down        bool           // guarded by mu: requests too
	requests    []Request      // guarded by mu
	used        int            // guarded by mu: request weight this minute
	refusals    []Refusal      // guarded by mu: of the requests to come
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
	if played >= candles.Len() {
		t.Fatalf("%d candles are to be closed, of %d, with one left to form", played, candles.Len())
	}
	all := core.MakeColumns(candles.Len())
	for i := range candles.Len() {
		all.Append(candles.At(i))
	}
	e := &Exchange{symbol: symbol, interval: interval, candles: all, played: played, open: map[*line]bool{}}
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

// Port is where it listens.
func (e *Exchange) Port() int { return e.server.Listener.Addr().(*net.TCPAddr).Port }

// REST is the base URL of requests.
func (e *Exchange) REST() string { return e.server.URL }

// Socket is the base URL of streams.
func (e *Exchange) Socket() string { return "ws" + strings.TrimPrefix(e.server.URL, "http") }

// Played is how many bars are closed.
func (e *Exchange) Played() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.played
}

// Revise changes a bar in what history gives from now on.
func (e *Exchange) Revise(i int, k core.Candle) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := &e.candles
	c.Open[i], c.High[i], c.Low[i], c.Close[i], c.Volume[i] = k.Open, k.High, k.Low, k.Close, k.Volume
}

// now is the exchange's clock, ms: well inside the forming bar. mu is held.
func (e *Exchange) now() int64 { return e.candles.OpenTime[e.played] + int64(e.interval)/2 }

// part is the state of bar i once a share of its time is over.
func part(k core.Candle, share float64) core.Candle {
	k.Close = k.Open + float64((k.Close-k.Open)*share)
	k.High, k.Low = max(k.Open, k.Close), min(k.Open, k.Close)
	k.Volume *= share
	return k
}
