package app_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/web/app"
)

func TestFSIsThePageOrNil(t *testing.T) {
	_, err := os.Stat("dist/index.html")
	built := err == nil
	page := app.FS()
	if built != (page != nil) {
		t.Fatalf("FS() = %v, while dist/index.html is built: %v", page, built)
	}
	if !built {
		return
	}
	index, err := fs.ReadFile(page, "index.html")
	if err != nil || !strings.Contains(string(index), "<title>") {
		t.Fatalf("index.html = %q, %v", index, err)
	}
	modules, err := fs.Glob(page, "assets/quantum-*.wasm")
	if err != nil || len(modules) != 1 {
		t.Errorf("quantum.wasm among the assets: %v, %v, want one", modules, err)
	}
}
