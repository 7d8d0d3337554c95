package grounding

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// timeKeys are the members whose numbers are Unix milliseconds.
var timeKeys = []string{"open_time", "known_at", "start", "from", "to"}

// FactsOf lists the numbers of a tool's answer. Units are told by the names: what
// ends in _percent is one, bars are counted, times are times; the rest may stand
// for anything but a time.
func FactsOf(answer []byte) ([]evidence.Fact, error) {
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		return nil, err
	}
	var facts []evidence.Fact
	var walk func(path, key string, v any)
	walk = func(path, key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, one := range v {
				walk(path+"."+name, name, one)
			}
		case []any:
			for i, one := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), key, one)
			}
		case json.Number:
			if f, err := v.Float64(); err == nil {
				facts = append(facts, evidence.Fact{Name: path, Value: f, Unit: unitOf(key)})
			}
		}
	}
	walk("", "", root)
	slices.SortFunc(facts, func(a, b evidence.Fact) int { return strings.Compare(a.Name, b.Name) })
	return facts, nil
}

func unitOf(key string) string {
	switch {
	case slices.Contains(timeKeys, key):
		return "time"
	case strings.HasSuffix(key, "_percent"):
		return "percent"
	case key == "bars" || strings.HasSuffix(key, "_bars") || strings.HasSuffix(key, "bars_ago"):
		return "bars"
	case key == "count" || strings.HasSuffix(key, "_parts") || key == "parts" || key == "compared" || key == "edges":
		return "count"
	}
	return "points"
}
