package main

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/compute"
)

// maxBars is the most candles the origin gives at once.
const maxBars = 10_000

// watched answers GET /signals/cipher and /volume: what the origin knows of a
// watched series, computed here, with the same bits.
type watched struct {
	origin  *origin
	compute *compute.Handler
}

// asks is what the query says of the series.
type asks struct {
	series server.Series
	limit  int
	before int64 // 0 is now
}

// read takes the series out of a query. What is not plainly right is for the
// origin to refuse.
func read(values url.Values, limit int) (a asks, rest url.Values, err error) {
	rest = url.Values{}
	for name, list := range values {
		if !slices.Contains([]string{"market", "interval", "limit", "before"}, name) {
			rest[name] = list
		}
	}
	if a.series, err = server.ParseSeries(last(values, "market") + ":" + last(values, "interval")); err != nil {
		return a, rest, errForOrigin
	}
	a.limit, err = strconv.Atoi(cmp.Or(last(values, "limit"), strconv.Itoa(limit)))
	if err != nil || a.limit < 1 || a.limit > maxBars {
		return a, rest, errForOrigin
	}
	a.before, err = strconv.ParseInt(cmp.Or(last(values, "before"), "0"), 10, 64)
	if err != nil || a.before < 0 {
		return a, rest, errForOrigin
	}
	return a, rest, nil
}

func last(values url.Values, name string) string {
	list := values[name]
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

// handler answers with f, or has the origin answer.
func (s *watched) handler(f server.Handler) http.Handler {
	return server.Handler(func(w http.ResponseWriter, r *http.Request) error {
		err := f(w, r)
		if errors.Is(err, errForOrigin) {
			return s.origin.pass(w, r)
		}
		return err
	})
}

// getCipher gives the readings of a watched series: those the engine of its
// monitor gave, from a checkpoint before them on.
func (s *watched) getCipher(w http.ResponseWriter, r *http.Request) error {
	a, rest, err := read(r.URL.Query(), 500)
	if err != nil {
		return err
	}
	params, reply, err := s.compute.AskCipher(rest)
	if err != nil {
		return errForOrigin
	}
	end, forming, err := s.tip(w, r, a)
	if err != nil {
		return err
	}
	told, err := s.candles(r, a.series, a.limit, end)
	if err != nil {
		return err
	}
	stored := server.Stored{Series: a.series, Candles: told, Limit: a.limit, Forming: forming}
	if told.Len() == 0 {
		return reply(w, r, stored)
	}
	market, interval := a.series.Market.String(), a.series.Interval.String()
	path := query("/signals/snapshot", "market", market, "interval", interval, "before", strconv.FormatInt(told.OpenTime[0], 10))
	reach, err := s.origin.closed(r, path, "&closed="+strconv.FormatInt(end, 10))
	if err != nil {
		return err
	}
	if len(reach.snapshot) > 0 {
		stored.Engine, err = cipher.Restore(reach.snapshot)
		if err != nil || stored.Engine.Params() != params || stored.Engine.Interval() != a.series.Interval {
			return errForOrigin // it reads all bars it keeps
		}
	}
	stored.Candles = until(reach.candles, end)
	return reply(w, r, stored)
}

// getVolume gives the profile of a watched series.
func (s *watched) getVolume(w http.ResponseWriter, r *http.Request) error {
	a, rest, err := read(r.URL.Query(), 1500)
	if err != nil || a.before != 0 {
		return errForOrigin
	}
	need, reply, err := s.compute.AskVolume(rest, a.series.Interval, a.limit)
	if err != nil || need.From != 0 || need.To != 0 || need.Limit > maxBars {
		return errForOrigin
	}
	end, forming, err := s.tip(w, r, a)
	if err != nil {
		return err
	}
	stored := server.Stored{Series: a.series, Forming: forming}
	if stored.Candles, err = s.candles(r, a.series, need.Limit, end); err != nil {
		return err
	}
	return reply(w, r, stored)
}

// tip is where the closed bars end: behind the open time of the last. Of an
// answer about now it tells the forming bar as well.
func (s *watched) tip(w http.ResponseWriter, r *http.Request, a asks) (end int64, forming *core.Candle, err error) {
	if a.before != 0 {
		return a.before, nil, nil
	}
	path := query("/candles", "market", a.series.Market.String(), "interval", a.series.Interval.String(), "limit", "1")
	tip, stale, err := s.origin.newest(r, path)
	if err != nil {
		return 0, nil, err
	}
	if stale > 0 {
		w.Header().Set(staleHeader, strconv.Itoa(int(stale/time.Second)))
	}
	for _, t := range tip.candles.OpenTime {
		end = t + 1
	}
	return max(end, 1), tip.forming, nil
}

// candles are the newest bars of a series that open before end.
func (s *watched) candles(r *http.Request, series server.Series, limit int, end int64) (core.Columns, error) {
	path := query("/candles", "market", series.Market.String(), "interval", series.Interval.String(),
		"limit", strconv.Itoa(limit), "to", strconv.FormatInt(end, 10))
	told, err := s.origin.closed(r, path, "")
	return told.candles, err
}

// until is the candles that open before end.
func until(c core.Columns, end int64) core.Columns {
	n, _ := slices.BinarySearch(c.OpenTime, end)
	return c.Slice(0, n)
}
