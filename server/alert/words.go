package alert

import (
	"math"
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// words are the names a rule may use. They are read only once made.
type words struct {
	numbers map[string]func(*server.Closed) float64
	states  map[string]cipher.Flag
	events  map[string]bool // kinds
	scope   map[string]any  // a value of the type of each name
}

// known has the fields of a candle, and every reading, state and event of the
// two catalogs by its own name.
var known = newWords()

func newWords() *words {
	w := &words{
		numbers: map[string]func(*server.Closed) float64{
			"open":   func(c *server.Closed) float64 { return c.Candle.Open },
			"high":   func(c *server.Closed) float64 { return c.Candle.High },
			"low":    func(c *server.Closed) float64 { return c.Candle.Low },
			"close":  func(c *server.Closed) float64 { return c.Candle.Close },
			"volume": func(c *server.Closed) float64 { return c.Candle.Volume },
		},
		states: map[string]cipher.Flag{}, events: map[string]bool{}, scope: map[string]any{},
	}
	for r := range cipher.Reading(cipher.NumReadings) {
		w.numbers[r.String()] = func(c *server.Closed) float64 { return c.Cipher.Values[r] }
	}
	for r := range volume.NumReadings {
		w.numbers[r.String()] = func(c *server.Closed) float64 { return c.Volume.Value(r) }
	}
	for _, s := range cipher.Catalog().States {
		w.states[s.Name], _ = cipher.FlagByName(s.Name)
	}
	for _, e := range slices.Concat(cipher.Catalog().Events, volume.Catalog().Events) {
		w.events[e.Kind] = true
	}
	for name := range w.numbers {
		w.scope[name] = float64(0)
	}
	for name := range w.states {
		w.scope[name] = false
	}
	w.scope["event"] = func(string) bool { return false }
	w.scope["abs"] = math.Abs
	w.scope["min"] = func(a, b float64) float64 { return min(a, b) }
	w.scope["max"] = func(a, b float64) float64 { return max(a, b) }
	return w
}

// functions are the calls a rule may make, with their number of arguments.
var functions = map[string]int{"event": 1, "abs": 1, "min": 2, "max": 2}

// read gives the values of names at a bar; false where a number among them is
// absent.
func (w *words) read(names []string, bar *server.Closed) (map[string]any, bool) {
	values := make(map[string]any, len(names)+len(functions))
	for _, name := range names {
		if flag, ok := w.states[name]; ok {
			values[name] = bar.Cipher.Flags.Has(flag)
			continue
		}
		v := w.numbers[name](bar)
		if math.IsNaN(v) {
			return nil, false
		}
		values[name] = v
	}
	for name := range functions {
		values[name] = w.scope[name]
	}
	values["event"] = func(kind string) bool { return slices.Contains(bar.Events, kind) }
	return values, true
}

// used are the names a checked expression reads, each once.
func (w *words) used(n ast.Node) []string {
	f := finder{words: w}
	ast.Walk(&n, &f)
	return f.names
}

type finder struct {
	words *words
	names []string
}

// Visit is called by ast.Walk.
func (f *finder) Visit(n *ast.Node) {
	name, ok := (*n).(*ast.IdentifierNode)
	if !ok || functions[name.Value] > 0 || slices.Contains(f.names, name.Value) {
		return
	}
	f.names = append(f.names, name.Value)
}

// Names lists every name a rule may use with what it means, those of numbers,
// then of states, then events as event("…").
func Names() []Name {
	list := []Name{
		{"open", "Price at which the bar opened."}, {"high", "Highest price of the bar."}, {"low", "Lowest price of the bar."},
		{"close", "Price at which the bar closed."}, {"volume", "Volume of the bar, in base currency."},
	}
	for _, c := range []core.Catalog{cipher.Catalog(), volume.Catalog()} {
		for _, r := range c.Readings {
			list = append(list, Name{r.Name, r.Meaning})
		}
		for _, s := range c.States {
			list = append(list, Name{s.Name, s.Meaning})
		}
		for _, e := range c.Events {
			list = append(list, Name{`event("` + e.Kind + `")`, e.Meaning})
		}
	}
	return list
}

// Name is a name of the language of rules and what it means.
type Name struct{ Name, Meaning string }
