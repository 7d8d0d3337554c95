package model_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/ai/model"
	"github.com/quantum-signals/quantum/server/ai/model/anthropic"
	"github.com/quantum-signals/quantum/server/ai/model/gemini"
	"github.com/quantum-signals/quantum/server/ai/model/modeltest"
	"github.com/quantum-signals/quantum/server/ai/model/openai"
)

const key = "sk-very-secret"

// each runs a test on every provider.
func each(t *testing.T, replies []modeltest.Reply, test func(t *testing.T, p model.Provider, s *modeltest.Server)) {
	for _, wire := range []modeltest.Wire{modeltest.Gemini{}, modeltest.OpenAI{}, modeltest.Anthropic{}} {
		t.Run(wire.Name(), func(t *testing.T) {
			s := modeltest.Start(t, wire, replies...)
			test(t, provider(t, wire.Name(), s.URL), s)
		})
	}
}

func provider(t *testing.T, name, url string) model.Provider {
	t.Helper()
	switch name {
	case "gemini":
		p, err := gemini.New(t.Context(), gemini.Options{Key: key, Model: "test-model", URL: url})
		if err != nil {
			t.Fatal(err)
		}
		return p
	case "openai":
		return openai.New(openai.Options{Key: key, Model: "test-model", URL: url + "/v1"})
	}
	return anthropic.New(anthropic.Options{Key: key, Model: "test-model", URL: url})
}

var question = model.Request{
	System: "Be brief.", MaxTokens: 500,
	Turns: []model.Turn{{Text: "How is it?"}},
	Tools: []model.Tool{{Name: "look", Description: "Looks.", Schema: map[string]any{
		"type": "object", "properties": map[string]any{"at": map[string]any{"type": "string"}}, "required": []any{"at"}, "additionalProperties": false,
	}}},
}

func quick() model.Limits {
	return model.Limits{Timeout: time.Minute, Stall: 20 * time.Second, Pause: time.Millisecond}
}

func TestTextIsStreamed(t *testing.T) {
	each(t, []modeltest.Reply{modeltest.Once("Wave", "s are ", "ris\"ing\n.")}, func(t *testing.T, p model.Provider, s *modeltest.Server) {
		var pieces []string
		reply, err := p.Generate(t.Context(), question, func(text string) {
			if text != "" {
				pieces = append(pieces, text)
			}
		})
		if err != nil || reply.Text != "Waves are ris\"ing\n." || strings.Join(pieces, "|") != "Wave|s are |ris\"ing\n." || reply.Truncated {
			t.Errorf("text %q in pieces %q, %v", reply.Text, pieces, err)
		}
		if reply.Usage != (model.Usage{In: modeltest.TokensIn, Out: modeltest.TokensOut}) {
			t.Errorf("usage %+v", reply.Usage)
		}
		h := s.Heard(0)
		if h.System != "Be brief." || len(h.User) != 1 || h.User[0] != "How is it?" || !strings.Contains(string(h.Tools), `"look"`) || h.Schema != nil {
			t.Errorf("heard %+v, tools %s", h, h.Tools)
		}
		if err := p.Reach(t.Context()); err != nil {
			t.Errorf("reach: %v", err)
		}
	})
}

func TestToolsAreCalledAndAnswered(t *testing.T) {
	replies := []modeltest.Reply{
		{Text: []string{"Let me look."}, Calls: []modeltest.Call{{ID: "call_1", Name: "look", Input: `{"at":"BTC"}`}, {ID: "call_2", Name: "look", Input: `{"at":"ETH"}`}}},
		modeltest.Once("Done."),
	}
	each(t, replies, func(t *testing.T, p model.Provider, s *modeltest.Server) {
		reply, err := p.Generate(t.Context(), question, func(string) {})
		if err != nil || len(reply.Calls) != 2 || reply.Calls[0].Name != "look" || reply.Calls[1].ID != "call_2" {
			t.Fatalf("calls %+v, %v", reply.Calls, err)
		}
		var input struct{ At string }
		if err := json.Unmarshal(reply.Calls[1].Input, &input); err != nil || input.At != "ETH" {
			t.Errorf("input %s: %v", reply.Calls[1].Input, err)
		}
		next := question
		next.Turns = append(next.Turns[:1:1], model.Turn{FromModel: true, Text: reply.Text, Calls: reply.Calls}, model.Turn{Results: []model.Result{
			{ID: "call_1", Name: "look", Output: json.RawMessage(`{"price":42}`)}, {ID: "call_2", Name: "look", Output: json.RawMessage(`{"error":"not watched"}`), Failed: true},
		}})
		if reply, err = p.Generate(t.Context(), next, func(string) {}); err != nil || reply.Text != "Done." {
			t.Fatalf("second reply %+v, %v", reply, err)
		}
		heard := strings.Join(s.Heard(1).User, " ")
		if !strings.Contains(heard, "42") || !strings.Contains(heard, "not watched") || !strings.Contains(string(s.Requests()[1].Body), "call_2") {
			t.Errorf("the results did not arrive: %s", s.Requests()[1].Body)
		}
	})
}

func TestStructuredOutputIsAskedFor(t *testing.T) {
	each(t, []modeltest.Reply{modeltest.Once(`{"a":`, `1}`)}, func(t *testing.T, p model.Provider, s *modeltest.Server) {
		q := question
		q.Tools, q.Schema = nil, map[string]any{"type": "object", "properties": map[string]any{"a": map[string]any{"type": "integer"}}, "required": []any{"a"}, "additionalProperties": false}
		reply, err := p.Generate(t.Context(), q, func(string) {})
		if err != nil || reply.Text != `{"a":1}` {
			t.Errorf("reply %+v, %v", reply, err)
		}
		if schema := string(s.Heard(0).Schema); !strings.Contains(schema, `"additionalProperties":false`) {
			t.Errorf("schema %s", schema)
		}
	})
}

func TestBusyProvidersAreAskedAgain(t *testing.T) {
	replies := []modeltest.Reply{{Status: 429, After: "0", Says: "slow down"}, {Status: 503, Says: "overloaded"}, modeltest.Once("Fine.")}
	each(t, replies, func(t *testing.T, p model.Provider, s *modeltest.Server) {
		g := model.Guard(p, quick())
		reply, err := g.Generate(t.Context(), question, func(string) {})
		if err != nil || reply.Text != "Fine." || len(s.Requests()) != 3 {
			t.Errorf("reply %q after %d requests, %v", reply.Text, len(s.Requests()), err)
		}
		c := g.Counts()
		if c.Requests != 3 || c.Retries != 2 || c.Errors != 2 || c.TokensIn != modeltest.TokensIn || c.TokensOut != modeltest.TokensOut {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestRetryAfterIsHeard(t *testing.T) {
	each(t, []modeltest.Reply{{Status: 429, After: "1", Says: "slow down"}, modeltest.Once("Fine.")}, func(t *testing.T, p model.Provider, _ *modeltest.Server) {
		began := time.Now()
		if _, err := model.Guard(p, quick()).Generate(t.Context(), question, func(string) {}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < time.Second {
			t.Errorf("asked again after %v, 1 s was asked for", took)
		}
	})
}

func TestRefusalsAreNotRepeatedAndTellNoKey(t *testing.T) {
	each(t, []modeltest.Reply{{Status: 401, Says: "the key " + key + " is not valid"}}, func(t *testing.T, p model.Provider, s *modeltest.Server) {
		_, err := model.Guard(p, quick()).Generate(t.Context(), question, func(string) {})
		var failure *model.Error
		if !errors.As(err, &failure) || failure.Status != 401 || len(s.Requests()) != 1 {
			t.Errorf("%d requests, error %v", len(s.Requests()), err)
		}
		if err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("the error tells the key: %v", err)
		}
	})
}

func TestTruncationIsTold(t *testing.T) {
	each(t, []modeltest.Reply{{Text: []string{"Half an ans"}, End: modeltest.Length}}, func(t *testing.T, p model.Provider, _ *modeltest.Server) {
		reply, err := p.Generate(t.Context(), question, func(string) {})
		if err != nil || !reply.Truncated {
			t.Errorf("reply %+v, %v; want truncated", reply, err)
		}
	})
}

// An answer that breaks off, is not well formed or stalls is an error, and is
// asked for again only while none of its text has been passed on.
func TestBrokenAnswers(t *testing.T) {
	for name, end := range map[string]modeltest.End{"cut": modeltest.Cut, "garbage": modeltest.Garbage, "stall": modeltest.Stall, "failing": modeltest.Failing} {
		limits := quick()
		if end == modeltest.Stall {
			limits.Stall = time.Second
		}
		t.Run(name, func(t *testing.T) {
			each(t, []modeltest.Reply{{End: end}, modeltest.Once("Whole.")}, func(t *testing.T, p model.Provider, s *modeltest.Server) {
				reply, err := model.Guard(p, limits).Generate(t.Context(), question, func(string) {})
				if err != nil || reply.Text != "Whole." || len(s.Requests()) != 2 {
					t.Errorf("reply %q after %d requests, %v", reply.Text, len(s.Requests()), err)
				}
			})
			each(t, []modeltest.Reply{{Text: []string{"Some text."}, End: end}, modeltest.Once("Whole.")}, func(t *testing.T, p model.Provider, s *modeltest.Server) {
				heard := ""
				_, err := model.Guard(p, limits).Generate(t.Context(), question, func(text string) { heard += text })
				if err == nil || heard != "Some text." || len(s.Requests()) != 1 {
					t.Errorf("heard %q, %d requests, %v; want an error and no second request", heard, len(s.Requests()), err)
				}
			})
		})
	}
}

func TestADeadlineEndsIt(t *testing.T) {
	each(t, []modeltest.Reply{{End: modeltest.Stall}}, func(t *testing.T, p model.Provider, _ *modeltest.Server) {
		l := quick()
		l.Timeout = 150 * time.Millisecond
		began := time.Now()
		_, err := model.Guard(p, l).Generate(t.Context(), question, func(string) {})
		if err == nil || !strings.Contains(err.Error(), "did not answer within 150ms") || time.Since(began) > 30*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := model.Guard(p, l).Generate(ctx, question, func(string) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled request: %v", err)
		}
	})
}

func TestTheBudgetIsKept(t *testing.T) {
	each(t, []modeltest.Reply{modeltest.Once("Fine.")}, func(t *testing.T, p model.Provider, s *modeltest.Server) {
		l := quick()
		l.Budget = 2*(modeltest.TokensIn+modeltest.TokensOut) - 1
		g := model.Guard(p, l)
		for range 2 {
			if _, err := g.Generate(t.Context(), question, func(string) {}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := g.Generate(t.Context(), question, func(string) {}); !errors.Is(err, model.ErrBudget) || len(s.Requests()) != 2 {
			t.Errorf("%d requests, error %v; want 2 and the budget's", len(s.Requests()), err)
		}
	})
}
