package cipher_test

import (
	"errors"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// TestEventsSayWhatTheFlagsSay: one event for each true flag that is no state,
// bars ascending, columns in order, with side, times and price.
func TestEventsSayWhatTheFlagsSay(t *testing.T) {
	c := readCandles(t, "walk")
	s := stream(t, changed(t), 15*core.Minute, c)
	at, divergences := 0, 0
	for i, out := range s.outputs {
		for f := range cipher.Flag(cipher.NumFlags) {
			if !out.Flags.Has(f) || !f.IsEvent() {
				continue
			}
			e := s.events[at]
			at++
			if e.Flag != f || e.Kind() != "cipher."+f.String() || e.Side != f.Side() ||
				e.OpenTime != c.OpenTime[i] || e.KnownAt != c.OpenTime[i]+15*60_000 || e.Price != c.Close[i] {
				t.Fatalf("bar %d, %v: %+v", i, f, e)
			}
			if e.HasPivots {
				divergences++
				checkPivots(t, c, &s, i, e)
			} else if e.Pivots != [2]cipher.Pivot{} {
				t.Fatalf("bar %d, %v has pivots %v", i, f, e.Pivots)
			}
		}
	}
	if at != len(s.events) || divergences < 100 {
		t.Errorf("%d events for %d true flags, %d of them divergences", len(s.events), at, divergences)
	}
}

// checkPivots: the latest lies two bars back, the previous before it, both with
// that bar's level and price.
func checkPivots(t *testing.T, c core.Columns, s *streamed, bar int, e cipher.Event) {
	t.Helper()
	oscillator := cipher.StochK
	switch name := e.Flag.String(); name[:2] {
	case "wt":
		oscillator = cipher.WT2
	case "rs":
		oscillator = cipher.RSI
	}
	for k, p := range e.Pivots {
		i := bar - 2
		if k == 0 {
			for i = 0; c.OpenTime[i] != p.OpenTime; i++ {
			}
		}
		price := c.High[i]
		if e.Side == core.Bull {
			price = c.Low[i]
		}
		if p.OpenTime != c.OpenTime[i] || p.Price != price || p.Level != s.outputs[i].Values[oscillator] {
			t.Fatalf("bar %d, %v: pivot %d is %+v, want that of bar %d", bar, e.Flag, k, p, i)
		}
	}
	if e.Pivots[0].OpenTime >= e.Pivots[1].OpenTime {
		t.Fatalf("bar %d, %v: pivots %v", bar, e.Flag, e.Pivots)
	}
}

func TestSeriesEventsNeedTheirColumns(t *testing.T) {
	p, c := cipher.Default(cipher.Quantum), randomBars(50, core.Minute)
	for field, drop := range map[string]func(out *cipher.Columns){
		"wt2":     func(out *cipher.Columns) { out.Values[cipher.WT2] = nil },
		"rsi":     func(out *cipher.Columns) { out.Values[cipher.RSI] = nil },
		"stoch_k": func(out *cipher.Columns) { out.Values[cipher.StochK] = nil },
		"flags":   func(out *cipher.Columns) { out.Flags = nil },
	} {
		out := batch(t, p, core.Minute, c)
		drop(&out)
		var refused *core.Error
		if _, err := cipher.AppendSeriesEvents(nil, p, core.Minute, c, &out); !errors.As(err, &refused) || refused.Field != field {
			t.Errorf("without %s: %v", field, err)
		}
	}
}

// TestSeriesEventsOfForeignFlags: flags no engine gave make events, not panics.
func TestSeriesEventsOfForeignFlags(t *testing.T) {
	p, c := cipher.Default(cipher.Quantum), randomBars(3, core.Minute)
	out := cipher.MakeColumns(3)
	for i := range out.Flags {
		out.Flags[i] = 1<<cipher.NumFlags - 1
	}
	events, err := cipher.AppendSeriesEvents(nil, p, core.Minute, c, &out)
	if err != nil || len(events) != 3*len(cipher.Catalog().Events) {
		t.Errorf("%d events, %v", len(events), err)
	}
}
