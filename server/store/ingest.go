package store

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

//go:embed ingest.lua
var ingestBody string

var ingestScript = newScript(ingestBody)

// ingestBatch is the number of bars one script takes, which bounds how long it
// keeps Redis from others.
const ingestBatch = 1000

// Ingest takes pushed bars of a series, ascending, into its inbox, from where a
// monitor commits them. It is idempotent: bars that are stored already, with the
// same values, count as duplicates. Of up to 1000 bars either all are taken or
// none; of more, those before the thousand that holds a refused one stay. The
// error is a *server.Error: a *core.Error of the bar's rules, or a *Conflict.
//
// A series nobody watches yet is watched from then on.
func (s *Store) Ingest(ctx context.Context, series server.Series, bars []server.IngestBar) (server.Ingested, error) {
	var sum server.Ingested
	for i, b := range bars {
		if err := checkIngest(b.Candle, i); err != nil {
			return sum, err
		}
	}
	if err := s.watchOnce(ctx, series, "pushed through the API"); err != nil {
		return sum, err
	}
	for from := 0; from < len(bars); from += ingestBatch {
		got, err := s.ingest(ctx, series, bars[from:min(from+ingestBatch, len(bars))])
		sum.Accepted += got.Accepted
		sum.Duplicates += got.Duplicates
		sum.Last = got.Last
		if err != nil {
			return sum, err
		}
	}
	// A monitor may have taken the bars already, so no entry is asked for.
	return sum, errors.Join(s.replicated(ctx, []place{{s.names(series).inbox, start}})...)
}

func checkIngest(k core.Candle, index int) error {
	if err := checkOpenTime(k.OpenTime); err != nil {
		return err
	}
	if err := core.CheckPrices(k, index); err != nil {
		return err
	}
	return core.CheckVolume(k.Volume, index)
}

func (s *Store) ingest(ctx context.Context, series server.Series, bars []server.IngestBar) (server.Ingested, error) {
	n := s.names(series)
	args := make([]any, 0, 2+7*len(bars))
	args = append(args, int64(series.Interval), s.options.Retention.Inbox)
	for _, b := range bars {
		after := ""
		if b.After != nil {
			after = strconv.FormatInt(*b.After, 10)
		}
		k := candleText(b.Candle)
		args = append(args, b.Candle.OpenTime, after, k[0], k[1], k[2], k[3], k[4])
	}
	reply, err := ingestScript.run(ctx, s.client, []string{n.candles, n.state, n.inbox}, args...)
	if err != nil {
		return server.Ingested{}, fmt.Errorf("ingest into %s: %w", series, err)
	}
	fields, ok := reply.([]any)
	if !ok || len(fields) != 4 {
		return server.Ingested{}, fmt.Errorf("ingest into %s: unknown answer %v", series, reply)
	}
	status, _ := fields[0].(string)
	count, _ := fields[1].(int64)
	duplicates, _ := fields[2].(int64)
	last, _ := fields[3].(int64)
	if status == "ok" {
		return server.Ingested{Accepted: int(count), Duplicates: int(duplicates), Last: last}, nil
	}
	return server.Ingested{Last: last}, s.refuse(series, status, bars, int(count), last)
}

// refuse says why bar i does not fit behind the last one.
func (s *Store) refuse(series server.Series, status string, bars []server.IngestBar, i int, last int64) error {
	if status == "full" {
		return &server.Error{
			Code:   server.CodeUnavailable,
			Detail: fmt.Sprintf("the inbox of %s holds %d bars that no monitor has committed yet, at most %d are kept", series, s.options.Retention.Inbox, s.options.Retention.Inbox),
		}
	}
	c := &server.Conflict{Series: series, OpenTime: bars[i].Candle.OpenTime, Last: last, Differs: status == "differs"}
	if bars[i].After != nil {
		c.After = *bars[i].After
	}
	if status == "early" {
		early := core.CheckOrder(last, bars[i].Candle.OpenTime, series.Interval, i)
		return &server.Error{Code: server.CodeConflict, Detail: fmt.Sprintf("%v; the last bar of %s is %d", early, series, last), Err: c}
	}
	return c.Refusal()
}
