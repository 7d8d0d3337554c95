package main

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai"
	"github.com/quantum-signals/quantum/server/ai/mcp"
	"github.com/quantum-signals/quantum/server/ai/model"
	"github.com/quantum-signals/quantum/server/ai/model/anthropic"
	"github.com/quantum-signals/quantum/server/ai/model/gemini"
	"github.com/quantum-signals/quantum/server/ai/model/openai"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/api"
	"github.com/quantum-signals/quantum/server/config"
)

// newAI makes the AI service of the origin.
func (o *running) newAI(ctx context.Context) (*ai.Service, error) {
	c := o.config.AI
	preset, _ := cipher.ParsePreset(o.config.Monitor.Preset) // checked with the configuration
	providers, err := newProviders(ctx, c, o.store)
	if err != nil {
		return nil, err
	}
	named := c.Provider == ai.Builtin
	for _, p := range providers {
		named = named || p.Name() == c.Provider
		countProvider(o.metrics, p)
	}
	if !named {
		return nil, usage(server.Invalid("AI_PROVIDER", c.Provider, "configured", "builtin, or a provider whose key is set"))
	}
	return ai.New(ai.Options{
		Source: o.store, Setup: outcomes.DefaultSetup(preset), Providers: providers, Default: c.Provider, Cache: o.store, Buckets: o.store,
		Rate: c.Rate, Burst: c.Burst, Keep: c.Keep, MaxTokens: c.MaxTokens, Bars: c.Bars, MaxBody: o.config.API.MaxBody,
		Patience: 3 * c.Timeout, // two attempts, and what is around them
		Rules:    rules{alert.DefaultEngines(preset)}, Log: o.log,
	}), nil
}

// newProviders makes those whose keys are set.
func newProviders(ctx context.Context, c config.AI, ledger model.Ledger) ([]*model.Guarded, error) {
	limits := model.Limits{Timeout: c.Timeout, Stall: c.Stall, Tries: c.Tries, Budget: c.Budget, Ledger: ledger}
	var list []*model.Guarded
	if c.GeminiKey != "" {
		p, err := gemini.New(ctx, gemini.Options{Key: c.GeminiKey, Model: c.GeminiModel, URL: c.GeminiURL})
		if err != nil {
			return nil, err
		}
		list = append(list, model.Guard(p, limits))
	}
	if c.OpenAIKey != "" || c.OpenAIURL != "" {
		list = append(list, model.Guard(openai.New(openai.Options{Key: c.OpenAIKey, Model: c.OpenAIModel, URL: c.OpenAIURL}), limits))
	}
	if c.AnthropicKey != "" {
		list = append(list, model.Guard(anthropic.New(anthropic.Options{Key: c.AnthropicKey, Model: c.AnthropicModel, URL: c.AnthropicURL}), limits))
	}
	return list, nil
}

// countProvider adds to the metrics what is asked of a provider.
func countProvider(r *prometheus.Registry, p *model.Guarded) {
	for _, one := range []struct {
		name, help string
		read       func(model.Counts) int64
	}{
		{"requests_total", "Attempts, repetitions included.", func(c model.Counts) int64 { return c.Requests }},
		{"retries_total", "Repetitions.", func(c model.Counts) int64 { return c.Retries }},
		{"errors_total", "Attempts that failed.", func(c model.Counts) int64 { return c.Errors }},
		{"tokens_in_total", "Tokens read.", func(c model.Counts) int64 { return c.TokensIn }},
		{"tokens_out_total", "Tokens written.", func(c model.Counts) int64 { return c.TokensOut }},
		{"busy_milliseconds_total", "Time spent waiting for answers.", func(c model.Counts) int64 { return c.Busy }},
	} {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "quantum_ai_" + one.name, Help: one.help, ConstLabels: prometheus.Labels{"provider": p.Name()},
		}, func() float64 { return float64(one.read(p.Counts())) }))
	}
}

// rules lets words become rules of the alert engine.
type rules struct{ engines alert.Engines }

func (rules) Compile(expression string) error {
	_, err := alert.Compile(expression)
	return err
}

func (r rules) Matches(ctx context.Context, expression string, interval core.Interval, c core.Columns) ([]int64, error) {
	rule, err := alert.Compile(expression)
	if err != nil {
		return nil, err
	}
	return r.engines.Matches(ctx, rule, interval, c)
}

// aiRoutes are the AI endpoints of version 1, and the MCP server beside it.
func aiRoutes(s *ai.Service, log *slog.Logger) (version1, outside []api.Route) {
	for _, e := range s.Endpoints() {
		version1 = append(version1, api.Route{Method: e.Method, Path: e.Path, Scope: server.ScopeRead, Handler: e.Handler, Streams: e.Streams})
	}
	assistants := mcp.Handler(s.Tools(), log)
	for _, method := range []string{"POST", "GET", "DELETE"} {
		outside = append(outside, api.Route{Method: method, Path: "/mcp", Scope: server.ScopeRead, Handler: assistants, Streams: true})
	}
	return version1, outside
}
