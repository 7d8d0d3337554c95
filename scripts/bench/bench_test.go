package main

import (
	"bytes"
	"strings"
	"testing"

	"bench/series"
)

// TestWaysAgree holds every contestant to the bits of the plain loop, or to
// what its check asks for, before anyone believes its speed.
func TestWaysAgree(t *testing.T) {
	bars := series.Bars(7, 3000)
	for _, s := range sections() {
		for _, p := range s.pieces {
			if p.check == nil {
				continue // its partner's check has it
			}
			t.Run(s.id+"/"+p.name, func(t *testing.T) {
				if err := p.check(bars); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestQuickRunPrintsEveryPiece(t *testing.T) {
	var out bytes.Buffer
	if err := speed(&out, []string{"-quick"}); err != nil {
		t.Fatal(err)
	}
	for _, s := range sections() {
		_, table, found := strings.Cut(out.String(), "\n## "+s.title+"\n")
		if !found {
			t.Errorf("no table %q in\n%s", s.title, out.String())
			continue
		}
		table, _, _ = strings.Cut(table, "\n## ")
		for _, p := range s.pieces {
			if !strings.Contains(table, "| "+p.name) {
				t.Errorf("no row %q in table %q:\n%s", p.name, s.title, table)
			}
		}
	}
	if !strings.Contains(out.String(), "\n## Aims\n") {
		t.Errorf("no list of aims in\n%s", out.String())
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		if _, err := parseOptions(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error is %v, want one with %q", args, err, want)
		}
	}
	f(`"12"`, "-sizes", "1000,12")
	f(`"1e6"`, "-sizes", "1e6")
	f(`"speed"`, "-only", "blocks,speed")
	f("-samples", "-samples", "0")
}

func TestTableLinesUp(t *testing.T) {
	tb := table{heads: []string{"what", "ns"}, left: 1}
	tb.add("EMA", "1.90")
	tb.add("a × b", "12")
	var out bytes.Buffer
	tb.write(&out)
	const want = "| what  |   ns |\n| ----- | ---: |\n| EMA   | 1.90 |\n| a × b |   12 |\n"
	if out.String() != want {
		t.Errorf("table is\n%swant\n%s", out.String(), want)
	}
}

func TestGrouped(t *testing.T) {
	f := func(n int, want string) {
		t.Helper()
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q, want %q", n, got, want)
		}
	}
	f(500, "500")
	f(1000, "1,000")
	f(1_000_000, "1,000,000")
	f(131_072, "131,072")
}
