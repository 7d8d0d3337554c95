// Package tools is what a model, or anybody's assistant, may do here: read
// markets, candles, readings, levels, events, outcomes and explanations. Nothing
// can be written.
package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// Source is where markets are read from.
type Source interface {
	Markets(ctx context.Context) ([]server.MarketStatus, error)
	Candles(ctx context.Context, series server.Series, r server.CandleRange) (core.Columns, error)
	Events(ctx context.Context, f server.EventFilter) (server.EventPage, error)
}

// Tool is one thing that may be asked for.
type Tool struct {
	Name, Description string
	Input, Output     *jsonschema.Schema
	call              func(ctx context.Context, input json.RawMessage) (any, error)
}

// Call runs the tool on input of anybody, which is held to the schema first. The
// error is a *server.Error or *core.Error where the caller is at fault.
func (t *Tool) Call(ctx context.Context, input json.RawMessage) (any, error) {
	return t.call(ctx, input)
}

// Set is all tools over one source.
type Set struct {
	source Source
	setup  outcomes.Setup
	bars   int
	tools  []Tool
}

// New makes the tools. At most bars candles of a series are read at once, 5000
// if zero.
func New(source Source, setup outcomes.Setup, bars int) *Set {
	if bars == 0 {
		bars = 5000
	}
	s := &Set{source: source, setup: setup, bars: bars}
	s.tools = []Tool{
		define("catalog", "Lists the markets there are, and what every reading and event means. Call it first when a name is not known.", s.catalog),
		define("candles", "Gives closed candles of a market, oldest first.", s.candles),
		define("cipher", "Gives Quantum Cipher's readings at the last closed bars: waves, money flow, RSI, stochastic, Schaff cycle, averages.", s.cipher),
		define("volume", "Gives where volume traded: points of control, value areas, VWAP, nodes, and the close's place against them.", s.volume),
		define("events", "Lists the signals of a market, newest first.", s.events),
		define("outcomes", "Says what followed past events of a market, beside what followed any bar: hit rates, mean returns, intervals. Percent, in the direction of the event, without costs.", s.outcomes),
		define("explain", "Gives the evidence of a market now over several intervals, and an explanation of it in words.", s.explain),
	}
	return s
}

// All lists the tools.
func (s *Set) All() []Tool { return s.tools }

// Find is the tool of that name; nil where there is none.
func (s *Set) Find(name string) *Tool {
	for i := range s.tools {
		if s.tools[i].Name == name {
			return &s.tools[i]
		}
	}
	return nil
}

// define makes a tool of a function, its schemas from the types.
func define[In, Out any](name, description string, do func(context.Context, In) (Out, error)) Tool {
	input, resolved := schemaOf[In]()
	output, _ := schemaOf[Out]()
	return Tool{
		Name: name, Description: description, Input: input, Output: output,
		call: func(ctx context.Context, raw json.RawMessage) (any, error) {
			var in In
			if err := decode(raw, resolved, &in); err != nil {
				return nil, err
			}
			return do(ctx, in)
		},
	}
}

// schemaOf makes the schema of a type whose figures may be null.
func schemaOf[T any]() (*jsonschema.Schema, *jsonschema.Resolved) {
	schema, err := jsonschema.For[T](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[evidence.Figure](): {Types: []string{"number", "null"}},
	}})
	if err != nil {
		panic(err) // a type of ours without a schema
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		panic(err)
	}
	return schema, resolved
}

// decode holds input to its schema, then reads it.
func decode(raw json.RawMessage, schema *jsonschema.Resolved, in any) error {
	if text := bytes.TrimSpace(raw); len(text) == 0 || string(text) == "null" {
		raw = json.RawMessage(`{}`)
	}
	var loose any
	if err := json.Unmarshal(raw, &loose); err != nil {
		return &server.Error{Code: server.CodeMalformed, Detail: "the input is not JSON", Err: err}
	}
	if err := schema.Validate(loose); err != nil {
		text := strings.TrimPrefix(err.Error(), "validating root: ")
		return &server.Error{Code: server.CodeInvalid, Detail: "the input breaks the schema: " + text, Err: err}
	}
	return json.Unmarshal(raw, in)
}

// Says is an error as a model may see it: what the caller did wrong, and nothing
// of what is inside.
func Says(err error) string {
	var own *server.Error
	var refused *core.Error
	switch {
	case errors.As(err, &own):
		return own.Detail
	case errors.As(err, &refused):
		return refused.Error()
	}
	return "this cannot be read now"
}

// series reads a market and interval.
func series(market, interval string) (server.Series, error) {
	m, err := server.ParseMarket(market)
	if err != nil {
		return server.Series{}, err
	}
	i, err := core.ParseInterval(interval)
	return server.Series{Market: m, Interval: i}, err
}

// load reads the newest candles of a series; none is an error.
func (s *Set) load(ctx context.Context, market, interval string) (server.Series, core.Columns, error) {
	one, err := series(market, interval)
	if err != nil {
		return one, core.Columns{}, err
	}
	c, err := s.source.Candles(ctx, one, server.CandleRange{Limit: s.bars})
	if err == nil && c.Len() == 0 {
		err = &server.Error{Code: server.CodeNotFound, Detail: fmt.Sprintf("there are no candles of %s", one)}
	}
	return one, c, err
}

// Evidence gathers the evidence of a series now.
func (s *Set) Evidence(ctx context.Context, market, interval string, o evidence.Options) (*evidence.Evidence, error) {
	one, c, err := s.load(ctx, market, interval)
	if err != nil {
		return nil, err
	}
	o.Setup = s.setup
	return evidence.Build(one.Market.String(), one.Interval, c, o)
}

// Outcomes makes the table of a series.
func (s *Set) Outcomes(ctx context.Context, market, interval string, o outcomes.Options) (*outcomes.Table, error) {
	one, c, err := s.load(ctx, market, interval)
	if err != nil {
		return nil, err
	}
	occurrences, err := outcomes.Occurrences(s.setup, one.Interval, c)
	if err != nil {
		return nil, err
	}
	return outcomes.Compute(c, occurrences, o)
}
