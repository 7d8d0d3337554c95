package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// remote reads the markets of a running origin.
type remote struct{ origin }

// maxRemote is the most candles and events one request gives.
const maxRemote = 10_000

// Markets lists what the origin watches.
func (r *remote) Markets(ctx context.Context) ([]server.MarketStatus, error) {
	var answer struct {
		Markets []struct {
			Market    string   `json:"market"`
			Intervals []string `json:"intervals"`
			State     string   `json:"state"`
			Note      string   `json:"source_note"`
		} `json:"markets"`
	}
	if err := r.call(ctx, http.MethodGet, r.base+"/markets", "", nil, &answer); err != nil {
		return nil, err
	}
	var list []server.MarketStatus
	for _, m := range answer.Markets {
		market, err := server.ParseMarket(m.Market)
		if err != nil {
			return nil, err
		}
		one := server.MarketStatus{Market: market, State: server.State(m.State), Note: m.Note}
		for _, text := range m.Intervals {
			interval, err := core.ParseInterval(text)
			if err != nil {
				return nil, err
			}
			one.Intervals = append(one.Intervals, interval)
		}
		list = append(list, one)
	}
	return list, nil
}

// Candles gives closed bars.
func (r *remote) Candles(ctx context.Context, series server.Series, of server.CandleRange) (core.Columns, error) {
	q := ofSeries(series)
	q.Set("limit", strconv.Itoa(max(1, min(of.Limit, maxRemote))))
	if of.From > 0 {
		q.Set("from", strconv.FormatInt(of.From, 10))
	}
	if of.To > 0 {
		q.Set("to", strconv.FormatInt(of.To, 10))
	}
	var answer struct {
		Candles struct {
			OpenTime []int64   `json:"open_time"`
			Open     []float64 `json:"open"`
			High     []float64 `json:"high"`
			Low      []float64 `json:"low"`
			Close    []float64 `json:"close"`
			Volume   []float64 `json:"volume"`
		} `json:"candles"`
	}
	err := r.call(ctx, http.MethodGet, r.base+"/candles?"+q.Encode(), "", nil, &answer)
	c := answer.Candles
	return core.Columns{OpenTime: c.OpenTime, Open: c.Open, High: c.High, Low: c.Low, Close: c.Close, Volume: c.Volume}, err
}

// Events gives the newest events.
func (r *remote) Events(ctx context.Context, f server.EventFilter) (server.EventPage, error) {
	q := url.Values{"limit": {strconv.Itoa(max(1, min(f.Limit, 1000)))}, "kind": f.Kinds, "side": f.Sides}
	for _, series := range f.Series {
		q.Add("market", series.Market.String())
		q.Add("interval", series.Interval.String())
	}
	var answer struct {
		Events []server.Event `json:"events"`
	}
	err := r.call(ctx, http.MethodGet, r.base+"/signals/events?"+q.Encode(), "", nil, &answer)
	return server.EventPage{Events: answer.Events}, err
}

func ofSeries(s server.Series) url.Values {
	return url.Values{"market": {s.Market.String()}, "interval": {s.Interval.String()}}
}
