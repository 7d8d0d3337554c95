package exchangetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"time"
)

// Request is one request for klines, as it was answered.
type Request struct {
	Path         string
	Start, Limit int64 // 0 where not asked
	Status       int
}

// Refusal is an answer that is not one.
type Refusal struct {
	Status     int
	RetryAfter string // the header; none if empty
	Body       string // Binance's own if empty
}

// Refuse answers the next requests so.
func (e *Exchange) Refuse(refusals ...Refusal) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refusals = append(e.refusals, refusals...)
}

// Requests are the requests so far.
func (e *Exchange) Requests() []Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Request(nil), e.requests...)
}

// rules are what differs between spot and futures.
type rules struct {
	most   int64 // bars of a page
	weight func(limit int64) int
}

var (
	spot    = rules{1000, func(int64) int { return 2 }}
	futures = rules{1500, func(limit int64) int {
		switch {
		case limit < 100:
			return 1
		case limit < 500:
			return 2
		case limit <= 1000:
			return 5
		}
		return 10
	}}
)

// klines answers a request for klines.
func (e *Exchange) klines(w http.ResponseWriter, r *http.Request, by rules) {
	q := r.URL.Query()
	number := func(name string) int64 {
		v, err := strconv.ParseInt(q.Get(name), 10, 64)
		if err != nil {
			return 0
		}
		return v
	}
	asked := Request{Path: r.URL.Path, Start: number("startTime"), Limit: number("limit"), Status: http.StatusOK}
	limit := asked.Limit
	if limit == 0 {
		limit = 500
	}
	limit = min(limit, by.most)

	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down {
		panic(http.ErrAbortHandler) // breaks the connection without a word
	}
	defer func() { e.requests = append(e.requests, asked) }()
	e.used += by.weight(limit)
	h := w.Header()
	h.Set("Content-Type", "application/json;charset=UTF-8")
	m, trades := e.find(q.Get("symbol"), q.Get("interval"))
	clock := e.Market
	if m != nil {
		clock = m
	}
	h.Set("Date", time.UnixMilli(clock.now()).UTC().Format(http.TimeFormat))
	h.Set("X-Mbx-Used-Weight-1m", strconv.Itoa(e.used))
	refuse := func(status int, body string) {
		asked.Status = status
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
	switch {
	case len(e.refusals) > 0:
		next := e.refusals[0]
		e.refusals = e.refusals[1:]
		if next.RetryAfter != "" {
			h.Set("Retry-After", next.RetryAfter)
		}
		if next.Body == "" {
			next.Body = `{"code":-1003,"msg":"Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API."}`
		}
		refuse(next.Status, next.Body)
	case !trades:
		refuse(http.StatusBadRequest, `{"code":-1121,"msg":"Invalid symbol."}`)
	case m == nil:
		refuse(http.StatusBadRequest, `{"code":-1120,"msg":"Invalid interval."}`)
	default:
		_ = json.NewEncoder(w).Encode(m.rows(asked.Start, int(limit))) // the client may have gone
	}
}

// rows are the newest bars, or those from start on, the forming one with them.
// The exchange's mu is held.
func (m *Market) rows(start int64, limit int) [][]any {
	known := m.played + 1
	from := max(0, known-limit)
	if start > 0 {
		from = sort.Search(known, func(i int) bool { return m.candles.OpenTime[i] >= start })
	}
	rows := [][]any{}
	for i := from; i < min(known, from+limit); i++ {
		k := m.candles.At(i)
		if i == m.played {
			k = part(k, 0.5)
		}
		rows = append(rows, []any{
			k.OpenTime, number(k.Open), number(k.High), number(k.Low), number(k.Close), number(k.Volume),
			k.OpenTime + int64(m.interval) - 1, number(k.Volume * k.Close), 100, number(k.Volume / 2), number(k.Volume * k.Close / 2), "0",
		})
	}
	return rows
}

// number is a number as Binance writes it: eight decimals, more where the value
// would not come back from them.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', 8, 64)
	if back, err := strconv.ParseFloat(text, 64); err == nil && back == v {
		return text
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
