package ai

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/model"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/ai/tools"
)

// Cache keeps answers for a while. What is not there is nil.
type Cache interface {
	Cached(ctx context.Context, key string) ([]byte, error)
	Cache(ctx context.Context, key string, value []byte, keep time.Duration) error
}

// Rules is what alert rules are made of, as far as words can be turned into one.
type Rules interface {
	// Compile refuses an expression that is no rule, telling why and where.
	Compile(expression string) error
	// Matches gives the open times of the bars where a rule would have fired.
	Matches(ctx context.Context, expression string, interval core.Interval, c core.Columns) ([]int64, error)
}

// Buckets are token buckets that all origins share.
type Buckets interface {
	Take(ctx context.Context, whose string, rate float64, size, want int) (server.Tokens, error)
}

// Options of New. Source and Setup are required.
type Options struct {
	Source    tools.Source
	Setup     outcomes.Setup
	Providers []*model.Guarded
	Default   string        // provider of requests that name none; Builtin if empty
	Cache     Cache         // of models' answers; none if nil
	Buckets   Buckets       // of callers' rates; nil is without limit
	Rate      float64       // requests a minute of one caller; 30 if zero
	Burst     int           // and at once; 10 if zero
	Keep      time.Duration // answers in the cache; 1 h if zero
	MaxTokens int           // of a model's answer; 1500 if zero
	Bars      int           // candles read of a series; 5000 if zero
	MaxBody   int64         // bytes of a request; 8 MiB if zero
	Patience  time.Duration // an answer may take, in place of the server's bound; 0 leaves that
	Rules     Rules         // nil refuses POST /ai/rule
	Log       *slog.Logger  // slog.Default() if nil
}

// Service answers the questions of the AI endpoints. Safe for concurrent use.
type Service struct {
	o        Options
	tools    *tools.Set
	validate *server.Validator
	reached  reached
}

// New makes the service.
func New(o Options) *Service {
	o.Default = cmp.Or(o.Default, Builtin)
	o.Rate = cmp.Or(o.Rate, 30)
	o.Burst = cmp.Or(o.Burst, 10)
	o.Keep = cmp.Or(o.Keep, time.Hour)
	o.MaxTokens = cmp.Or(o.MaxTokens, 1500)
	o.Bars = cmp.Or(o.Bars, 5000)
	o.MaxBody = cmp.Or(o.MaxBody, 8<<20)
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Service{o: o, tools: tools.New(o.Source, o.Setup, o.Bars), validate: newValidator()}
}

// Tools are what models and assistants may call.
func (s *Service) Tools() *tools.Set { return s.tools }

// provider is the one of that name, nil for the builtin.
func (s *Service) provider(name string) (*model.Guarded, error) {
	name = cmp.Or(name, s.o.Default)
	if name == Builtin {
		return nil, nil
	}
	names := []string{Builtin}
	for _, p := range s.o.Providers {
		if p.Name() == name {
			return p, nil
		}
		names = append(names, p.Name())
	}
	return nil, server.Invalid("/provider", name, "configured", "one of "+strings.Join(names, ", "))
}

// watched reads a series somebody asks for: it has to be watched.
func (s *Service) watched(ctx context.Context, market, interval string) (server.Series, error) {
	series, err := server.ParseSeries(market + ":" + interval)
	if err != nil {
		return series, err
	}
	markets, err := s.o.Source.Markets(ctx)
	if err != nil {
		return series, away(err)
	}
	for _, m := range markets {
		if m.Market == series.Market && slices.Contains(m.Intervals, series.Interval) {
			return series, nil
		}
	}
	return series, &server.Error{Code: server.CodeNotFound, Detail: series.String() + " is not watched"}
}

// candles reads the newest bars of a series.
func (s *Service) candles(ctx context.Context, series server.Series) (core.Columns, error) {
	c, err := s.o.Source.Candles(ctx, series, server.CandleRange{Limit: s.o.Bars})
	switch {
	case err != nil:
		return c, away(err)
	case c.Len() == 0:
		return c, &server.Error{Code: server.CodeUnavailable, Detail: fmt.Sprintf("%s has no closed bar yet", series)}
	}
	return c, nil
}

// away is a failed read of the source, as the caller may see it.
func away(err error) error {
	if err == nil || server.CodeOf(err) != server.CodeInternal {
		return err
	}
	return &server.Error{Code: server.CodeUnavailable, Detail: "the store does not answer; try again", Err: err}
}
