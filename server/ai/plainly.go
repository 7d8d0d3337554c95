package ai

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/builtin"
	"github.com/quantum-signals/quantum/server/ai/tools"
)

func unknownTool(name, known string) error {
	return &server.Error{Code: server.CodeNotFound, Detail: fmt.Sprintf("there is no tool %q; there are %s", name, known)}
}

// answerPlainly answers without a model: what a name means, what followed an
// event, or else how the market stands, by the words of the question.
func (s *Service) answerPlainly(ctx context.Context, q Question, note string, tell func(Part)) error {
	a := plainAnswer{s, q, tell, 0}
	var catalog tools.Catalog
	if err := a.look(ctx, "catalog", tools.Nothing{}, &catalog); err != nil {
		return err
	}
	text, err := a.text(ctx, &catalog)
	if err != nil {
		return err
	}
	for _, paragraph := range text {
		tell(Part{"text", Text{paragraph + "\n\n"}})
	}
	tell(Part{"done", Done{Provider: Builtin, Grounded: true, Note: note, Notice: Notice}})
	return nil
}

type plainAnswer struct {
	service *Service
	q       Question
	tell    func(Part)
	calls   int
}

// look calls a tool in the open.
func (a *plainAnswer) look(ctx context.Context, name string, input, into any) error {
	a.calls++
	id := fmt.Sprintf("call_%d", a.calls)
	raw := json.RawMessage(asData(input))
	a.tell(Part{"tool", ToolCalled{id, name, raw}})
	output, err := a.service.run(ctx, name, raw)
	if err != nil {
		a.tell(Part{"result", ToolAnswered{id, name, false, tools.Says(err)}})
		return err
	}
	a.tell(Part{"result", ToolAnswered{ID: id, Name: name, OK: true}})
	return json.Unmarshal(output, into)
}

var pastWords = regexp.MustCompile(`(?i)\b(?:often|past|history|followed|follows|after|outcomes?|win|hit|rate|works?|worked|record|backtest|edge|profitable)\b`)

func (a *plainAnswer) text(ctx context.Context, catalog *tools.Catalog) ([]string, error) {
	var text []string
	kind := ""
	for _, meaning := range meanings(a.q.Question, catalog) {
		text = append(text, meaning.text)
		if meaning.kind != "" {
			kind = meaning.kind
		}
	}
	asked, ok := a.about(catalog)
	if !ok {
		if len(text) == 0 {
			text = append(text, "Name a market and an interval to be told how it stands, or a reading or event to be told what it means. Watched are: "+watchedNames(catalog)+".")
		}
		return text, nil
	}
	past := pastWords.MatchString(a.q.Question)
	switch {
	case past && kind != "":
		var read tools.OutcomesRead
		if err := a.look(ctx, "outcomes", tools.OutcomesAsked{Asked: asked, Kinds: []string{kind}}, &read); err != nil {
			return nil, err
		}
		if len(read.Outcomes) == 0 {
			return append(text, fmt.Sprintf("%s has not occurred in the bars of %s %s that are kept.", kind, asked.Market, asked.Interval)), nil
		}
		for i := range read.Outcomes {
			text = append(text, builtin.Record(&read.Outcomes[i]))
		}
	case len(text) == 0 || kind == "":
		var read tools.Explained
		if err := a.look(ctx, "explain", asked, &read); err != nil {
			return nil, err
		}
		text = append(text, read.Explanation.Summary)
	}
	return text, nil
}

type meaning struct{ text, kind string }

// meanings says what the readings and events named in a question are.
func meanings(question string, catalog *tools.Catalog) []meaning {
	var list []meaning
	lower := strings.ToLower(question)
	has := func(name string) bool {
		at := strings.Index(lower, name)
		return at >= 0 && !wordAt(lower, at-1) && !wordAt(lower, at+len(name))
	}
	for _, e := range catalog.Events {
		_, short, _ := strings.Cut(e.Kind, ".")
		if has(e.Kind) || strings.Contains(short, "_") && (has(short) || has(strings.ReplaceAll(short, "_", " "))) {
			list = append(list, meaning{e.Kind + ": " + e.Meaning, e.Kind})
		}
	}
	for _, r := range catalog.Readings {
		if has(r.Name) {
			list = append(list, meaning{text: r.Name + ": " + r.Meaning})
		}
	}
	const most = 3
	return list[:min(len(list), most)]
}

func wordAt(text string, i int) bool {
	return i >= 0 && i < len(text) && (text[i] == '_' || text[i] >= 'a' && text[i] <= 'z' || text[i] >= '0' && text[i] <= '9')
}

// about finds the series a question is about: what it came with, else what it
// names among the watched markets.
func (a *plainAnswer) about(catalog *tools.Catalog) (tools.Asked, bool) {
	if a.q.Market != "" && a.q.Interval != "" {
		return tools.Asked{Market: a.q.Market, Interval: a.q.Interval}, true
	}
	words := regexp.MustCompile(`[a-z0-9:._-]+`).FindAllString(strings.ToLower(a.q.Question), -1)
	for _, m := range catalog.Markets {
		_, symbol, _ := strings.Cut(strings.ToLower(m.Market), ":")
		named := m.Market == a.q.Market || slices.ContainsFunc(words, func(w string) bool {
			return w == symbol || w == strings.ToLower(m.Market) || len(w) >= 3 && strings.HasPrefix(symbol, w)
		})
		if !named || len(m.Intervals) == 0 {
			continue
		}
		interval := m.Intervals[len(m.Intervals)-1]
		for _, w := range words {
			if i, err := core.ParseInterval(w); err == nil && slices.Contains(m.Intervals, i.String()) {
				interval = i.String()
			}
		}
		return tools.Asked{Market: m.Market, Interval: interval}, true
	}
	return tools.Asked{}, false
}

func watchedNames(catalog *tools.Catalog) string {
	var names []string
	for _, m := range catalog.Markets {
		names = append(names, m.Market+" ("+strings.Join(m.Intervals, ", ")+")")
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
