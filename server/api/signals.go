package api

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
)

// Compute answers the signal requests: those with candles as a handler, those
// over watched series with what the API reads for them.
type Compute interface {
	http.Handler
	// AskCipher reads what a query says of the engine. The answer goes on with the
	// engine of the series, or from its first bar.
	AskCipher(query url.Values) (cipher.Params, server.Answerer, error)
	// AskVolume does the same, and says which bars of the series are needed; limit is
	// how many where the range says nothing of it.
	AskVolume(query url.Values, interval core.Interval, limit int) (server.CandleRange, server.Answerer, error)
}

// cipherQuery is the query string of GET /signals/cipher beside what the engine
// reads.
type cipherQuery struct {
	Market   string `name:"market" validate:"required,market"`
	Interval string `name:"interval" validate:"required,interval"`
	Limit    int    `name:"limit" validate:"min=1,max=10000"`
	Before   int64  `name:"before" validate:"min=0"`
}

// getCipher gives the readings of a watched series, the newest bars or those
// before a time, with the bits its monitor committed, and the forming bar apart.
func (a *api) getCipher(w http.ResponseWriter, r *http.Request) error {
	q := cipherQuery{Limit: 500}
	mine, rest := split(r.URL.Query(), "market", "interval", "limit", "before")
	params, answer, err := a.options.Compute.AskCipher(rest)
	if err := server.Join(a.decodeValues(mine, &q), err); err != nil {
		return err
	}
	series, err := a.series(r, q.Market, q.Interval)
	if err != nil {
		return err
	}
	stored := server.Stored{Series: series, Limit: q.Limit}
	told, err := a.store.Candles(r.Context(), series, server.CandleRange{To: q.Before, Limit: q.Limit})
	if err != nil {
		return unavailable(err)
	}
	stored.Candles = told
	if told.Len() > 0 {
		if err := a.reachBack(r, &stored, params, q.Before); err != nil {
			return unavailable(err)
		}
	}
	if q.Before == 0 {
		if stored.Forming, err = a.forming(r, series); err != nil {
			return unavailable(err)
		}
	}
	return answer(w, r, stored)
}

// reachBack puts before the bars that are told what their readings depend on:
// the monitor's own engine, as of a checkpoint before them, where it has the
// parameters asked for; else all bars that are kept.
func (a *api) reachBack(r *http.Request, stored *server.Stored, params cipher.Params, before int64) error {
	first := stored.Candles.OpenTime[0]
	checkpoint, err := a.store.Checkpoint(r.Context(), stored.Series, first)
	if err != nil {
		return err
	}
	from := int64(1)
	if checkpoint != nil {
		engine, err := cipher.Restore(checkpoint.Cipher)
		if err == nil && engine.Params() == params && engine.Interval() == stored.Series.Interval {
			stored.Engine, from = engine, checkpoint.OpenTime+1
		}
	}
	stored.Candles, err = a.store.Candles(r.Context(), stored.Series, server.CandleRange{From: from, To: before})
	return err
}

// forming is the forming bar of a series, nil where none is known.
func (a *api) forming(r *http.Request, series server.Series) (*core.Candle, error) {
	tip, err := a.store.Tip(r.Context(), series, math.MaxInt64, 1)
	if err != nil || len(tip.Forming) == 0 {
		return nil, err
	}
	var bar struct {
		OpenTime                       int64 `json:"open_time"`
		Open, High, Low, Close, Volume float64
	}
	if err := json.Unmarshal(tip.Forming, &bar); err != nil {
		return nil, err
	}
	return &core.Candle{OpenTime: bar.OpenTime, Open: bar.Open, High: bar.High, Low: bar.Low, Close: bar.Close, Volume: bar.Volume}, nil
}

// volumeQuery is the query string of GET /signals/volume beside what the engine
// reads.
type volumeQuery struct {
	Market   string `name:"market" validate:"required,market"`
	Interval string `name:"interval" validate:"required,interval"`
	Limit    int    `name:"limit" validate:"min=1,max=50000"`
}

// getVolume gives the profile of a watched series over a range, and the levels
// of the forming bar apart.
func (a *api) getVolume(w http.ResponseWriter, r *http.Request) error {
	q := volumeQuery{Limit: 1500}
	mine, rest := split(r.URL.Query(), "market", "interval", "limit")
	first := a.decodeValues(mine, &q)
	interval, _ := core.ParseInterval(q.Interval) // an invalid one is refused already
	need, answer, err := a.options.Compute.AskVolume(rest, interval, q.Limit)
	if err := server.Join(first, err); err != nil {
		return err
	}
	series, err := a.series(r, q.Market, q.Interval)
	if err != nil {
		return err
	}
	stored := server.Stored{Series: series}
	if stored.Candles, err = a.store.Candles(r.Context(), series, need); err != nil {
		return unavailable(err)
	}
	if need.To == 0 {
		if stored.Forming, err = a.forming(r, series); err != nil {
			return unavailable(err)
		}
	}
	return answer(w, r, stored)
}

// split takes the named values out of a query.
func split(query url.Values, names ...string) (mine, rest url.Values) {
	mine, rest = url.Values{}, url.Values{}
	for name, values := range query {
		if slices.Contains(names, name) {
			mine[name] = values
		} else {
			rest[name] = values
		}
	}
	return mine, rest
}
