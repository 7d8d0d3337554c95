package grounding

import (
	"strings"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// token is one number of a text, with every way it can be read.
type token struct {
	text     string
	meanings []meaning
	sign     int           // of the number, written or told by the word before it; 0 unknown
	falling  bool          // words around it speak of a fall, or of being below
	subject  string        // the reading or level it is said of, or empty
	length   core.Interval // where it may be a span of time
	when     *calendar     // where it is a date or a time of day
}

// meaning is a magnitude and the rounding it is shown with.
type meaning struct {
	value, step float64
	unit        string // percent, bars, quote, times, or empty: any but percent and time
}

// fits reports whether a fact of that unit may be meant.
func (m meaning) fits(unit string) bool {
	switch unit {
	case "time":
		return false
	case "any":
		return true
	}
	switch m.unit {
	case "":
		return unit != "percent"
	case "times":
		return unit == "percent"
	case "number":
		return unit == "count" || unit == "bars"
	}
	return m.unit == unit
}

// scaleOf turns a fact into the token's measure: twice is 200 percent.
func (m meaning) scaleOf(f *evidence.Fact) float64 {
	if m.unit == "times" && f.Unit == "percent" {
		const percent = 0.01
		return percent
	}
	return 1
}

// subjects are what a number may be said of, by the words for it, and the ends
// of the facts' names that are then allowed. The longest words come first.
var subjects = []struct {
	subject string
	words   []string
	facts   []string
}{
	{"wt", []string{"wavetrend", "wt1", "wt2"}, []string{".wt1", ".wt2", ".wt2_before", ".crossed_at_wt2", ".level", ".wt_overbought", ".wt_oversold", ".wt_oversold_extreme", ".zero"}},
	{"rsi", []string{"rsi"}, []string{".rsi", ".rsi_before", ".rsi_high", ".rsi_middle", ".rsi_low", ".level", ".a_rsi"}},
	{"stoch", []string{"stochastic", "stoch"}, []string{".stoch_k", ".stoch_d", ".level"}},
	{"stc", []string{"schaff", "stc"}, []string{".stc", ".stc_before"}},
	{"mf", []string{"money flow", "mf"}, []string{".mf", ".mf_before", ".zero"}},
	{"poc", []string{"point of control", "poc"}, []string{".poc"}},
	{"vah", []string{"value area high", "vah"}, []string{".vah"}},
	{"val", []string{"value area low", "val"}, []string{".val"}},
	{"vwap", []string{"vwap"}, []string{".vwap"}},
	{"", []string{"price", "prices", "close", "closed", "trades", "mean"}, nil}, // of no reading
}

// speaksOf reports whether a fact is of the reading or level the token is said
// of. Facts of a level's kind may come from events and naked points of control.
func (t token) speaksOf(f *evidence.Fact) bool {
	if t.subject == "" || f.Unit == "any" {
		return true
	}
	for i := range subjects {
		s := &subjects[i]
		if s.subject != t.subject {
			continue
		}
		for _, end := range s.facts {
			if strings.HasSuffix(f.Name, end) {
				return true
			}
		}
	}
	switch t.subject {
	case "poc":
		return strings.HasPrefix(f.Name, "value.naked") || strings.Contains(f.Name, ".levels[")
	case "vah", "val":
		return strings.Contains(f.Name, ".levels[")
	}
	return false
}

// ownNames are the words with digits this project uses.
func ownNames() []string {
	var names []string
	for _, catalog := range []core.Catalog{cipher.Catalog(), volume.Catalog()} {
		for _, r := range catalog.Readings {
			names = append(names, r.Name)
		}
		for _, e := range catalog.Events {
			names = append(names, e.Kind, strings.TrimPrefix(strings.TrimPrefix(e.Kind, "cipher."), "volume."))
		}
	}
	return names
}

// calendar is as much of a moment as a text tells; negative where it does not.
type calendar struct {
	year, month, day, hour, minute int
}

func (k *calendar) matches(t time.Time) bool {
	for _, part := range [...]struct{ told, is int }{
		{k.year, t.Year()}, {k.month, int(t.Month())}, {k.day, t.Day()}, {k.hour, t.Hour()}, {k.minute, t.Minute()},
	} {
		if part.told >= 0 && part.told != part.is {
			return false
		}
	}
	return true
}
