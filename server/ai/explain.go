package ai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/quantum-signals/quantum/server/ai/builtin"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/grounding"
	"github.com/quantum-signals/quantum/server/ai/model"
)

// explain explains evidence with a provider, nil being the builtin. A model's
// text that is not grounded, or not what was asked for, is asked for once more;
// then the builtin text is given and says so.
func (s *Service) explain(ctx context.Context, e *evidence.Evidence, p *model.Guarded) *Explanation {
	own := builtin.Explain(e)
	if p == nil {
		return explained(e, own, Builtin)
	}
	key := strings.Join([]string{"explain", e.Hash(), p.Name(), p.Model(), promptVersion()}, ":")
	if text := s.cached(ctx, key); text != nil {
		var x builtin.Explanation
		if json.Unmarshal(text, &x) == nil {
			return s.written(e, x, p)
		}
	}
	x, why := s.write(ctx, e, p)
	if why != "" {
		answer := explained(e, own, Builtin)
		answer.Note = why + " This is the builtin text."
		return answer
	}
	x.Levels = own.Levels // the numbers shown are ours
	if text, err := json.Marshal(x); err == nil {
		s.cache(ctx, key, text)
	}
	return s.written(e, x, p)
}

func (s *Service) written(e *evidence.Evidence, x builtin.Explanation, p *model.Guarded) *Explanation {
	answer := explained(e, x, p.Name())
	answer.Model = p.Model()
	return answer
}

// write has a model write, at most twice. why says in words why there is
// nothing to show.
func (s *Service) write(ctx context.Context, e *evidence.Evidence, p *model.Guarded) (x builtin.Explanation, why string) {
	check := grounding.Of(e)
	q := explainRequest(e, s.o.MaxTokens)
	for range 2 {
		reply, err := p.Generate(ctx, q, func(string) {})
		if err != nil {
			s.o.Log.Warn("a model did not answer", "provider", p.Name(), "err", err)
			return x, fmt.Sprintf("%s did not answer.", p.Name())
		}
		var complaint string
		if x, complaint = readExplanation(reply, check); complaint == "" {
			return x, ""
		}
		why = fmt.Sprintf("The text of %s was left out: %s.", p.Name(), complaint)
		s.o.Log.Info("a model's text was refused", "provider", p.Name(), "why", complaint)
		q.Turns = append(q.Turns, model.Turn{FromModel: true, Text: orNothing(reply.Text)},
			model.Turn{Text: asData(map[string]string{"refused": complaint, "asked": "Write it again, with the numbers of the evidence only."})})
	}
	return x, why
}

// orNothing stands for an answer without text, which providers do not take back.
func orNothing(text string) string {
	if strings.TrimSpace(text) == "" {
		return "(nothing)"
	}
	return text
}

// readExplanation reads a model's answer and holds it to the evidence. complaint
// says what is wrong with it.
func readExplanation(reply model.Reply, check *grounding.Checker) (x builtin.Explanation, complaint string) {
	if reply.Truncated {
		return x, "it was too long"
	}
	var draft struct {
		Bias    string   `json:"bias"`
		Summary string   `json:"summary"`
		Risks   []string `json:"risks"`
	}
	if err := json.Unmarshal([]byte(unfenced(reply.Text)), &draft); err != nil {
		return x, "it was not the JSON asked for"
	}
	if !slices.Contains(biases, any(draft.Bias)) || strings.TrimSpace(draft.Summary) == "" {
		return x, "bias or summary were missing"
	}
	x = builtin.Explanation{Bias: draft.Bias, Summary: undisclaimed(draft.Summary), Risks: []string{}}
	for _, risk := range draft.Risks {
		if risk = undisclaimed(risk); risk != "" {
			x.Risks = append(x.Risks, risk)
		}
	}
	if loose := check.Check(textOf(x)).Loose; len(loose) > 0 {
		return x, "it stated numbers that are not in the evidence: " + strings.Join(loose, ", ")
	}
	return x, ""
}

// unfenced takes off the fence of a code block, which some models put around
// JSON.
func unfenced(text string) string {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "```"); ok {
		inner = strings.TrimPrefix(inner, "json")
		return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(inner), "```"))
	}
	return text
}

var disclaimer = regexp.MustCompile(`(?i)[^.!?\n]*\b(?:financial|investment) advice\b[^.!?\n]*[.!?]?[ \t]*`)

// undisclaimed takes out a model's own notices: ours stands there once.
func undisclaimed(text string) string {
	return strings.TrimSpace(disclaimer.ReplaceAllString(text, ""))
}

// cached is an answer of before; a cache that is away has none.
func (s *Service) cached(ctx context.Context, key string) []byte {
	if s.o.Cache == nil {
		return nil
	}
	text, err := s.o.Cache.Cached(ctx, key)
	if err != nil && !errors.Is(err, context.Canceled) {
		s.o.Log.Warn("the cache of answers cannot be read", "err", err)
	}
	return text
}

func (s *Service) cache(ctx context.Context, key string, text []byte) {
	if s.o.Cache == nil {
		return
	}
	if err := s.o.Cache.Cache(ctx, key, text, s.o.Keep); err != nil {
		s.o.Log.Warn("an answer cannot be kept", "err", err)
	}
}
