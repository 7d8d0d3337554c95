//go:build !tinygo

package wasm

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

var update = flag.Bool("update", false, "rewrite catalog.json")

// TestCatalogIsCores holds the text inside the module to core's own tables.
func TestCatalogIsCores(t *testing.T) {
	c, v := cipher.Catalog(), volume.Catalog()
	want := append(c.AppendJSON([]byte(`{"cipher":`)), `,"volume":`...)
	want = append(v.AppendJSON(want), '}')
	if *update {
		if err := os.WriteFile("catalog.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("catalog.json is not what core's catalogs say now: run scripts/wasm.sh")
	}
}

// TestCatalogKeepsEachNumber reads every number of the text back.
func TestCatalogKeepsEachNumber(t *testing.T) {
	text, err := os.ReadFile("catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]struct {
		Params, Readings []map[string]any
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	number := func(of string, fields map[string]any, name string, want float64) {
		value, ok := fields[name].(float64)
		if absent := want != want || math.Abs(want) > math.MaxFloat64; absent == ok || ok && value != want {
			t.Errorf("%s of %s is %v in catalog.json, %s in core", name, of, fields[name], strconv.FormatFloat(want, 'g', -1, 64))
		}
	}
	for engine, c := range map[string]core.Catalog{"cipher": cipher.Catalog(), "volume": volume.Catalog()} {
		for i, p := range c.Params {
			fields := got[engine].Params[i]
			number(p.Name, fields, "default", p.Default)
			number(p.Name, fields, "default_classic", p.DefaultClassic)
			number(p.Name, fields, "low", p.Low)
			number(p.Name, fields, "high", p.High)
		}
		for i, r := range c.Readings {
			number(r.Name, got[engine].Readings[i], "low", r.Low)
			number(r.Name, got[engine].Readings[i], "high", r.High)
		}
	}
}
