package tools_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/grounding"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/ai/tools"
	"github.com/quantum-signals/quantum/server/feed"
)

var one = server.Series{Market: server.Market{Source: "test", Symbol: "WALK"}, Interval: 15 * core.Minute}

func fixed(t *testing.T) (*tools.Fixed, core.Columns) {
	t.Helper()
	in, err := feed.OpenCSV("../../../core/cipher/testdata/walk.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c, err := feed.ReadCSV(in, feed.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := tools.NewFixed(one, c, outcomes.DefaultSetup(cipher.Quantum))
	if err != nil {
		t.Fatal(err)
	}
	return f, c
}

// A fixed source gives what the store would of the same bars.
func TestFixedGivesRangesAsTheStoreDoes(t *testing.T) {
	f, c := fixed(t)
	for _, tt := range []struct {
		r           server.CandleRange
		first, last int // places in c
	}{
		{server.CandleRange{}, 0, 2999}, {server.CandleRange{Limit: 10}, 2990, 2999},
		{server.CandleRange{From: c.OpenTime[5], Limit: 3}, 5, 7}, {server.CandleRange{To: c.OpenTime[20], Limit: 3}, 17, 19},
		{server.CandleRange{From: c.OpenTime[5] + 1, To: c.OpenTime[9]}, 6, 8},
	} {
		got, err := f.Candles(t.Context(), one, tt.r)
		if err != nil || got.Len() != tt.last-tt.first+1 || got.OpenTime[0] != c.OpenTime[tt.first] || got.OpenTime[got.Len()-1] != c.OpenTime[tt.last] {
			t.Errorf("%+v gives %d bars, %v; want bars %d to %d", tt.r, got.Len(), err, tt.first, tt.last)
		}
	}
	if got, _ := f.Candles(t.Context(), server.Series{}, server.CandleRange{}); got.Len() != 0 {
		t.Errorf("another series has %d bars", got.Len())
	}
	page, err := f.Events(t.Context(), server.EventFilter{Series: []server.Series{one}, Kinds: []string{"cipher.buy"}, Limit: 4})
	newestFirst := slices.IsSortedFunc(page.Events, func(a, b server.Event) int { return int(b.OpenTime - a.OpenTime) })
	if err != nil || len(page.Events) != 4 || page.Events[0].Kind != "cipher.buy" || !newestFirst || !strings.HasPrefix(page.Events[0].ID, "e_") {
		t.Errorf("events %+v, %v", page.Events, err)
	}
}

// What a tool gave may be said, and nothing else.
func TestFactsOfATool(t *testing.T) {
	f, _ := fixed(t)
	set := tools.New(f, outcomes.DefaultSetup(cipher.Quantum), 0)
	answer, err := set.Find("cipher").Call(t.Context(), json.RawMessage(`{"market":"test:WALK","interval":"15m","limit":2}`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	facts, err := grounding.FactsOf(text)
	if err != nil {
		t.Fatal(err)
	}
	check := grounding.New(facts, []core.Interval{one.Interval}, "test:WALK")
	for said, grounded := range map[string]bool{
		"wt2 is -71.7 on the 15m at 10,670.03, 16 December 2023 05:45.": true,
		"wt2 is -71.7 on the 15m at 10,671.":                            false, "RSI is 71.7.": false, "17 December 2023.": false, "70% of it.": false,
	} {
		if r := check.Check(said); r.Grounded() != grounded {
			t.Errorf("%q: loose %q", said, r.Loose)
		}
	}
}
