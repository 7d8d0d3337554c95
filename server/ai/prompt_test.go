package ai

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/grounding"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/ai/tools"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestPromptGolden shows every word that models are told but the data: what
// changes here changes their answers.
func TestPromptGolden(t *testing.T) {
	c := core.MakeColumns(2)
	c.Append(core.Candle{OpenTime: 0, Open: 1, High: 2, Low: 1, Close: 2, Volume: 1})
	c.Append(core.Candle{OpenTime: int64(core.Hour), Open: 2, High: 3, Low: 2, Close: 3, Volume: 1})
	e, err := evidence.Build("test:TWO", core.Hour, c, evidence.Options{Setup: outcomes.DefaultSetup(cipher.Quantum)})
	if err != nil {
		t.Fatal(err)
	}
	q := explainRequest(e, 100)
	schemas, err := json.MarshalIndent([]any{q.Schema, ruleSchema, toolsOf(tools.New(nil, outcomes.DefaultSetup(cipher.Quantum), 0))}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join([]string{q.System, q.Turns[0].Text, askRules, ruleRules, string(schemas)}, "\n----\n") + "\n"
	const file = "testdata/prompt.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("what models are told is not %s: run with -update and read the difference", file)
	}
	if again := explainRequest(e, 100); again.Turns[0].Text != q.Turns[0].Text || again.System != q.System {
		t.Error("the same evidence gives another request")
	}
}

// A sentence is let out once it is whole, wherever the pieces are cut.
func TestGateLetsSentencesOutWhole(t *testing.T) {
	const text = "Price is at 3. It rose (by far!) \"again.\" Then it fell\nand e.g. 2.5 is none."
	for size := 1; size <= len(text); size++ {
		var out []string
		g := &gate{check: grounding.New([]evidence.Fact{{Name: "price", Value: 3, Unit: "quote"}}, nil), pass: func(s string) { out = append(out, s) }}
		for at := 0; at < len(text); at += size {
			g.add(text[at:min(len(text), at+size)])
		}
		g.end()
		if got := strings.Join(out, ""); !strings.HasPrefix(got, "Price is at 3. It rose (by far!) \"again.\" Then it fell\n") || strings.Contains(got, "2.5") {
			t.Errorf("in pieces of %d: %q", size, got)
		}
		if !g.shut() || g.loose[0] != "2.5" {
			t.Errorf("in pieces of %d: the invented number is not caught: %q", size, g.loose)
		}
	}
}
