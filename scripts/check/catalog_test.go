package check

import (
	"flag"
	"os"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

var update = flag.Bool("update", false, "write the pages anew")

// TestCatalogPages holds the documentation pages to the catalogs they are made
// from.
func TestCatalogPages(t *testing.T) {
	for _, tt := range []struct {
		file, title string
		catalog     core.Catalog
	}{
		{"../../core/cipher/CATALOG.md", "Quantum Cipher", cipher.Catalog()},
		{"../../core/volume/CATALOG.md", "Quantum Volume", volume.Catalog()},
	} {
		want := page(tt.title, tt.catalog)
		if *update {
			if err := os.WriteFile(tt.file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(tt.file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is stale: run `make docs`", tt.file)
		}
	}
}
