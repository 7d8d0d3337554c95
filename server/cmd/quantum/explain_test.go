package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server/ai"
)

func TestExplainAFile(t *testing.T) {
	file := vectors + "walk.csv.gz"
	text := must(t, "explain", "--file", file, "--market", "test:WALK")
	if !strings.HasPrefix(text, "test:WALK 15m closed at") || strings.Count(text, ai.Notice) != 1 || !strings.Contains(text, "\nRisks\n") {
		t.Errorf("the text is\n%s", text)
	}
	var answer ai.Explanation
	if err := json.Unmarshal([]byte(must(t, "explain", "--file", file, "--at", "2023-12-01", "--format", "json")), &answer); err != nil {
		t.Fatal(err)
	}
	const before = 1701388800000 // 1 December 2023
	if !answer.Grounded || answer.Provider != "builtin" || len(answer.Facts) == 0 || answer.Evidence.First().KnownAt > before {
		t.Errorf("grounded %v by %s, %d facts, known at %d", answer.Grounded, answer.Provider, len(answer.Facts), answer.Evidence.First().KnownAt)
	}
	if differs(text, must(t, "explain", "--file", file, "--market", "test:WALK")) != "" {
		t.Error("the same file reads differently the second time")
	}
}

func TestExplainRefusesWrongUse(t *testing.T) {
	file := vectors + "walk.csv.gz"
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"explain"}, "give --file, or --market"},
		{[]string{"explain", "--file", file, "--format", "xml"}, `--format is "xml"`},
		{[]string{"explain", "--file", file, "--at", "soon"}, `--at is "soon"`},
		{[]string{"explain", "--file", file, "--at", "2001-01-01"}, "before the first bar"},
		{[]string{"explain", "--file", file, "--preset", "new"}, `--preset is "new"`},
		{[]string{"explain", "--market", "BTC", "--interval", "1h"}, "source:SYMBOL"},
	} {
		code, out, errs := quantum(t, nil, tt.args...)
		if code != exitUsage || out != "" || !strings.Contains(errs, tt.says) {
			t.Errorf("%v: exit %d, %q; want 2 and %q", tt.args, code, errs, tt.says)
		}
	}
}
