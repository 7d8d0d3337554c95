package evidence_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server/ai/evidence"
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

func build(t testing.TB, c core.Columns, interval core.Interval) *evidence.Evidence {
	t.Helper()
	e, err := evidence.Build("test:WALK", interval, c, evidence.Options{Setup: outcomes.DefaultSetup(cipher.Quantum)})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestGolden(t *testing.T) {
	walk := candles(t, "walk")
	for _, tt := range []struct {
		name string
		bars int
	}{{"start", 12}, {"warming", 70}, {"whole", walk.Len()}} {
		e := build(t, walk.Slice(0, tt.bars), walkInterval)
		got, err := json.MarshalIndent(e, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := "testdata/" + tt.name + ".json"
		if *update {
			if err := os.WriteFile(file, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("the evidence of %d bars is not that of %s: run with -update and read the difference", tt.bars, file)
		}
		var back evidence.Evidence
		if err := json.Unmarshal(got, &back); err != nil || back.Hash() != e.Hash() {
			t.Errorf("%s does not survive JSON: %v", file, err)
		}
	}
}

// Every frame was known when the first one's last bar closed, and bars to come
// change nothing.
func TestNothingIsOfTheFuture(t *testing.T) {
	walk := candles(t, "walk")
	for _, bars := range []int{200, 777, 1500} {
		e := build(t, walk.Slice(0, bars), walkInterval)
		now := walk.OpenTime[bars-1] + int64(walkInterval)
		for _, f := range e.Facts() {
			if f.Unit == "time" && int64(f.Value) > now {
				t.Errorf("%d bars: %s is %d, after the close at %d", bars, f.Name, int64(f.Value), now)
			}
		}
		copied := core.MakeColumns(bars)
		for i := range bars {
			copied.Append(walk.At(i))
		}
		if again := build(t, copied, walkInterval); again.Hash() != e.Hash() {
			t.Errorf("%d bars: the same bars give other evidence", bars)
		}
		copied.Close[bars-1] = copied.Low[bars-1]
		if other := build(t, copied, walkInterval); other.Hash() == e.Hash() {
			t.Errorf("%d bars: another close gives the same hash", bars)
		}
	}
}

func TestFactsHaveNamesUnitsAndNumbers(t *testing.T) {
	walk := candles(t, "walk")
	facts := build(t, walk, walkInterval).Facts()
	seen := map[string]bool{}
	for _, f := range facts {
		if math.IsNaN(f.Value) || f.Unit == "" || strings.Contains(f.Name, "..") {
			t.Errorf("fact %+v", f)
		}
		if seen[f.Name] && !strings.HasPrefix(f.Name, "outcomes.") { // a kind may stand there for either side
			t.Errorf("two facts are called %s", f.Name)
		}
		seen[f.Name] = true
	}
	for _, name := range []string{"15m.momentum.wt2", "15m.price.close", "value.previous.poc", "thresholds.wt_oversold"} {
		if !seen[name] {
			t.Errorf("there is no fact %s among %d", name, len(facts))
		}
	}
}

// The readings are the engines'.
func TestFramesReadWhatTheEnginesSay(t *testing.T) {
	walk := candles(t, "walk")
	e := build(t, walk, walkInterval)
	out := cipher.MakeColumns(walk.Len())
	if err := cipher.Compute(cipher.Default(cipher.Quantum), walkInterval, walk, &out); err != nil {
		t.Fatal(err)
	}
	n := walk.Len() - 1
	for reading, got := range map[cipher.Reading]evidence.Figure{
		cipher.WT1: e.First().Momentum.WT1, cipher.WT2: e.First().Momentum.WT2, cipher.MF: e.First().Flow.MF,
		cipher.RSI: e.First().Momentum.RSI, cipher.STC: e.First().Momentum.STC, cipher.EMA8: e.First().Trend.Slow,
	} {
		if want := out.Values[reading][n]; float64(got) != want {
			t.Errorf("%s is %v, the engine says %v", reading, got, want)
		}
	}
	if len(e.Frames) < 2 || e.Frames[1].Bars >= walk.Len() {
		t.Errorf("frames: %d, want higher ones of fewer bars", len(e.Frames))
	}
}

func TestHigherIntervals(t *testing.T) {
	for _, tt := range []struct {
		of   core.Interval
		want string
	}{
		{core.Minute, "5m 1h"}, {5 * core.Minute, "15m 1h"}, {15 * core.Minute, "1h 4h"}, {core.Hour, "4h 1d"},
		{4 * core.Hour, "1d 1w"}, {core.Day, "1w"}, {core.Week, ""}, {7 * core.Minute, ""},
	} {
		var names []string
		for _, one := range evidence.HigherOf(tt.of) {
			names = append(names, one.String())
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("above %s come %q, want %q", tt.of, got, tt.want)
		}
	}
}

func TestNoBarsAreRefused(t *testing.T) {
	_, err := evidence.Build("", core.Hour, core.Columns{}, evidence.Options{Setup: outcomes.DefaultSetup(cipher.Quantum)})
	var refused *core.Error
	if !errors.As(err, &refused) || refused.Code != core.NoBars {
		t.Errorf("error %v, want no_bars", err)
	}
}

// walkInterval is what the bars of walk.csv.gz are.
const walkInterval = 15 * core.Minute
