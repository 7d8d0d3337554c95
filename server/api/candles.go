package api

import (
	"encoding/json"
	"math"
	"net/http"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// candlesQuery is the query string of GET /candles.
type candlesQuery struct {
	Market   string `name:"market" validate:"required,market"`
	Interval string `name:"interval" validate:"required,interval"`
	From     int64  `name:"from"`
	To       int64  `name:"to"`
	Limit    int    `name:"limit" validate:"min=1,max=10000"`
}

// getCandles gives closed bars, ascending, and the forming one: the oldest
// from from on, or the newest where from is not given.
func (a *api) getCandles(w http.ResponseWriter, r *http.Request) error {
	q := candlesQuery{Limit: 500}
	if err := a.decode(r, &q); err != nil {
		return err
	}
	series, err := a.series(r, q.Market, q.Interval)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("from") {
		q.From = max(q.From, 1) // 0 would ask for the newest
	}
	var candles core.Columns
	var forming json.RawMessage
	if q.From == 0 && q.To == 0 { // both ends as one, so that no bar is in neither
		tip, err := a.store.Tip(r.Context(), series, 0, q.Limit)
		if err != nil {
			return unavailable(err)
		}
		candles, forming = tip.Candles, tip.Forming
	} else {
		candles, err = a.store.Candles(r.Context(), series, server.CandleRange{From: q.From, To: q.To, Limit: q.Limit})
		if err != nil {
			return unavailable(err)
		}
		tip, err := a.store.Tip(r.Context(), series, math.MaxInt64, 1)
		if err != nil {
			return unavailable(err)
		}
		forming = tip.Forming
	}
	b := appendSeries([]byte{'{'}, series)
	b = server.AppendCandles(append(b, `,"candles":`...), candles)
	b = appendRaw(append(b, `,"forming":`...), forming)
	return reply(w, http.StatusOK, jsonType, append(b, '}'))
}

// appendSeries appends the members that name a series.
func appendSeries(b []byte, s server.Series) []byte {
	b = server.AppendText(append(b, `"market":`...), s.Market.String())
	return server.AppendText(append(b, `,"interval":`...), s.Interval.String())
}

// appendRaw appends stored JSON, null where there is none.
func appendRaw(b []byte, raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return append(b, "null"...)
	}
	return append(b, raw...)
}
