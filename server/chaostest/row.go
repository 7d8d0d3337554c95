package chaostest

import (
	"fmt"
	"os"
	"testing"
)

// Row is a line of the table: a fault, how often it struck, and what came of it.
type Row struct {
	Fault  string
	Runs   int // times it struck
	Bars   int // committed at the end
	Events int
	Damage
}

// Report holds what a store holds to what it should, tells the row, and fails
// the test where there is damage.
func Report(t testing.TB, fault string, runs int, got, want Contents) {
	t.Helper()
	r := Row{Fault: fault, Runs: runs, Bars: got.Count("c"), Events: got.Count("e"), Damage: got.Against(want)}
	r.Write(t)
	t.Logf("%s: %d runs, %d bars, %d events, %d lost, %d duplicated, %d changed", r.Fault, r.Runs, r.Bars, r.Events, r.Lost, r.Duplicated, r.Changed)
	if !r.Clean() {
		t.Errorf("%s leaves damage, first of all: %s", fault, r.First)
	}
	if r.Bars == 0 || r.Events == 0 {
		t.Errorf("%s: the store holds %d bars and %d events, want some to compare", fault, r.Bars, r.Events)
	}
}

// Write appends the row to the file of CHAOS_TABLE.
func (r Row) Write(t testing.TB) {
	t.Helper()
	write(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\n", r.Fault, r.Runs, r.Bars, r.Events, r.Lost, r.Duplicated, r.Changed)
}

func write(t testing.TB, line string, args ...any) {
	t.Helper()
	name := os.Getenv("CHAOS_TABLE")
	if name == "" {
		return
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := fmt.Fprintf(f, line, args...); err != nil {
		t.Fatal(err)
	}
}

// Caught tells how a mutant of a fault's tests was caught, or fails the test where
// it was not.
func Caught(t testing.TB, fault, broken string, caught bool, how string, args ...any) {
	t.Helper()
	said := fmt.Sprintf(how, args...)
	if !caught {
		t.Errorf("%s: %s and nothing shows it: %s", fault, broken, said)
		return
	}
	t.Logf("%s: %s, caught: %s", fault, broken, said)
	write(t, "mutant\t%s\t%s\t%s\n", fault, broken, said)
}
