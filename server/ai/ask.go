package ai

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/grounding"
	"github.com/quantum-signals/quantum/server/ai/model"
	"github.com/quantum-signals/quantum/server/ai/tools"
)

// Question is what is asked in words. Market and interval say what it is about,
// where that is known.
type Question struct {
	Question string `json:"question"`
	Market   string `json:"market,omitempty"`
	Interval string `json:"interval,omitempty"`
	Provider string `json:"-"`
}

// Part is one event of an answer's stream.
type Part struct {
	Event string // tool, result, text, retract, done
	Data  any
}

// Data of the parts.
type (
	// ToolCalled says what is looked up; Input is what the caller of the tool gave.
	ToolCalled struct {
		ID    string          `json:"id"`
		Name  string          `json:"name"`
		Input json.RawMessage `json:"input"`
	}
	// ToolAnswered says whether it could be.
	ToolAnswered struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		OK    bool   `json:"ok"`
		Error string `json:"error,omitempty"`
	}
	// Text is a piece of the answer: whole sentences, each grounded.
	Text struct {
		Text string `json:"text"`
	}
	// Retract takes back all text so far: another answer follows.
	Retract struct {
		Reason string `json:"reason"`
	}
	// Done ends the answer.
	Done struct {
		Provider string `json:"provider"`
		Model    string `json:"model,omitempty"`
		Grounded bool   `json:"grounded"`
		Note     string `json:"note,omitempty"`
		Notice   string `json:"notice"`
	}
)

const (
	maxRounds = 6 // of calls and answers in one attempt
	maxCalls  = 6 // of one round
)

// Ask answers a question, telling each part as it comes. The error is that of
// the source or of ctx; a failing model is no error, the builtin answers then.
func (s *Service) Ask(ctx context.Context, q Question, tell func(Part)) error {
	p, err := s.provider(q.Provider)
	if err != nil {
		return err
	}
	if p == nil {
		return s.answerPlainly(ctx, q, "", tell)
	}
	c := &conversation{service: s, provider: p, tell: tell, request: model.Request{
		System: askRules, Tools: toolsOf(s.tools), MaxTokens: s.o.MaxTokens, Turns: []model.Turn{{Text: asData(q)}},
	}}
	if interval, err := core.ParseInterval(q.Interval); err == nil {
		c.intervals = append(c.intervals, interval)
	}
	c.names = append(c.names, q.Market)
	why := c.run(ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case why == "":
		tell(Part{"done", Done{Provider: p.Name(), Model: p.Model(), Grounded: true, Note: c.note, Notice: Notice}})
		return nil
	}
	s.o.Log.Info("a model's answer was left out", "provider", p.Name(), "why", why)
	if c.sent {
		tell(Part{"retract", Retract{why}})
	}
	return s.answerPlainly(ctx, q, why+" This is the builtin answer.", tell)
}

// conversation is one question put to a model.
type conversation struct {
	service   *Service
	provider  *model.Guarded
	tell      func(Part)
	request   model.Request
	facts     []evidence.Fact
	intervals []core.Interval
	names     []string
	sent      bool // text that was not taken back
	note      string
}

// run talks until there is an answer, and asks once more for one that was not
// grounded. why says why there is none.
func (c *conversation) run(ctx context.Context) (why string) {
	name := c.provider.Name()
	for attempt := range 2 {
		loose, err := c.answer(ctx)
		switch {
		case err != nil:
			c.service.o.Log.Warn("a model did not answer", "provider", name, "err", err)
			return fmt.Sprintf("%s did not answer.", name)
		case len(loose) == 0:
			return ""
		}
		why = fmt.Sprintf("The answer of %s stated numbers that no tool gave: %s.", name, strings.Join(loose, ", "))
		if attempt == 0 {
			if c.sent {
				c.tell(Part{"retract", Retract{why}})
				c.sent = false
			}
			c.request.Turns = append(c.request.Turns, model.Turn{Text: asData(map[string]any{
				"refused": loose, "asked": "These numbers are in no tool result. Answer again, with numbers of the results only.",
			})})
		}
	}
	return why
}

// answer makes rounds until the model calls no more tools.
func (c *conversation) answer(ctx context.Context) (loose []string, err error) {
	for range maxRounds {
		reply, loose, err := c.round(ctx)
		if err != nil || len(loose) > 0 {
			return loose, err
		}
		c.request.Turns = append(c.request.Turns, model.Turn{FromModel: true, Text: reply.Text, Calls: reply.Calls})
		if len(reply.Calls) == 0 {
			if strings.TrimSpace(reply.Text) == "" {
				return nil, fmt.Errorf("the answer is empty")
			}
			if reply.Truncated {
				c.note = "The answer was cut off at its greatest length."
			}
			return nil, nil
		}
		c.request.Turns = append(c.request.Turns, model.Turn{Results: c.call(ctx, reply.Calls)})
	}
	return nil, fmt.Errorf("no answer after %d rounds of calls", maxRounds)
}

// round asks once, its text passing the gate. An answer that fails there is not
// listened to any further, and its turn is kept for the model to see.
func (c *conversation) round(ctx context.Context) (model.Reply, []string, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	heard := ""
	g := &gate{check: grounding.New(c.facts, c.intervals, c.names...), pass: func(sentence string) {
		c.sent = true
		c.tell(Part{"text", Text{sentence}})
	}}
	reply, err := c.provider.Generate(ctx, c.request, func(text string) {
		heard += text
		if g.add(text); g.shut() {
			stop()
		}
	})
	if err == nil {
		g.end()
	}
	if g.shut() {
		c.request.Turns = append(c.request.Turns, model.Turn{FromModel: true, Text: heard})
		return reply, g.loose, nil
	}
	return reply, nil, err
}

// call runs the tools a model asks for. A name that is no tool of ours, or input
// that breaks its schema, is answered with an error and nothing else happens.
func (c *conversation) call(ctx context.Context, calls []model.Call) []model.Result {
	var results []model.Result
	for i, call := range calls {
		if len(call.Input) == 0 || !json.Valid(call.Input) {
			call.Input = json.RawMessage(`{}`)
		}
		c.tell(Part{"tool", ToolCalled{call.ID, call.Name, call.Input}})
		output, err := c.service.run(ctx, call.Name, call.Input)
		if err == nil && i >= maxCalls {
			err = fmt.Errorf("too many calls at once")
		}
		r := model.Result{ID: call.ID, Name: call.Name, Output: output}
		if err != nil {
			r.Failed, r.Output = true, json.RawMessage(asData(map[string]string{"error": tools.Says(err)}))
			c.tell(Part{"result", ToolAnswered{call.ID, call.Name, false, tools.Says(err)}})
		} else {
			c.learn(call.Input, output)
			c.tell(Part{"result", ToolAnswered{ID: call.ID, Name: call.Name, OK: true}})
		}
		results = append(results, r)
	}
	return results
}

// learn adds the numbers of a result to what may be said.
func (c *conversation) learn(input, output json.RawMessage) {
	facts, err := grounding.FactsOf(output)
	if err != nil {
		return // an answer of ours: it is JSON
	}
	c.facts = append(c.facts, facts...)
	var about struct{ Market, Interval string }
	if json.Unmarshal(input, &about) != nil {
		return
	}
	if interval, err := core.ParseInterval(about.Interval); err == nil {
		c.intervals = append(c.intervals, interval)
		c.intervals = append(c.intervals, evidence.HigherOf(interval)...)
	}
	if about.Market != "" {
		c.names = append(c.names, about.Market)
	}
}

// run calls a tool by its name.
func (s *Service) run(ctx context.Context, name string, input json.RawMessage) (json.RawMessage, error) {
	tool := s.tools.Find(name)
	if tool == nil {
		return nil, unknownTool(name, s.tools.Names())
	}
	answer, err := tool.Call(ctx, input)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}
