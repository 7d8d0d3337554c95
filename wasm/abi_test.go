//go:build !tinygo

package wasm

import (
	"bytes"
	"compress/gzip"
	"context"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// signature matches an export in ABI.md: `name(a: i32, b: f64) → i32`.
var signature = regexp.MustCompile("(?m)^\\| `(\\w+)\\(([^)]*)\\)(?: → (\\w+))?` \\|")

func TestABIDocumentsEachExport(t *testing.T) {
	page, err := os.ReadFile("ABI.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, m := range signature.FindAllStringSubmatch(string(page), -1) {
		var types []string
		for parameter := range strings.SplitSeq(m[2], ", ") {
			if _, kind, ok := strings.Cut(parameter, ": "); ok {
				types = append(types, kind)
			}
		}
		documented[m[1]] = strings.Join(types, " ") + " -> " + m[3]
	}

	exported := map[string]string{}
	for name, f := range compile(t).ExportedFunctions() {
		exported[name] = names(f.ParamTypes()) + " -> " + names(f.ResultTypes())
	}
	for _, runtime := range []string{"fminimum", "fminimumf", "fmaximum", "fmaximumf"} {
		delete(exported, runtime)
	}
	for _, name := range slices.Sorted(maps.Keys(exported)) {
		if documented[name] != exported[name] {
			t.Errorf("%s: the module exports (%s), ABI.md says (%s)", name, exported[name], documented[name])
		}
	}
	for name := range documented {
		if exported[name] == "" {
			t.Errorf("ABI.md documents %s, which the module does not export", name)
		}
	}
}

func TestModuleImportsNothing(t *testing.T) {
	m := compile(t)
	for _, f := range m.ImportedFunctions() {
		module, name, _ := f.Import()
		t.Errorf("the module imports %s.%s", module, name)
	}
	if n := len(m.ImportedMemories()); n != 0 {
		t.Errorf("the module imports %d memories", n)
	}
	if memory := m.ExportedMemories()["memory"]; memory == nil {
		t.Error("the module exports no memory")
	} else if most, ok := memory.Max(); !ok || most != 4096 {
		t.Errorf("the module's memory is bounded to %d pages (%v), want 4096: 256 MiB", most, ok)
	}
}

// maxGzip is what a page may have to load; RATIONALE.md says why not less.
const maxGzip = 56 << 10

func TestModuleIsSmall(t *testing.T) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(Bytes); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d with gzip -9", len(Bytes), packed.Len())
	if packed.Len() > maxGzip {
		t.Errorf("the module is %d bytes with gzip -9, at most %d", packed.Len(), maxGzip)
	}
}

func compile(t *testing.T) wazero.CompiledModule {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	t.Cleanup(func() {
		if err := r.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	m, err := r.CompileModule(ctx, Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func names(types []api.ValueType) string {
	var words []string
	for _, v := range types {
		words = append(words, api.ValueTypeName(v))
	}
	return strings.Join(words, " ")
}
