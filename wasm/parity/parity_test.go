package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

func TestHostsAgree(t *testing.T) {
	p := place{dir: t.TempDir(), vectors: "../../core"}
	command := func(args ...string) (string, error) {
		var out bytes.Buffer
		args = append([]string{args[0], "-dir", p.dir, "-vectors", p.vectors}, args[1:]...)
		err := run(context.Background(), args, &out)
		return out.String(), err
	}
	for _, args := range [][]string{{"prepare"}, {"run", "-host", "Go"}, {"run", "-wazero", "-host", "wazero"}, {"back"}} {
		if _, err := command(args...); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
	}
	table, err := command("table", "Go", "wazero")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", table)
	if _, err := command("table", "Go", "wazero", "Deep Thought"); err == nil {
		t.Error("a host that never ran is not missed")
	}

	// One bit of a snapshot, of a reading or of an event has to be found.
	change := func(file string) {
		t.Helper()
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)-3] ^= 1
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change(p.reference("walk.rolling", "levels"))
	change(p.reference("gaps.classic", "events"))
	change(p.reference("torture.week", "end"))
	if _, err := command("run", "-host", "Go"); err != nil {
		t.Fatal(err)
	}
	_, err = command("table", "Go", "wazero")
	for _, name := range []string{"walk.rolling", "gaps.classic", "torture.week"} {
		if err == nil || !strings.Contains(err.Error(), "Go, "+name+": ") {
			t.Errorf("a bit of %s is changed and the table does not say so, but: %v", name, err)
		}
	}
}

func TestSoakHasTheNativeDigests(t *testing.T) {
	soak := func(args ...string) string {
		var out strings.Builder
		if err := run(t.Context(), append([]string{"soak", "-candles", "10000"}, args...), &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	for _, seed := range []string{"1", "2026"} {
		native := soak("-seed", seed)
		if module := soak("-seed", seed, "-wazero"); module != native {
			t.Errorf("natively %s in the module %s", native, module)
		}
		t.Logf("natively and in the module: %s", native)
	}
}
