// Package check holds the rules of the whole repository that no compiler
// checks: who may import whom.
package check

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "github.com/quantum-signals/quantum/"

// TestImports holds the arrows of the architecture. Each ban stands beside its
// reason.
func TestImports(t *testing.T) {
	pure := map[string]bool{"errors": true, "math": true, "math/bits": true, "encoding/binary": true, "strconv": true, "embed": true}
	rules := []struct {
		of     string // package path below the module, or a tree with /...
		allows func(imported string) bool
		why    string
	}{
		{"core/...", func(p string) bool { return pure[p] || under(p, "core") },
			"core compiles to wasm: no I/O, clock, goroutine, reflection or fmt"},
		{"wasm", func(p string) bool { return !strings.HasPrefix(p, module) || under(p, "core") },
			"the module is core behind a door"},
		{"wasm/host", func(p string) bool { return !strings.HasPrefix(p, module) || under(p, "core") || under(p, "wasm") },
			"the host knows the module and core's types, no server"},
		{"edge/...", func(p string) bool {
			return !strings.HasPrefix(p, module) || under(p, "core") || under(p, "edge") || is(p, "server") || under(p, "server/compute")
		}, "the edge serves the stateless handler and nothing else of the origin"},
		{"server", func(p string) bool { return !strings.HasPrefix(p, module) || under(p, "core") },
			"the shared words depend on core only"},
		{"server/compute", func(p string) bool { return !strings.HasPrefix(p, module) || under(p, "core") || is(p, "server") },
			"the edge serves this handler too"},
		{"web/app", func(p string) bool { return !strings.HasPrefix(p, module) },
			"the page is files"},
	}
	packages := list(t)
	for _, rule := range rules {
		matched := false
		for _, p := range packages {
			if !matches(p.ImportPath, rule.of) {
				continue
			}
			matched = true
			for _, imported := range p.Imports {
				if !rule.allows(imported) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, rule.why)
				}
			}
		}
		if !matched && rule.of != "edge/..." {
			t.Errorf("no package matches %s: the rule holds nothing", rule.of)
		}
	}

	// The parts of the server meet only in the command.
	for _, p := range packages {
		part := strings.TrimPrefix(p.ImportPath, module+"server/")
		if part == p.ImportPath || under(p.ImportPath, "server/cmd") {
			continue
		}
		own, _, _ := strings.Cut(part, "/")
		for _, imported := range p.Imports {
			if under(imported, "server") && !is(imported, "server") && !under(imported, "server/"+own) {
				t.Errorf("%s imports %s: parts of the server meet only in the command", p.ImportPath, imported)
			}
		}
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// list reads the module's packages, without their tests, as the go command sees
// them.
func list(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"...")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	for d := json.NewDecoder(out); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("go list: %v", err)
	}
	return packages
}

func is(p, dir string) bool    { return p == module+dir }
func under(p, dir string) bool { return is(p, dir) || strings.HasPrefix(p, module+dir+"/") }

func matches(p, pattern string) bool {
	if dir, tree := strings.CutSuffix(pattern, "/..."); tree {
		return under(p, dir)
	}
	return is(p, path.Clean(pattern))
}
