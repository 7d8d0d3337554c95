package outcomes

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// hand is a series small enough to compute by hand: open, high, low, close.
func hand() core.Columns {
	rows := [][4]float64{
		{100, 101, 99, 100}, // 0: a buy
		{100, 104, 98, 102}, // 1: entry 100
		{102, 108, 101, 106},
		{110, 112, 104, 105}, // 3: entry of a buy at 2, which overlaps at horizon 2
		{105, 106, 94, 95},   // 4
		{95, 96, 90, 95},     // 5
	}
	c := core.MakeColumns(len(rows))
	for i, r := range rows {
		c.Append(core.Candle{OpenTime: int64(i) * int64(core.Hour), Open: r[0], High: r[1], Low: r[2], Close: r[3], Volume: 1})
	}
	return c
}

func row(t *testing.T, table *Table, kind, side string, horizon int) Row {
	t.Helper()
	for _, r := range table.Rows {
		if r.Kind == kind && r.Side == side && r.Horizon == horizon {
			return r
		}
	}
	t.Fatalf("the table has no %s %s at %d", kind, side, horizon)
	return Row{}
}

func compute(t *testing.T, c core.Columns, occurrences []Occurrence, o Options) *Table {
	t.Helper()
	table, err := Compute(c, occurrences, o)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func near(a Figure, b float64) bool { return math.Abs(float64(a)-b) < 1e-9 }

func TestSmallSeriesAgreesWithHandComputation(t *testing.T) {
	occurrences := []Occurrence{
		{"cipher.buy", core.Bull, 0}, {"cipher.buy", core.Bull, 1}, {"cipher.buy", core.Bull, 2}, {"cipher.buy", core.Bull, 4},
		{"cipher.sell", core.Bear, 3},
	}
	table := compute(t, hand(), occurrences, Options{Horizons: []int{1, 2}, Resamples: -1})

	// Horizon 1, each its own bar: 100 to 102, 102 to 106, 110 to 105, 95 to 95.
	r := row(t, table, "cipher.buy", "bull", 1)
	returns := []float64{2, 100 * 4.0 / 102, -100 * 5.0 / 110, 0}
	if r.Seen != 4 || r.Count != 4 || r.Overlapping != 0 || r.Pending != 0 || r.Hits != 2 {
		t.Errorf("horizon 1: seen %d, counted %d, overlapping %d, pending %d, hits %d; want 4, 4, 0, 0, 2 (a return of 0 is no hit)",
			r.Seen, r.Count, r.Overlapping, r.Pending, r.Hits)
	}
	if want := (returns[0] + returns[1] + returns[2] + returns[3]) / 4; !near(r.Mean.Value, want) {
		t.Errorf("horizon 1: mean %v, want %v", r.Mean.Value, want)
	}
	if want := (0 + 2.0) / 2; !near(r.Median.Value, want) {
		t.Errorf("horizon 1: median %v, want %v", r.Median.Value, want)
	}

	// Horizon 2: bar 0 holds bars 1 and 2, so bar 1 overlaps and bar 2 does not;
	// it holds bars 3 and 4. Bar 4 has no two bars after it.
	r = row(t, table, "cipher.buy", "bull", 2)
	if r.Seen != 4 || r.Count != 2 || r.Overlapping != 1 || r.Pending != 1 {
		t.Errorf("horizon 2: seen %d, counted %d, overlapping %d, pending %d; want 4, 2, 1, 1", r.Seen, r.Count, r.Overlapping, r.Pending)
	}
	if want := (6 + 100*(95-110.0)/110) / 2; !near(r.Mean.Value, want) { // 100 to 106, 110 to 95
		t.Errorf("horizon 2: mean %v, want %v", r.Mean.Value, want)
	}
	if want := (8 + 100*(112-110.0)/110) / 2; !near(r.Favourable, want) {
		t.Errorf("horizon 2: favourable %v, want %v", r.Favourable, want)
	}
	if want := (-2 + 100*(94-110.0)/110) / 2; !near(r.Adverse, want) {
		t.Errorf("horizon 2: adverse %v, want %v", r.Adverse, want)
	}

	// All bars at horizon 2: entries 100, 102, 110, 105; exits 106, 105, 95, 95.
	base := []float64{6, 100 * 3.0 / 102, -100 * 15.0 / 110, -100 * 10.0 / 105}
	if want := (base[0] + base[1] + base[2] + base[3]) / 4; r.Baseline.Count != 4 || !near(r.Baseline.Mean, want) || !near(r.Baseline.HitRate, 0.5) {
		t.Errorf("baseline %+v, want count 4, mean %v, hit rate 0.5", r.Baseline, want)
	}

	// A sell at bar 3, horizon 2: in at 105, out at 95; best 90, worst 106.
	s := row(t, table, "cipher.sell", "bear", 2)
	if !near(s.Mean.Value, 100*10.0/105) || !near(s.Favourable, 100*15.0/105) || !near(s.Adverse, -100*1.0/105) || s.Hits != 1 {
		t.Errorf("sell: %+v", s)
	}
	if !near(s.Baseline.Mean, -float64(r.Baseline.Mean)) || !near(s.Baseline.HitRate, 0.5) {
		t.Errorf("a bearish kind is held against falls: %+v", s.Baseline)
	}
	if s.P.Known() || s.Edge {
		t.Errorf("one occurrence is compared: p %v, edge %v", s.P, s.Edge)
	}
}

// The bar of the event is not traded, and nothing beyond the exit is read.
func TestNothingLooksAhead(t *testing.T) {
	one := []Occurrence{{"cipher.buy", core.Bull, 1}}
	o := Options{Horizons: []int{2}, Resamples: -1}
	before := row(t, compute(t, hand(), one, o), "cipher.buy", "bull", 2)
	changed := hand()
	changed.Close[1], changed.High[1], changed.Low[1] = 103.9, 103.9, 98 // the event's own bar
	changed.Close[4], changed.High[4], changed.Open[4] = 1000, 1000, 1000
	after := row(t, compute(t, changed, one, o), "cipher.buy", "bull", 2)
	if before.Mean.Value != after.Mean.Value || before.Favourable != after.Favourable || before.Adverse != after.Adverse {
		t.Errorf("the outcome depends on bars outside its trade: %+v, then %+v", before.Mean, after.Mean)
	}
	changed.Open[2] = 101 // the entry
	if moved := row(t, compute(t, changed, one, o), "cipher.buy", "bull", 2); moved.Mean.Value == before.Mean.Value {
		t.Errorf("the entry is not the next bar's open: mean stays %v", moved.Mean)
	}
}

// What happens later changes no occurrence of before.
func TestOccurrencesDependOnNoLaterBar(t *testing.T) {
	setup := DefaultSetup(cipher.Quantum)
	all := walk(7, 900)
	whole, err := Occurrences(setup, core.Hour, all)
	if err != nil {
		t.Fatal(err)
	}
	head, err := Occurrences(setup, core.Hour, all.Slice(0, 600))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[Occurrence]int{}
	for _, o := range whole {
		if o.Bar < 600 {
			seen[o]++
		}
	}
	for _, o := range head {
		seen[o]--
	}
	for o, n := range seen {
		if n != 0 {
			t.Errorf("%+v is there %+d times more once later bars are known", o, n)
		}
	}
	if len(head) < 100 {
		t.Errorf("only %d occurrences in 600 bars: the test holds nothing", len(head))
	}
}

func TestTableHasEveryKindOfTheCatalogs(t *testing.T) {
	table := compute(t, hand(), nil, Options{Horizons: []int{1}})
	kinds := map[string]bool{}
	for _, r := range table.Rows {
		kinds[r.Kind] = true
		if r.Count != 0 || r.HitRate.Value.Known() || r.Edge {
			t.Errorf("%s has nothing to say and says %+v", r.Kind, r)
		}
	}
	if len(kinds) != 41+6 { // events of core/cipher/CATALOG.md and core/volume/CATALOG.md
		t.Errorf("%d kinds, want 47", len(kinds))
	}
	text, err := json.Marshal(table.Rows[0])
	if err != nil || !strings.Contains(string(text), `"mean_return":{"value":null,"low":null,"high":null}`) {
		t.Errorf("an absent statistic is no null: %s, %v", text, err)
	}
}

func TestHorizonsOutOfBoundsAreRefused(t *testing.T) {
	for _, h := range []int{0, -1, MaxHorizon + 1} {
		_, err := Compute(hand(), nil, Options{Horizons: []int{h}})
		if err == nil || !strings.Contains(err.Error(), "horizon") {
			t.Errorf("horizon %d: error %v", h, err)
		}
	}
}

func TestAnEntryWithoutPositivePriceIsNotFollowed(t *testing.T) {
	c := hand()
	c.Open[1], c.Low[1] = -1, -2
	r := row(t, compute(t, c, []Occurrence{{"cipher.buy", core.Bull, 0}}, Options{Horizons: []int{1}}), "cipher.buy", "bull", 1)
	if r.Count != 0 || r.Pending != 1 {
		t.Errorf("counted %d, pending %d; want 0, 1", r.Count, r.Pending)
	}
}
