package builtin

import (
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/grounding"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/feed"
)

var update = flag.Bool("update", false, "write the golden files anew")

func candles(t testing.TB, name string) core.Columns {
	t.Helper()
	in, err := feed.OpenCSV("../../../core/cipher/testdata/" + name + ".csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c, err := feed.ReadCSV(in, feed.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func build(t testing.TB, market string, interval core.Interval, c core.Columns) *evidence.Evidence {
	t.Helper()
	e, err := evidence.Build(market, interval, c, evidence.Options{
		Setup: outcomes.DefaultSetup(cipher.Quantum), Outcomes: outcomes.Options{Resamples: 100},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// whole is a text with everything in it.
func whole(x Explanation) string {
	text := x.Bias + "\n" + x.Summary
	for _, l := range x.Levels {
		text += "\n" + l.Name + " " + price(l.Price) + ": " + l.Note
	}
	return text + "\n" + strings.Join(x.Risks, "\n") + "\n"
}

func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		name, vector string
		interval     core.Interval
		bars         int
	}{
		{"few bars", "walk", 15 * core.Minute, 12}, {"warming", "walk", 15 * core.Minute, 70},
		{"fall", "walk", 15 * core.Minute, 3000}, {"tiny prices", "tiny", core.Hour, 2000}, {"gaps", "gaps", 15 * core.Minute, 1500},
	} {
		got := whole(Explain(build(t, "test:"+tt.vector, tt.interval, candles(t, tt.vector).Slice(0, tt.bars))))
		file := "testdata/" + strings.ReplaceAll(tt.name, " ", "-") + ".txt"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s reads\n%s\nwant\n%s", tt.name, got, want)
		}
	}
}

// scene is a market of a certain character.
func scene(seed uint64, bars int, start, drift, volatility, swing float64) core.Columns {
	rng := rand.New(rand.NewPCG(seed, 7))
	c := core.MakeColumns(bars)
	at := start
	for i := range bars {
		k := core.Candle{OpenTime: 1_700_006_400_000 + int64(i)*int64(core.Hour), Open: at, High: at, Low: at}
		for range 6 {
			at *= math.Exp(drift + volatility*rng.NormFloat64() + swing*math.Sin(float64(i)/9))
			k.High, k.Low = max(k.High, at), min(k.Low, at)
		}
		k.Close, k.Volume = at, 100*math.Exp(0.4*rng.NormFloat64())
		c.Append(k)
	}
	return c
}

// Every number the builtin text states is in its evidence, whatever the market.
func TestEveryNumberIsInTheEvidence(t *testing.T) {
	numbers, texts := 0, 0
	check := func(name string, e *evidence.Evidence) {
		text := whole(Explain(e))
		r := grounding.Of(e).Check(text)
		numbers += r.Numbers
		texts++
		if !r.Grounded() {
			t.Errorf("%s: not in the evidence: %q, of\n%s", name, r.Loose, text)
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "%!") || strings.Contains(text, "  ") || strings.Contains(text, "..") {
			t.Errorf("%s is not well written:\n%s", name, text)
		}
	}
	for seed := range uint64(10) {
		drift := 0.0004 * float64(int(seed%5)-2)
		start := []float64{0.00003, 0.7, 1.0843, 97, 4321, 61234}[seed%6]
		c := scene(seed, 1500, start, drift, 0.001*float64(1+seed%4), 0.0006*float64(seed%3))
		for bars := 40; bars <= c.Len(); bars += 307 {
			check("scene", build(t, "test:SCENE", core.Hour, c.Slice(0, bars)))
		}
	}
	for _, vector := range []string{"walk", "gaps", "torture"} {
		c := candles(t, vector)
		for bars := 300; bars <= c.Len(); bars += 600 {
			check(vector, build(t, "test:"+vector, 15*core.Minute, c.Slice(0, bars)))
		}
	}
	t.Logf("%d texts with %d numbers", texts, numbers)
}

// Markets that differ read differently: the openings, and most sentences.
func TestDifferentMarketsReadDifferently(t *testing.T) {
	views, paragraphs := map[string]bool{}, map[string]uint64{}
	same := 0
	for seed := range uint64(10) {
		c := scene(seed, 900, 100, 0.0003*float64(int(seed%5)-2), 0.004, 0.0005*float64(seed%3))
		x := Explain(build(t, "test:SCENE", core.Hour, c))
		views[x.Bias] = true
		for paragraph := range strings.SplitSeq(x.Summary, "\n\n") {
			if other, ok := paragraphs[paragraph]; ok {
				same++
				t.Logf("scenes %d and %d share %q", other, seed, paragraph)
			}
			paragraphs[paragraph] = seed
		}
	}
	if len(views) < 3 || same > 0 {
		t.Errorf("10 markets have the views %v and share %d paragraphs", views, same)
	}
}

func TestTheSameEvidenceGivesTheSameText(t *testing.T) {
	c := candles(t, "walk")
	first := whole(Explain(build(t, "test:WALK", 15*core.Minute, c)))
	for range 3 {
		if again := whole(Explain(build(t, "test:WALK", 15*core.Minute, c))); again != first {
			t.Fatalf("the text changes:\n%s\nthen\n%s", first, again)
		}
	}
}

func TestEveryCommonEventIsLeftOutOnPurpose(t *testing.T) {
	left := map[string]bool{"cipher.cross_up": true, "cipher.cross_down": true, "cipher.red_diamond": true, "cipher.green_diamond": true}
	for _, e := range cipher.Catalog().Events {
		if _, told := kinds[e.Kind]; told == left[e.Kind] {
			t.Errorf("%s: told %v", e.Kind, told)
		}
	}
}
