// Package builtin explains evidence in words, without a model: the same evidence
// gives the same text, and every number in it is in the evidence.
package builtin

import (
	"math"
	"strings"

	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// Explanation is what a trader is told.
type Explanation struct {
	Bias    string   `json:"bias"`    // bullish, bearish, neutral, with "leaning" where less clear, or mixed
	Summary string   `json:"summary"` // paragraphs, a blank line between
	Levels  []Level  `json:"levels"`  // from the highest to the lowest
	Risks   []string `json:"risks"`
}

// Level is a price worth watching.
type Level struct {
	Name  string          `json:"name"`
	Price evidence.Figure `json:"price"`
	Note  string          `json:"note"`
}

// remark is one thing that can be said. The weightiest one of all opens the
// summary, so that a text begins with what is peculiar to its market.
type remark struct {
	text   string
	weight float64
	lead   string // how the summary opens if this weighs most; empty if it never does
}

// Explain puts evidence into words.
func Explain(e *evidence.Evidence) Explanation {
	w := writer{e: e, first: e.First()}
	w.levels = w.allLevels()
	bias := w.bias()
	paragraphs := [][]remark{w.momentum(), w.flow(), w.location(), w.fired(), w.intervals(bias), w.turns(bias)}
	text := []string{w.opening(bias, paragraphs)}
	for _, p := range paragraphs {
		if one := join(p); one != "" {
			text = append(text, one)
		}
	}
	return Explanation{Bias: bias.name(), Summary: strings.Join(text, "\n\n"), Levels: w.shown(), Risks: w.risks(bias)}
}

// writer holds what the paragraphs are written from.
type writer struct {
	e      *evidence.Evidence
	first  *evidence.Frame
	levels []level
}

// opening says where the market is and the one thing that weighs most.
func (w *writer) opening(b bias, paragraphs [][]remark) string {
	p := &w.first.Price
	name := w.e.Market
	if name == "" {
		name = "The market"
	}
	text := name + " " + w.e.Interval + " closed at " + price(p.Close) + " on " + moment(w.first.KnownAt)
	if p.Change.Known() && p.Span > 1 {
		text += ", " + moved(p.Change) + " over " + count(p.Span, "bar")
	}
	text += ". View: " + b.name() + "."
	var lead remark
	for _, paragraph := range paragraphs {
		for _, r := range paragraph {
			if r.lead != "" && r.weight > lead.weight {
				lead = r
			}
		}
	}
	if lead.lead != "" {
		text += " " + capital(lead.lead)
	}
	return text
}

func moved(change evidence.Figure) string {
	const still = 0.05 // percent; less reads as nothing
	switch {
	case math.Abs(float64(change)) < still:
		return "unchanged"
	case change > 0:
		return "up " + percent(change)
	}
	return "down " + percent(change)
}

func join(remarks []remark) string {
	var parts []string
	for _, r := range remarks {
		if r.text != "" {
			parts = append(parts, capital(r.text))
		}
	}
	return strings.Join(parts, " ")
}
