package ai

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/grounding"
	"github.com/quantum-signals/quantum/server/ai/model"
)

// RuleAsked is the request of POST /ai/rule.
type RuleAsked struct {
	Text     string `name:"text" json:"text" validate:"required,max=500"`
	Market   string `name:"market" json:"market" validate:"required,market"`
	Interval string `name:"interval" json:"interval" validate:"required,interval"`
	Provider string `name:"provider" json:"-" validate:"max=20"`
}

// Rule is an alert expression made of words. It compiles.
type Rule struct {
	Market     string  `json:"market"`
	Interval   string  `json:"interval"`
	Expression string  `json:"expression"`
	Bars       int     `json:"bars"`    // of the stored history that were looked at
	Count      int     `json:"count"`   // of them where it would have fired
	Matches    []int64 `json:"matches"` // open times of the newest of them, newest first
	Provider   string  `json:"provider"`
	Model      string  `json:"model,omitempty"`
	Note       string  `json:"note,omitempty"`
	Notice     string  `json:"notice"`
}

const matchesShown = 50

// Rule makes an alert expression of words, and says where it would have fired.
func (s *Service) Rule(ctx context.Context, q RuleAsked) (*Rule, error) {
	if s.o.Rules == nil {
		return nil, &server.Error{Code: server.CodeUnavailable, Detail: "this origin has no alert rules"}
	}
	p, err := s.provider(q.Provider)
	if err != nil {
		return nil, err
	}
	series, err := s.watched(ctx, q.Market, q.Interval)
	if err != nil {
		return nil, err
	}
	rule := &Rule{Market: q.Market, Interval: q.Interval, Provider: Builtin, Notice: Notice}
	if p != nil {
		rule.Expression, rule.Note = s.writeRule(ctx, q, p)
	}
	if rule.Expression != "" {
		rule.Provider, rule.Model = p.Name(), p.Model()
	} else if rule.Expression, err = ruleOf(q.Text); err != nil {
		return nil, err
	}
	if err := s.o.Rules.Compile(rule.Expression); err != nil {
		return nil, err
	}
	bars, err := s.candles(ctx, series)
	if err != nil {
		return nil, err
	}
	matches, err := s.o.Rules.Matches(ctx, rule.Expression, series.Interval, bars)
	if err != nil {
		return nil, away(err)
	}
	slices.SortFunc(matches, func(a, b int64) int { return cmp.Compare(b, a) })
	rule.Bars, rule.Count, rule.Matches = bars.Len(), len(matches), append([]int64{}, matches[:min(len(matches), matchesShown)]...)
	return rule, nil
}

// writeRule has a model write the expression, at most twice; empty where it
// cannot, with the reason.
func (s *Service) writeRule(ctx context.Context, q RuleAsked, p *model.Guarded) (expression, note string) {
	usual := usualLevels()
	r := model.Request{System: ruleRules, Schema: ruleSchema, MaxTokens: s.o.MaxTokens, Turns: []model.Turn{{
		Text: asData(map[string]any{"words": q.Text, "usual_levels": usual}),
	}}}
	for range 2 {
		reply, err := p.Generate(ctx, r, func(string) {})
		if err != nil {
			s.o.Log.Warn("a model did not answer", "provider", p.Name(), "err", err)
			return "", fmt.Sprintf("%s did not answer; the rule is read by the builtin grammar.", p.Name())
		}
		var draft struct {
			Expression string `json:"expression"`
		}
		complaint := "it is not the JSON asked for"
		if err := json.Unmarshal([]byte(unfenced(reply.Text)), &draft); err == nil {
			complaint = s.refusal(draft.Expression, q.Text, usual)
		}
		if complaint == "" {
			return draft.Expression, ""
		}
		note = fmt.Sprintf("The rule of %s was left out: %s; it is read by the builtin grammar.", p.Name(), complaint)
		r.Turns = append(r.Turns, model.Turn{FromModel: true, Text: orNothing(reply.Text)}, model.Turn{Text: asData(map[string]string{"refused": complaint})})
	}
	return "", note
}

// refusal says what is wrong with a model's expression: it does not compile, or
// has a number nobody named.
func (s *Service) refusal(expression, words string, usual map[string]float64) string {
	if err := s.o.Rules.Compile(expression); err != nil {
		return "it does not compile: " + err.Error()
	}
	var facts []evidence.Fact
	for _, v := range numbersOf(words) {
		facts = append(facts, evidence.Fact{Name: "words", Value: v, Unit: "any"})
	}
	for name, v := range usual {
		facts = append(facts, evidence.Fact{Name: name, Value: v, Unit: "any"})
	}
	if loose := grounding.New(facts, nil).Check(expression).Loose; len(loose) > 0 {
		return fmt.Sprintf("the number %s is neither in the words nor a usual level", loose[0])
	}
	return ""
}

// numbersOf lists the numbers in words, with and without a sign.
func numbersOf(words string) []float64 {
	var list []float64
	for _, text := range numberForm.FindAllString(plainMinus.Replace(words), -1) {
		if v, err := strconv.ParseFloat(separators.Replace(text), 64); err == nil {
			list = append(list, v)
		}
	}
	return list
}
