package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

func TestOutcomesOfAFile(t *testing.T) {
	file := vectors + "walk.csv.gz"
	code, out, errs := quantum(t, nil, "outcomes", "--file", file, "--horizon", "2", "--kind", "cipher.cross_up", "--format", "json")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var table outcomes.Table
	if err := json.Unmarshal([]byte(out), &table); err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 1 || table.Rows[0].Kind != "cipher.cross_up" || table.Rows[0].Horizon != 2 || table.Rows[0].Count == 0 {
		t.Errorf("rows %+v, want one of cipher.cross_up at 2 bars with a count", table.Rows)
	}
	code, out, _ = quantum(t, nil, "outcomes", "--file", file)
	if code != exitOK || !strings.Contains(out, "volume.poc_shift") || !strings.Contains(out, "lines compared with all bars") {
		t.Errorf("exit %d, the table is\n%s", code, out)
	}
}

func TestOutcomesRefusesWrongUse(t *testing.T) {
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"outcomes"}, "give one of --file and --market"},
		{[]string{"outcomes", "--file", "x", "--format", "xml"}, `--format is "xml", must be one of table, json`},
		{[]string{"outcomes", "--market", "BTC", "--interval", "1h"}, "source:SYMBOL"},
		{[]string{"outcomes", "--file", vectors + "walk.csv.gz", "--horizon", "0"}, "horizon"},
	} {
		code, out, errs := quantum(t, nil, tt.args...)
		if code != exitUsage || out != "" || !strings.Contains(errs, tt.says) {
			t.Errorf("%v: exit %d, %q; want 2 and %q", tt.args, code, errs, tt.says)
		}
	}
}
