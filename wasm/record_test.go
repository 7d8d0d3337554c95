//go:build !tinygo

package wasm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// record is quantum.json, written by scripts/wasm.sh with the module.
type record struct {
	TinyGo, LLVM, Go, Flags string
	Size, Gzip              int
	SHA256, Sources         string
}

func TestModuleIsWhatItsSourcesGive(t *testing.T) {
	var r record
	text, err := os.ReadFile("quantum.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	const cure = "run scripts/wasm.sh and commit what it writes"
	if r.SHA256 != SHA256() || r.Size != len(Bytes) {
		t.Errorf("quantum.json records %d bytes of hash %s, quantum.wasm is %d of %s: %s", r.Size, r.SHA256, len(Bytes), SHA256(), cure)
	}
	if got := sources(t); r.Sources != got {
		t.Errorf("quantum.wasm was built from sources of hash %s, they are now %s: %s", r.Sources, got, cure)
	}
	for name, value := range map[string]string{"tinygo": r.TinyGo, "llvm": r.LLVM, "go": r.Go, "flags": r.Flags} {
		if value == "" {
			t.Errorf("quantum.json records no %s", name)
		}
	}
}

// sources hashes what the module is made of, as scripts/wasm.sh does.
func sources(t *testing.T) string {
	t.Helper()
	paths := []string{"wasm/core.json", "wasm/catalog.json", "wasm/fast.txt"}
	add := func(path string) {
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			paths = append(paths, filepath.ToSlash(path))
		}
	}
	root := os.DirFS("..")
	err := fs.WalkDir(root, "core", func(path string, _ fs.DirEntry, err error) error {
		add(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	own, err := fs.ReadDir(root, "wasm")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range own {
		add("wasm/" + file.Name())
	}
	slices.Sort(paths)
	all := sha256.New()
	for _, path := range paths {
		text, err := fs.ReadFile(root, path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(all, "%x  %s\n", sha256.Sum256(text), path)
	}
	return hex.EncodeToString(all.Sum(nil))
}
