package core_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fused finds a fused multiply-add in the compiler's listing, and where in the
// source it comes from.
var fused = regexp.MustCompile(`\(([^()\s]+\.go:\d+)\)\s+(FN?M(?:ADD|SUB)[SD]|VFN?M(?:ADD|SUB)\w+)\s`)

// targets are the machines whose compilers fuse where the source lets them.
var targets = map[string][]string{
	"arm64":    {"GOARCH=arm64"},
	"amd64 v3": {"GOARCH=amd64", "GOAMD64=v3"},
}

// fusedIn compiles the packages below dir for a machine and lists what got
// fused, as file:line of the source.
func fusedIn(t *testing.T, dir string, environment []string) []string {
	t.Helper()
	readSources(t, dir)
	build := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-S", "./...")
	build.Dir = dir
	build.Env = append(append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0", "GOFLAGS="), environment...)
	listing, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("go build for %v: %v\n%s", environment, err, listing[max(0, len(listing)-2000):])
	}
	if !strings.Contains(string(listing), "TEXT") {
		t.Fatalf("the build for %v lists no code", environment)
	}
	var found []string
	for _, match := range fused.FindAllStringSubmatch(string(listing), -1) {
		found = append(found, match[1]+" "+match[2])
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// readSources opens every source below dir: go test keeps a result until a file
// changes that the test itself has opened, and does not see what the compiler
// reads.
func readSources(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".go" {
			_, err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNothingIsFused: a product that meets a sum is rounded in between, on
// every machine. Ordinary tests cannot see a missing float64(): amd64 fuses
// nothing below v3.
func TestNothingIsFused(t *testing.T) {
	for name, environment := range targets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, offender := range fusedIn(t, ".", environment) {
				t.Errorf("%s: wrap the product in float64()", offender)
			}
		})
	}
}

// TestFusingIsSeen gives the search something to find.
func TestFusingIsSeen(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"go.mod":   "module control\n\ngo 1.26\n",
		"fused.go": "package control\n\nfunc Fused(x, y, z float64) float64 {\n\treturn x*y + z\n}\n\nfunc Rounded(x, y, z float64) float64 {\n\treturn float64(x*y) + z\n}\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, environment := range targets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := fusedIn(t, dir, environment)
			if len(found) != 1 || !strings.Contains(found[0], "fused.go:4 ") {
				t.Errorf("found %q, want line 4 alone", found)
			}
		})
	}
}
