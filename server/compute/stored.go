package compute

import (
	"net/http"
	"net/url"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
)

// AskCipher reads what the query of a request over a watched series says of the
// engine: fields, events and every parameter. What it returns computes and
// answers.
func (h *Handler) AskCipher(query url.Values) (cipher.Params, server.Answerer, error) {
	var issues server.Issues
	q := &cipherRequest{request: request{events: true}, all: true}
	q.readQuery(query, cipherParams, &issues, q.fieldsQuery)
	q.known(&issues)
	h.validate.Check(q, "", &issues, "Bars")
	q.params = setCipher(q.settings, &issues)
	return q.params, func(w http.ResponseWriter, r *http.Request, s server.Stored) error {
		return h.stored(w, r, func() (answer, error) { return h.storedCipher(q, s) })
	}, issues.Err()
}

// known refuses names a body has and a request over a watched series has not.
func (q *request) known(issues *server.Issues) {
	if q.forming {
		issues.Unknown("forming", "forming", "a parameter of this request: the forming bar is told where it is known")
	}
	if q.length != "" {
		issues.Unknown("interval", "interval", "read here")
	}
}

// stored does the work of a request over a watched series in its turn.
func (h *Handler) stored(w http.ResponseWriter, r *http.Request, work asked) error {
	gives, err := server.Negotiate(r, server.JSONType, server.NDJSONType, server.BinaryType)
	if err != nil {
		return err
	}
	t := steps{began: time.Now()}
	return h.turn(r, func() error {
		t.decoded = time.Now()
		a, err := work()
		if err != nil {
			return err
		}
		t.computed = time.Now()
		w.Header().Set("Cache-Control", "no-store") // it is about now
		return h.write(w, gives, a, t)
	})
}

// storedCipher goes on with an engine over stored bars.
func (h *Handler) storedCipher(q *cipherRequest, s server.Stored) (answer, error) {
	columns := q.columns()
	n := s.Candles.Len()
	first := 0
	if s.Limit > 0 {
		first = max(0, n-s.Limit)
	}
	out := new(memory).cipher(columns, q.events, n)
	a := &CipherAnswer{
		WasmSHA256: h.options.WasmSHA256, Series: &s.Series, Interval: s.Series.Interval, Params: q.params,
		OpenTime: s.Candles.OpenTime[first:], Columns: columns, Out: &out,
	}
	e := s.Engine
	if e == nil {
		var err error
		if e, err = cipher.New(q.params, s.Series.Interval); err != nil {
			return nil, err
		}
	}
	each := func(*cipher.Event) {}
	if q.events {
		a.Events = []cipher.Event{}
		each = func(event *cipher.Event) {
			if first < n && event.OpenTime >= s.Candles.OpenTime[first] {
				a.Events = append(a.Events, *event)
			}
		}
	}
	if err := e.NextColumnsEach(s.Candles, &out, each); err != nil {
		return nil, err
	}
	for i, column := range out.Values {
		if column != nil {
			out.Values[i] = column[first:]
		}
	}
	if out.Flags != nil {
		out.Flags = out.Flags[first:]
	}
	if s.Forming == nil {
		return a, nil
	}
	var peeked cipher.Output
	if err := e.Peek(*s.Forming, &peeked); err != nil {
		return a, nil //nolint:nilerr // a forming bar that does not follow, as of a feed that lags, is not told
	}
	a.Forming = &CipherForming{Candle: *s.Forming, Values: peeked.Values, Flags: peeked.Flags}
	return a, nil
}

// AskVolume is AskCipher for a profile: it reads range, developing, events and
// every parameter, and says which bars are needed.
func (h *Handler) AskVolume(query url.Values, interval core.Interval, limit int) (server.CandleRange, server.Answerer, error) {
	var issues server.Issues
	q := &volumeRequest{request: request{events: true, interval: interval}}
	q.readQuery(query, volumeParams, &issues, q.rangeQuery(&issues))
	q.known(&issues)
	q.params = setVolume(q.settings, &issues)
	q.rangeDevelops("", &issues)

	need := server.CandleRange{Limit: limit}
	switch q.span.kind {
	case "fixed":
		need = server.CandleRange{From: max(q.span.from, 1), To: q.span.to, Limit: h.options.MaxBars + 1}
	case "anchored":
		need = server.CandleRange{From: max(q.span.from, 1), Limit: h.options.MaxBars + 1}
	case "rolling":
		need.Limit = min(q.span.bars, h.options.MaxBars+1)
		if q.developing { // as many before the first bar told
			need.Limit = min(q.span.bars+limit, h.options.MaxBars+1)
		}
	}
	return need, func(w http.ResponseWriter, r *http.Request, s server.Stored) error {
		q.candles = server.MakeCandles("/candles", s.Candles)
		if s.Candles.Len() == 0 {
			return &server.Error{Code: server.CodeNoBars, Detail: "no closed bar of " + s.Series.String() + " is in the range"}
		}
		if s.Forming != nil && s.Forming.OpenTime > s.Candles.OpenTime[s.Candles.Len()-1] {
			q.forming = true
			q.candles.Columns = withForming(s.Candles, *s.Forming)
		}
		var issues server.Issues
		q.Bars = q.candles.Len()
		h.validate.Check(q, "", &issues, "Trades")
		if issues.Len() == 0 {
			h.affordable(q, "", &issues)
		}
		if err := issues.Err(); err != nil {
			return err
		}
		return h.stored(w, r, func() (answer, error) {
			a, err := h.volume(q)
			if v, ok := a.(*VolumeAnswer); ok && v != nil {
				v.Series, v.interval = &s.Series, s.Series.Interval
			}
			return a, err
		})
	}, issues.Err()
}

// withForming adds a bar behind the closed ones.
func withForming(c core.Columns, forming core.Candle) core.Columns {
	all := core.MakeColumns(c.Len() + 1)
	for i := range c.Len() {
		all.Append(c.At(i))
	}
	all.Append(forming)
	return all
}
