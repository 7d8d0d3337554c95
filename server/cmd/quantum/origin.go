package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

const (
	// patience is how long an origin may be away before replay gives up.
	patience = time.Minute
	// firstPause doubles up to lastPause between attempts.
	firstPause, lastPause = 200 * time.Millisecond, 5 * time.Second
)

// origin is a running origin, and the series to push to it.
type origin struct {
	base   string // with /api/v1
	series server.Series
	key    string // needed to push, unless the origin lets everybody
}

func (o *origin) query() url.Values {
	return url.Values{"market": {o.series.Market.String()}, "interval": {o.series.Interval.String()}}
}

// last is the open time of the last bar the origin has committed, 0 for none.
func (o *origin) last(ctx context.Context) (int64, error) {
	q := o.query()
	q.Set("limit", "1")
	var answer struct {
		Candles struct {
			OpenTime []int64 `json:"open_time"`
		} `json:"candles"`
	}
	err := o.call(ctx, http.MethodGet, o.base+"/candles?"+q.Encode(), "", nil, &answer)
	var problem *server.Problem
	switch times := answer.Candles.OpenTime; {
	case errors.As(err, &problem) && problem.Status == http.StatusNotFound:
		return 0, nil // the first push makes the origin watch it
	case err != nil || len(times) == 0:
		return 0, err
	default:
		return times[len(times)-1], nil
	}
}

// push sends bars. Those the origin has already do no harm.
func (o *origin) push(ctx context.Context, bars core.Columns) error {
	body := make([]byte, 0, 80*bars.Len())
	for i := range bars.Len() {
		k := bars.At(i)
		body = strconv.AppendInt(append(body, '['), k.OpenTime, 10)
		for _, v := range [...]float64{k.Open, k.High, k.Low, k.Close, k.Volume} {
			body = server.AppendFloat(append(body, ','), v)
		}
		body = append(body, ']', '\n')
	}
	return o.call(ctx, http.MethodPost, o.base+"/candles?"+o.query().Encode(), "application/x-ndjson", body, nil)
}

// call makes a request and reads the answer. While the origin is away or asks
// to wait it tries again, up to patience.
func (o *origin) call(ctx context.Context, method, url, media string, body []byte, answer any) error {
	pause := firstPause
	for until := time.Now().Add(patience); ; pause = min(2*pause, lastPause) {
		err := o.once(ctx, method, url, media, body, answer)
		var problem *server.Problem
		away := err != nil && (!errors.As(err, &problem) || problem.Status == http.StatusServiceUnavailable || problem.Status == http.StatusTooManyRequests)
		if !away || ctx.Err() != nil || time.Now().After(until) {
			return err
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
}

func (o *origin) once(ctx context.Context, method, url, media string, body []byte, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return usageError{err}
	}
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	if o.key != "" {
		request.Header.Set("Authorization", "Bearer "+o.key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		problem := &server.Problem{Status: response.StatusCode, Detail: fmt.Sprintf("%s answers %s", url, response.Status)}
		_ = json.Unmarshal(text, problem) // one that is no problem+json keeps its status
		return problem
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
