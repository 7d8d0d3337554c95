package ai

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// Endpoint is one method of one path, below the version's.
type Endpoint struct {
	Method, Path string
	Streams      bool // the answer goes on and on
	Handler      http.Handler
}

// Endpoints are all there are.
func (s *Service) Endpoints() []Endpoint {
	return []Endpoint{
		{Method: "POST", Path: "/ai/explain", Handler: s.rated(s.postExplain)},
		{Method: "POST", Path: "/ai/ask", Handler: s.rated(s.postAsk), Streams: true},
		{Method: "POST", Path: "/ai/rule", Handler: s.rated(s.postRule)},
		{Method: "GET", Path: "/ai/outcomes", Handler: s.rated(s.getOutcomes)},
		{Method: "GET", Path: "/ai/providers", Handler: server.Handler(s.getProviders)},
	}
}

// Handler serves the endpoints.
func (s *Service) Handler() http.Handler {
	mux := &server.Mux{}
	for _, e := range s.Endpoints() {
		mux.Handle(e.Method+" "+e.Path, e.Handler)
	}
	return mux
}

func newValidator() *server.Validator { return server.NewValidator() }

// rated refuses a caller who asks too often.
func (s *Service) rated(next server.Handler) http.Handler {
	return server.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if s.o.Patience > 0 { // a model takes longer than the server's usual bound; where that cannot be moved it holds
			_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.o.Patience))
		}
		if s.o.Buckets == nil {
			return next(w, r)
		}
		got, err := s.o.Buckets.Take(r.Context(), "ai:"+caller(r), s.o.Rate/60, s.o.Burst, 1)
		if err != nil {
			return away(err) // what costs money is not given without a count
		}
		if got.Granted == 0 {
			w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(got.Wait.Seconds())))))
			return &server.Error{Code: server.CodeRate, Detail: fmt.Sprintf("more than %v AI requests a minute, or %d at once", s.o.Rate, s.o.Burst)}
		}
		return next(w, r)
	})
}

// caller is who asks: the hash of the key, or the address.
func caller(r *http.Request) string {
	if key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		sum := sha256.Sum256([]byte(key))
		return hex.EncodeToString(sum[:8])
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// explainBody is the request of POST /ai/explain.
type explainBody struct {
	Market   string `name:"market" validate:"omitempty,market"`
	Interval string `name:"interval" validate:"required,interval"`
	Provider string `name:"provider" validate:"max=20"`
	candles  server.Candles
	given    bool
}

func (s *Service) postExplain(w http.ResponseWriter, r *http.Request) error {
	if err := server.CheckMedia(r, []string{"application/json"}, "application/json"); err != nil {
		return err
	}
	q, err := s.readExplain(w, r)
	if err != nil {
		return err
	}
	p, err := s.provider(q.Provider)
	if err != nil {
		return err
	}
	var bars core.Columns
	interval, err := core.ParseInterval(q.Interval)
	if err != nil {
		return err
	}
	if q.given {
		bars = q.candles.Columns
	} else {
		series, err := s.watched(r.Context(), q.Market, q.Interval)
		if err != nil {
			return err
		}
		if bars, err = s.candles(r.Context(), series); err != nil {
			return err
		}
	}
	e, err := evidence.Build(q.Market, interval, bars, evidence.Options{Setup: s.o.Setup})
	if err != nil {
		if q.given {
			return q.candles.Refusal(interval, err)
		}
		return err
	}
	return reply(w, s.explain(r.Context(), e, p))
}

// readExplain reads market and interval, or candles.
func (s *Service) readExplain(w http.ResponseWriter, r *http.Request) (*explainBody, error) {
	q, issues := &explainBody{}, &server.Issues{}
	err := s.scan(w, r, issues, func(b *server.Scanner, key string) bool {
		switch key {
		case "market":
			q.Market = text(b, key, issues)
		case "interval":
			q.Interval = text(b, key, issues)
		case "provider":
			q.Provider = text(b, key, issues)
		case "candles":
			q.given, q.candles = true, server.ScanCandles(b, "/candles", issues)
		default:
			return false
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	s.validate.Check(q, "/", issues)
	if !q.given && q.Market == "" {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/market", Value: "", Rule: "required", Bound: "a watched market, or candles in its place"})
	}
	if q.given && q.candles.Len() == 0 && issues.Len() == 0 {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/candles", Value: 0, Rule: "min", Bound: "at least 1 values long"})
	}
	if n := q.candles.Len(); n > s.o.Bars {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/candles", Value: n, Rule: "max", Bound: fmt.Sprintf("at most %d values long", s.o.Bars)})
	}
	return q, issues.Err()
}

// scan reads a JSON object, its fields by read, which returns false for a name
// that means nothing.
func (s *Service) scan(w http.ResponseWriter, r *http.Request, issues *server.Issues, read func(b *server.Scanner, key string) bool) error {
	body, err := server.ReadBody(w, r, nil, s.o.MaxBody)
	if err != nil {
		return err
	}
	b, ok := server.NewScanner(body), true
	for key := range b.Object(&ok) {
		if !read(b, key) {
			b.Skip()
			issues.Unknown("/"+key, key, "a field of this request")
		}
	}
	if !ok && b.Err() == nil {
		return &server.Error{Code: server.CodeMalformed, Detail: "the body must be an object"}
	}
	return b.End()
}

func text(b *server.Scanner, key string, issues *server.Issues) string {
	if b.Kind() != '"' {
		issues.Shape("/"+key, b.Raw(), "text")
		return ""
	}
	value, _ := b.Text()
	return value
}

func (s *Service) postRule(w http.ResponseWriter, r *http.Request) error {
	if err := server.CheckMedia(r, []string{"application/json"}, "application/json"); err != nil {
		return err
	}
	q, issues := RuleAsked{}, &server.Issues{}
	err := s.scan(w, r, issues, func(b *server.Scanner, key string) bool {
		place := map[string]*string{"text": &q.Text, "market": &q.Market, "interval": &q.Interval, "provider": &q.Provider}[key]
		if place == nil {
			return false
		}
		*place = text(b, key, issues)
		return true
	})
	if err != nil {
		return err
	}
	s.validate.Check(q, "/", issues)
	if err := issues.Err(); err != nil {
		return err
	}
	rule, err := s.Rule(r.Context(), q)
	if err != nil {
		return err
	}
	return reply(w, rule)
}

// outcomesQuery is the query string of GET /ai/outcomes.
type outcomesQuery struct {
	Market   string   `name:"market" validate:"required,market"`
	Interval string   `name:"interval" validate:"required,interval"`
	Kinds    []string `name:"kind" validate:"max=100,dive,max=60"`
	Horizons []int    `name:"horizon" validate:"max=10,dive,min=1,max=1000"`
}

// outcomesAnswer is a table with its series.
type outcomesAnswer struct {
	Market   string `json:"market"`
	Interval string `json:"interval"`
	*outcomes.Table
}

func (s *Service) getOutcomes(w http.ResponseWriter, r *http.Request) error {
	q, issues := outcomesQuery{}, &server.Issues{}
	for name, values := range r.URL.Query() {
		switch name {
		case "market":
			q.Market = values[len(values)-1]
		case "interval":
			q.Interval = values[len(values)-1]
		case "kind":
			q.Kinds = values
		case "horizon":
			for _, v := range values {
				n, err := strconv.Atoi(v)
				if err != nil {
					issues.Add(server.CodeInvalid, server.Field{Pointer: name, Value: v, Rule: "type", Bound: "a whole number"})
					continue
				}
				q.Horizons = append(q.Horizons, n)
			}
		default:
			issues.Unknown(name, name, "a parameter of this request")
		}
	}
	s.validate.Check(q, "", issues)
	if err := issues.Err(); err != nil {
		return err
	}
	series, err := s.watched(r.Context(), q.Market, q.Interval)
	if err != nil {
		return err
	}
	table, err := s.tools.Outcomes(r.Context(), series.Market.String(), series.Interval.String(), outcomes.Options{Horizons: q.Horizons})
	if err != nil {
		return away(err)
	}
	table.Keep(q.Kinds)
	return reply(w, outcomesAnswer{q.Market, q.Interval, table})
}

// written is a value as JSON for people too: < stays <.
func written(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}

// reply sends an answer.
func reply(w http.ResponseWriter, v any) error {
	body, err := written(v)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // a client that has gone needs no answer
	return nil
}
