package api

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

const (
	ndjsonType = server.NDJSONType
	// bulkBatch is how many lines of a bulk body are stored at once.
	bulkBatch = 1000
	// maxLine bounds a line of a bulk body: a candle takes a tenth of it.
	maxLine = 4 << 10
	// ingestSource is the only source bars may be pushed for: those of others
	// come from their exchanges.
	ingestSource = "ingest"
)

// ingestQuery is the query string of POST /candles with an NDJSON body.
type ingestQuery struct {
	Market   string `name:"market" validate:"required,market"`
	Interval string `name:"interval" validate:"required,interval"`
	After    int64  `name:"after"`
}

// postCandles takes closed bars of a market of source ingest, ascending. The
// same bars again are duplicates, not an error.
func (a *api) postCandles(w http.ResponseWriter, r *http.Request) error {
	if err := server.CheckMedia(r, []string{jsonType, ndjsonType}, jsonType); err != nil {
		return err
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	take := a.takeJSON
	if media == ndjsonType {
		take = a.takeLines
	}
	sum, err := take(w, r)
	if err != nil {
		return unavailable(err)
	}
	b := strconv.AppendInt([]byte(`{"accepted":`), int64(sum.Accepted), 10)
	b = strconv.AppendInt(append(b, `,"duplicates":`...), int64(sum.Duplicates), 10)
	b = strconv.AppendInt(append(b, `,"last":`...), sum.Last, 10)
	return reply(w, http.StatusOK, jsonType, append(b, '}'))
}

// takeJSON takes one object: market, interval, candles, and after, the bar the
// first of them follows.
func (a *api) takeJSON(w http.ResponseWriter, r *http.Request) (server.Ingested, error) {
	body, err := server.ReadBody(w, r, nil, a.options.MaxBody)
	if err != nil {
		return server.Ingested{}, err
	}
	var issues server.Issues
	var q ingestQuery
	var candles server.Candles
	given, after := false, (*int64)(nil)
	s, ok := server.NewScanner(body), true
	for key := range s.Object(&ok) {
		switch key {
		case "market":
			q.Market, _ = s.Text()
		case "interval":
			q.Interval, _ = s.Text()
		case "candles":
			given = true
			candles = server.ScanCandles(s, "/candles", &issues)
		case "after":
			t, is := s.Int()
			if after = &t; !is {
				issues.Shape("/after", nil, "a whole number of Unix milliseconds")
			}
		default:
			s.Skip()
			issues.Unknown("/"+key, key, "one of market, interval, candles, after")
		}
	}
	if err := s.End(); err != nil {
		return server.Ingested{}, err
	}
	if !ok {
		return server.Ingested{}, &server.Error{Code: server.CodeMalformed, Detail: "the body must be an object"}
	}
	if !given {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/candles", Rule: "required", Bound: "columns or rows of candles"})
	}
	a.validate.Check(&q, "/", &issues)
	series, _ := server.ParseSeries(q.Market + ":" + q.Interval) // an invalid one is noted
	candles.Check(series.Interval, &issues)
	if err := issues.Err(); err != nil {
		return server.Ingested{}, err
	}
	if err := checkSource(series, "/market"); err != nil {
		return server.Ingested{}, err
	}
	return a.store.Ingest(r.Context(), series, ingestBars(candles.Columns, after))
}

// checkSource refuses to take bars of markets that have a source of their own.
func checkSource(s server.Series, pointer string) error {
	if s.Market.Source == ingestSource {
		return nil
	}
	return server.Invalid(pointer, s.Market.String(), "source", "a market of source ingest, as in ingest:"+s.Market.Symbol)
}

// ingestBars makes bars of candles; after is what the first follows.
func ingestBars(c core.Columns, after *int64) []server.IngestBar {
	bars := make([]server.IngestBar, c.Len())
	for i := range bars {
		bars[i].Candle = c.At(i)
	}
	if len(bars) > 0 {
		bars[0].After = after
	}
	return bars
}

// takeLines takes a bulk body, a row a line, as it comes. Lines before one that
// is refused stay taken, in thousands; the refusal counts them.
func (a *api) takeLines(w http.ResponseWriter, r *http.Request) (server.Ingested, error) {
	var q ingestQuery
	if err := a.decode(r, &q); err != nil {
		return server.Ingested{}, err
	}
	series, err := server.ParseSeries(q.Market + ":" + q.Interval)
	if err != nil {
		return server.Ingested{}, err
	}
	if err := checkSource(series, "market"); err != nil {
		return server.Ingested{}, err
	}
	flows(r)
	// A server without deadlines of its own has none to move.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(a.options.BulkWait))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(a.options.BulkWait + time.Minute))

	b := bulk{store: a.store, series: series, batch: server.MakeRows(0, bulkBatch)}
	if r.URL.Query().Has("after") {
		b.after = &q.After
	}
	lines := bufio.NewScanner(http.MaxBytesReader(w, r.Body, a.options.MaxBulk))
	lines.Buffer(make([]byte, maxLine), maxLine)
	for lines.Scan() {
		if err := b.line(r.Context(), lines.Bytes()); err != nil {
			return b.sum, b.refusal(err)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return b.sum, b.refusal(&server.Error{Code: server.CodeTooLarge, Detail: fmt.Sprintf("line %d is larger than the limit of %d bytes", b.number+1, maxLine)})
	} else if err != nil {
		return b.sum, b.refusal(server.BodyError(err, a.options.MaxBulk))
	}
	if err := b.flush(r.Context()); err != nil {
		return b.sum, b.refusal(err)
	}
	return b.sum, nil
}

// bulk is a bulk body on its way into the store.
type bulk struct {
	store  Store
	series server.Series
	after  *int64 // what the next bar follows, nil for whatever is last
	batch  server.Candles
	number int // lines so far
	sum    server.Ingested
}

// line takes one more line, and stores those so far where they are enough.
func (b *bulk) line(ctx context.Context, text []byte) error {
	b.number++
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	var issues server.Issues
	s := server.NewScanner(text)
	b.batch.ScanRow(s, &issues)
	if err := s.End(); err != nil {
		return &server.Error{Code: server.CodeMalformed, Detail: fmt.Sprintf("line %d: %v", b.number, err), Err: err}
	}
	if err := issues.Err(); err != nil {
		return err
	}
	if b.batch.Len() < bulkBatch {
		return nil
	}
	return b.flush(ctx)
}

func (b *bulk) flush(ctx context.Context) error {
	var issues server.Issues
	b.batch.Check(b.series.Interval, &issues)
	if err := issues.Err(); err != nil {
		return err
	}
	got, err := b.store.Ingest(ctx, b.series, ingestBars(b.batch.Columns, b.after))
	b.sum.Accepted += got.Accepted
	b.sum.Duplicates += got.Duplicates
	b.sum.Last = got.Last
	b.after = nil
	b.batch = server.MakeRows(b.number, bulkBatch)
	return err
}

// refusal adds to a failure how many bars were taken before it.
func (b *bulk) refusal(err error) error {
	var e *server.Error
	taken := b.sum.Accepted + b.sum.Duplicates
	if !errors.As(err, &e) || taken == 0 {
		return err
	}
	told := *e
	told.Detail = fmt.Sprintf("%s; %d bars before it were taken, up to %d", e.Detail, taken, b.sum.Last)
	return &told
}
