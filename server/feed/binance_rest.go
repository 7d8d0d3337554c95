package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/adshao/go-binance/v2"
	"github.com/adshao/go-binance/v2/common"
	"github.com/adshao/go-binance/v2/futures"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

const (
	// requestTimeout is how long one request may take.
	requestTimeout = 10 * time.Second
	// maxAnswer bounds an answer; a page of 1000 klines has some 150 kB.
	maxAnswer = 4 << 20
	// asks is how often a request is made that is refused for its weight.
	asks = 3
	// settled is how long after its end a bar is closed where the answer holds no
	// later one, by the exchange's clock.
	settled = 2 * time.Second
)

// query is one request for klines: limit of them from start on, or the newest
// where start is 0.
type query struct {
	symbol, interval string
	start            int64
	limit            int
}

// klines asks one market for klines. A client is made for each call: it keeps
// the weights of the last answer in fields nothing guards.
type klines func(ctx context.Context, base string, h *http.Client, q query) ([]binance.Kline, error)

func spotKlines(ctx context.Context, base string, h *http.Client, q query) ([]binance.Kline, error) {
	client := binance.NewClient("", "")
	client.BaseURL, client.HTTPClient = base, h
	ask := client.NewKlinesService().Symbol(q.symbol).Interval(q.interval).Limit(q.limit)
	if q.start > 0 {
		ask.StartTime(q.start)
	}
	rows, err := ask.Do(ctx)
	all := make([]binance.Kline, len(rows))
	for i, row := range rows {
		all[i] = *row
	}
	return all, err
}

func futuresKlines(ctx context.Context, base string, h *http.Client, q query) ([]binance.Kline, error) {
	client := futures.NewClient("", "")
	client.BaseURL, client.HTTPClient = base, h
	ask := client.NewKlinesService().Symbol(q.symbol).Interval(q.interval).Limit(q.limit)
	if q.start > 0 {
		ask.StartTime(q.start)
	}
	rows, err := ask.Do(ctx)
	all := make([]binance.Kline, len(rows))
	for i, row := range rows {
		all[i] = binance.Kline(*row)
	}
	return all, err
}

// page is one answer.
type page struct {
	bars []core.Candle
	at   int64 // the exchange's clock as it answered, ms; 0 if it did not say
}

// closed is the bars that are final: those with a later one behind them, and the
// last if it ended long enough ago.
func (p page) closed(interval core.Interval) []core.Candle {
	n := len(p.bars)
	if n == 0 || p.bars[n-1].OpenTime+int64(interval)+settled.Milliseconds() <= p.at {
		return p.bars
	}
	return p.bars[:n-1]
}

// page asks for klines, again where the exchange asked to wait.
func (b *Binance) page(ctx context.Context, s server.Series, start int64, limit int) (page, error) {
	q := query{s.Market.Symbol, s.Interval.String(), start, limit}
	for ask := 1; ; ask++ {
		rows, seen, err := b.ask(ctx, q)
		var refusal *common.APIError
		switch {
		case err == nil:
			return read(s, rows, seen.at)
		case heavy(seen.status) && ask < asks:
			continue
		case errors.As(err, &refusal) && refusal.Code == unknownSymbol:
			return page{}, server.Invalid("symbol", s.Market.Symbol, "symbol", "one that trades there")
		case seen.status > 0:
			return page{}, fmt.Errorf("klines of %s: status %d: %w", s, seen.status, err)
		default:
			return page{}, fmt.Errorf("klines of %s: %w", s, err)
		}
	}
}

// ask makes one request once the exchange's limits allow it.
func (b *Binance) ask(ctx context.Context, q query) ([]binance.Kline, exchange, error) {
	select {
	case <-ctx.Done():
		return nil, exchange{}, ctx.Err()
	case b.asking <- struct{}{}:
	}
	defer func() { <-b.asking }()
	if err := b.rest.wait(ctx); err != nil {
		return nil, exchange{}, err
	}
	seen := &exchange{of: b}
	rows, err := b.klines(ctx, b.options.REST, &http.Client{Transport: seen, Timeout: requestTimeout}, q)
	return rows, *seen, err
}

// unknownSymbol is Binance's code for "Invalid symbol."
const unknownSymbol = -1121

// read makes candles of klines.
func read(s server.Series, rows []binance.Kline, at int64) (page, error) {
	p := page{make([]core.Candle, len(rows)), at}
	for i, k := range rows {
		bar, err := candle(k.OpenTime, k.Open, k.High, k.Low, k.Close, k.Volume)
		if err != nil {
			return page{}, fmt.Errorf("kline %d of %s: %w", i, s, err)
		}
		if bar.OpenTime < 1 || bar.OpenTime > core.MaxOpenTime {
			return page{}, fmt.Errorf("kline %d of %s opens at %d", i, s, bar.OpenTime)
		}
		if i > 0 && bar.OpenTime <= p.bars[i-1].OpenTime {
			return page{}, fmt.Errorf("kline %d of %s opens at %d, not after the one before it", i, s, bar.OpenTime)
		}
		p.bars[i] = bar
	}
	return p, nil
}

// candle reads numbers as Binance writes them, in quotes.
func candle(open int64, texts ...string) (core.Candle, error) {
	var values [5]float64
	for i, text := range texts {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			return core.Candle{}, fmt.Errorf("%q is not a number", text)
		}
		values[i] = v
	}
	return core.Candle{OpenTime: open, Open: values[0], High: values[1], Low: values[2], Close: values[3], Volume: values[4]}, nil
}

// exchange is the transport of one request: it heeds the limits the answer tells
// and keeps what the client hides.
type exchange struct {
	of     *Binance
	status int   // 0 before the answer
	at     int64 // the exchange's clock, ms
}

func (e *exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := e.of.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	e.of.rest.heed(time.Now(), answer.StatusCode, answer.Header)
	e.status = answer.StatusCode
	if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		e.at = date.UnixMilli()
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, maxAnswer), answer.Body}
	return answer, nil
}
