package cipher_test

import (
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

func TestNamesAreFoundAgain(t *testing.T) {
	for r := range cipher.Reading(cipher.NumReadings) {
		if found, ok := cipher.ReadingByName(r.String()); found != r || !ok {
			t.Errorf("ReadingByName(%q) = %d, %v", r, found, ok)
		}
	}
	for f := range cipher.Flag(cipher.NumFlags) {
		if found, ok := cipher.FlagByName(f.String()); found != f || !ok {
			t.Errorf("FlagByName(%q) = %d, %v", f, found, ok)
		}
	}
	_, reading := cipher.ReadingByName("wt3")
	_, flag := cipher.FlagByName("wt3")
	_, preset := cipher.ParsePreset("wt3")
	if reading || flag || preset {
		t.Error("something is named wt3")
	}
	if cipher.Reading(-1).String() != "" || cipher.Flag(cipher.NumFlags).String() != "" || cipher.Preset(2).String() != "" {
		t.Error("what does not exist has a name")
	}
}

// TestSidesFollowTheNames: bull and bear as in the name, the rest by the
// specification's list.
func TestSidesFollowTheNames(t *testing.T) {
	listed := map[string]core.Side{
		"cross_up": core.Bull, "buy": core.Bull, "buy_div": core.Bull, "green_diamond": core.Bull, "moon_diamond": core.Bull,
		"long_ema": core.Bull, "blue_up": core.Bull, "green_x": core.Bull,
		"cross_down": core.Bear, "sell": core.Bear, "sell_div": core.Bear, "red_diamond": core.Bear, "dump_diamond": core.Bear,
		"short_ema": core.Bear, "blue_down": core.Bear, "red_x": core.Bear,
	}
	for f := range cipher.Flag(cipher.NumFlags) {
		want := listed[f.String()]
		switch {
		case strings.Contains(f.String(), "bull"):
			want = core.Bull
		case strings.Contains(f.String(), "bear"):
			want = core.Bear
		}
		if f.Side() != want {
			t.Errorf("%v speaks for %v, want %v", f, f.Side(), want)
		}
	}
}

func TestStatesAndEvents(t *testing.T) {
	for f := range cipher.Flag(cipher.NumFlags) {
		name := f.String()
		state := strings.Contains(name, "pivot") || name == "ribbon_up" || name == "wt_is_oversold" || name == "wt_is_overbought"
		if f.IsEvent() == state {
			t.Errorf("IsEvent of %s = %v", name, f.IsEvent())
		}
	}
}

// TestCatalogIsWhole: everything the engine has is described, once, in order.
func TestCatalogIsWhole(t *testing.T) {
	c := cipher.Catalog()
	if c.Engine != "cipher" || c.Version != cipher.Version {
		t.Errorf("the catalog is of %s %s", c.Engine, c.Version)
	}
	if len(c.Readings) != cipher.NumReadings || len(c.States)+len(c.Events) != cipher.NumFlags || len(c.Params) != cipher.NumParams {
		t.Errorf("%d readings, %d states and %d events, %d parameters", len(c.Readings), len(c.States), len(c.Events), len(c.Params))
	}
	header, _ := readRows(t, "walk.quantum.csv.gz")
	if got, want := strings.Join(c.Columns, ","), strings.Join(header[1:], ","); got != want {
		t.Errorf("columns %s, want %s", got, want)
	}
	seen := map[string]bool{}
	describe := func(name, meaning string) {
		t.Helper()
		if name == "" || seen[name] || len(meaning) < 12 || !strings.HasSuffix(meaning, ".") {
			t.Errorf("%q is described as %q", name, meaning)
		}
		seen[name] = true
	}
	for r, info := range c.Readings {
		describe(info.Name, info.Meaning)
		if info.Name != cipher.Reading(r).String() || info.Unit == "" || info.Pane == "" || info.WarmUpRule == "" || len(info.Color) != 7 {
			t.Errorf("reading %d: %+v", r, info)
		}
	}
	for _, info := range c.States {
		describe(info.Name, info.Meaning)
	}
	for _, info := range c.Events {
		describe(info.Kind, info.Meaning)
		if flag, ok := cipher.FlagByName(strings.TrimPrefix(info.Kind, "cipher.")); !ok || flag.Side() != info.Side {
			t.Errorf("event %+v", info)
		}
	}
	for _, info := range c.Params {
		describe(info.Name, info.Meaning)
	}
	if c.Params[0].Name != "preset" || strings.Join(c.Params[0].Choices, " ") != "quantum classic" {
		t.Errorf("the first parameter is %+v", c.Params[0])
	}
}

// TestCatalogHoldsItsRanges: readings stay within what the catalog says.
func TestCatalogHoldsItsRanges(t *testing.T) {
	for name, interval := range series {
		out := batch(t, cipher.Default(cipher.Quantum), interval, readCandles(t, name))
		for r, info := range cipher.Catalog().Readings {
			for i, v := range out.Values[r] {
				if v < info.Low-1e-12 || v > info.High+1e-12 {
					t.Fatalf("%s, bar %d: %s is %v, outside %v to %v", name, i, info.Name, v, info.Low, info.High)
				}
			}
		}
	}
}
