package feed

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// The public addresses of Binance.
const (
	BinanceREST          = "https://api.binance.com"
	BinanceSocket        = "wss://stream.binance.com:9443"
	BinanceFuturesREST   = "https://fapi.binance.com"
	BinanceFuturesSocket = "wss://fstream.binance.com"
)

// BinanceOptions say where and how a Binance feed works. A zero field is its
// default.
type BinanceOptions struct {
	// REST and Socket are base URLs, without the path of a call; the public ones.
	REST, Socket string
	// Backfill is how many bars of a series are history where nothing is known of
	// it yet; 5000.
	Backfill int
	// Page is the bars of one request, at most 1000; 1000.
	Page int
	// Streams is how many series share a connection, of the 1,024 Binance allows; 200.
	Streams int
	// Silence ends a connection on which no frame came for so long, answers to our
	// pings included; 15 s.
	Silence time.Duration
	// Quiet is how long a series may bring no bar before it is asked for anew, and a
	// connection that lives before it ends; 2 min.
	Quiet time.Duration
	// Life is how old a connection gets before another takes over, below the 24 h
	// at which Binance cuts it; 23 h 30 min.
	Life time.Duration
	// Overlap is how long the new connection may take to bring its first bar before
	// the old one is closed all the same; 10 s.
	Overlap time.Duration
	// Pause is the longest wait before the second try to connect; it doubles with
	// each, and the wait is drawn from all of it. 500 ms.
	Pause time.Duration
	// Log takes what the feed says of itself; slog.Default() if nil.
	Log *slog.Logger
}

func (o BinanceOptions) withDefaults(rest, socket string) BinanceOptions {
	o.REST = strings.TrimRight(or(o.REST, rest), "/")
	o.Socket = strings.TrimRight(or(o.Socket, socket), "/")
	o.Backfill = or(o.Backfill, 5000)
	o.Page = or(o.Page, 1000)
	o.Streams = or(o.Streams, 200)
	o.Silence = or(o.Silence, 15*time.Second)
	o.Quiet = or(o.Quiet, 2*time.Minute)
	o.Life = or(o.Life, 23*time.Hour+30*time.Minute)
	o.Overlap = or(o.Overlap, 10*time.Second)
	o.Pause = or(o.Pause, 500*time.Millisecond)
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Binance gives the candles of Binance's spot market or of its USD-M futures.
// What is closed, and what time it is, is the exchange's word; the local clock
// is never asked. Safe for concurrent use: all series share connections, and the
// limits the exchange sets for one address.
type Binance struct {
	options   BinanceOptions
	klines    klines
	symbols   *regexp.Regexp
	intervals []string
	transport http.RoundTripper
	rest      *restraint
	asking    chan struct{} // holds a token for each request under way
	dials     *spacing

	mu    sync.Mutex
	lines []*line // guarded by mu: the connections that others may join
}

// NewBinance gives the spot market.
func NewBinance(o BinanceOptions) *Binance {
	b := newBinance(o.withDefaults(BinanceREST, BinanceSocket), spotKlines, spotWeights)
	b.symbols = regexp.MustCompile(`^[A-Z0-9]{2,20}$`)
	b.intervals = append([]string{"1s"}, binanceIntervals...)
	return b
}

// NewBinanceFutures gives the USD-M futures; a symbol is a perpetual, BTCUSDT,
// or one with its day of delivery, BTCUSDT_250926.
func NewBinanceFutures(o BinanceOptions) *Binance {
	b := newBinance(o.withDefaults(BinanceFuturesREST, BinanceFuturesSocket), futuresKlines, futuresWeights)
	b.symbols = regexp.MustCompile(`^[A-Z0-9]{2,20}(_[0-9]{6})?$`)
	b.intervals = binanceIntervals
	return b
}

func newBinance(o BinanceOptions, k klines, weights int) *Binance {
	return &Binance{
		options: o, klines: k, transport: http.DefaultTransport,
		rest: newRestraint(weights), asking: make(chan struct{}, requestsAtOnce), dials: newSpacing(dialsAtOnce, dialEvery),
	}
}

// binanceIntervals are the intervals both markets have, but for the month, whose
// length varies.
var binanceIntervals = []string{"1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"}

// Check reports whether Binance could have a series: its symbol is well formed
// and its interval one of Binance's. Whether the symbol trades is seen when it
// is asked for.
func (b *Binance) Check(s server.Series) error {
	if !b.symbols.MatchString(s.Market.Symbol) {
		return server.Invalid("symbol", s.Market.Symbol, "symbol", "as Binance writes it, in capitals: BTCUSDT")
	}
	if !slices.Contains(b.intervals, s.Interval.String()) {
		return server.Invalid("interval", s.Interval.String(), "oneof", "one of "+strings.Join(b.intervals, ", "))
	}
	return nil
}

// History gives the closed bars that open after a time, page by page; after 0
// it is the newest Backfill. It waits where the exchange asks for it, up to
// longestWait.
func (b *Binance) History(ctx context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	if err := b.Check(s); err != nil {
		return err
	}
	if after <= 0 {
		newest, err := b.page(ctx, s, 0, 1)
		if err != nil || len(newest.bars) == 0 {
			return err
		}
		after = newest.bars[0].OpenTime - int64(b.options.Backfill)*int64(s.Interval) - 1
	}
	for {
		p, err := b.page(ctx, s, max(after, 0)+1, b.options.Page)
		if err != nil {
			return err
		}
		closed := p.closed(s.Interval)
		for _, bar := range closed {
			if bar.OpenTime <= after {
				return fmt.Errorf("klines of %s: a bar opens at %d, asked for those after %d", s, bar.OpenTime, after)
			}
			if err := yield(bar); err != nil {
				return err
			}
			after = bar.OpenTime
		}
		if len(p.bars) < b.options.Page || len(closed) < len(p.bars) {
			return nil
		}
	}
}
