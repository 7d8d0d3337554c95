// Package ai explains signals in words. Its texts state no number that is not in
// their evidence: a model's text is held to it, and where it fails, the builtin
// text, which is made from the evidence alone, takes its place.
package ai

import (
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/ai/builtin"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/grounding"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// Notice stands under every answer, once.
const Notice = "Not financial advice."

// Builtin is the name of the provider that needs no model.
const Builtin = "builtin"

// Explanation is the answer of POST /ai/explain.
type Explanation struct {
	builtin.Explanation
	Market       string             `json:"market"`
	Interval     string             `json:"interval"`
	Provider     string             `json:"provider"` // who wrote the text
	Model        string             `json:"model,omitempty"`
	Grounded     bool               `json:"grounded"` // every number of the text is in the evidence
	Note         string             `json:"note,omitempty"`
	Notice       string             `json:"notice"`
	EvidenceHash string             `json:"evidence_hash"`
	Evidence     *evidence.Evidence `json:"evidence"`
	Facts        []evidence.Fact    `json:"facts"` // its numbers as a list
}

// ExplainCandles explains a series at its last bar with the builtin provider.
// The error is a *core.Error.
func ExplainCandles(market string, interval core.Interval, c core.Columns, setup outcomes.Setup) (*Explanation, error) {
	e, err := evidence.Build(market, interval, c, evidence.Options{Setup: setup})
	if err != nil {
		return nil, err
	}
	return explained(e, builtin.Explain(e), Builtin), nil
}

// explained is an answer with its evidence, and whether it is grounded.
func explained(e *evidence.Evidence, x builtin.Explanation, provider string) *Explanation {
	return &Explanation{
		Explanation: x, Market: e.Market, Interval: e.Interval, Provider: provider,
		Grounded: grounding.Of(e).Check(textOf(x)).Grounded(), Notice: Notice,
		EvidenceHash: e.Hash(), Evidence: e, Facts: e.Facts(),
	}
}

// textOf is all of an explanation's text. The prices of levels are checked apart:
// they are numbers already.
func textOf(x builtin.Explanation) string {
	parts := []string{x.Summary}
	for _, l := range x.Levels {
		parts = append(parts, l.Name, l.Note)
	}
	return strings.Join(append(parts, x.Risks...), "\n")
}
