package core_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

const minute = int64(core.Minute)

// tick is a bar at one price, so many minutes after an even hour.
func tick(minutes int64, price float64) core.Candle {
	return core.Candle{OpenTime: 1_700_006_400_000 + minutes*minute, Open: price, High: price, Low: price, Close: price, Volume: 1}
}

func TestResampler(t *testing.T) {
	// 1_700_006_400_000 is a whole hour: hours begin at minutes 0, 60, 120.
	type closed struct {
		by      int   // index of the lower bar it closes with
		minutes int64 // its open time
		volume  float64
	}
	tests := []struct {
		name    string
		lower   core.Interval
		higher  core.Interval
		minutes []int64
		want    []closed
	}{
		{"closes with the bar that reaches its end", 15 * core.Minute, core.Hour, []int64{0, 15, 30, 45, 60}, []closed{{3, 0, 4}}},
		{"the one in progress at the start is left out", 15 * core.Minute, core.Hour, []int64{15, 30, 45, 60, 75, 90, 105}, []closed{{6, 60, 4}}},
		{"where none reaches its end, closes with the first beyond", 15 * core.Minute, core.Hour, []int64{0, 15, 60}, []closed{{2, 0, 2}}},
		{"a gap can close two at once", 15 * core.Minute, core.Hour, []int64{0, 15, 105}, []closed{{2, 0, 2}, {2, 60, 1}}},
		{"an empty bar is none", 15 * core.Minute, core.Hour, []int64{0, 180}, []closed{{1, 0, 1}}},
		{"equal intervals pass through", core.Hour, core.Hour, []int64{0, 60, 180}, []closed{{0, 0, 1}, {1, 60, 1}, {2, 180, 1}}},
		{"off the grid", 15 * core.Minute, core.Hour, []int64{0, 20, 50, 65}, []closed{{2, 0, 3}}},
		{"before 1970", 15 * core.Minute, core.Hour, []int64{-28333440 - 60, -28333440 - 45, -28333440 - 30, -28333440 - 15}, []closed{{3, -28333440 - 60, 4}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := core.NewResampler(tt.lower, tt.higher)
			if err != nil {
				t.Fatal(err)
			}
			var got []closed
			var bars [2]core.Candle
			for i, m := range tt.minutes {
				for _, bar := range bars[:r.Next(tick(m, 1), &bars)] {
					got = append(got, closed{i, (bar.OpenTime - tick(0, 1).OpenTime) / minute, bar.Volume})
				}
			}
			if len(got) != len(tt.want) {
				t.Fatalf("closed %v, want %v", got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Errorf("closed %v, want %v", got[i], tt.want[i])
				}
			}
		})
	}
}

func TestResampledPrices(t *testing.T) {
	r, err := core.NewResampler(core.Minute, 3*core.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var closed [2]core.Candle
	bars := []core.Candle{
		{OpenTime: 0, Open: 5, High: 7, Low: 4, Close: 6, Volume: 1},
		{OpenTime: minute, Open: 6, High: 9, Low: 5, Close: 8, Volume: 2},
		{OpenTime: 2 * minute, Open: 8, High: 8, Low: 2, Close: 3, Volume: 4},
	}
	for i, bar := range bars {
		n := r.Next(bar, &closed)
		if forming, ok := r.Forming(); ok != (i < 2) || ok && forming.Close != bar.Close {
			t.Errorf("after bar %d Forming is %+v, %v", i, forming, ok)
		}
		if n != i/2 {
			t.Errorf("bar %d closes %d", i, n)
		}
	}
	if want := (core.Candle{OpenTime: 0, Open: 5, High: 9, Low: 2, Close: 3, Volume: 7}); closed[0] != want {
		t.Errorf("closed %+v, want %+v", closed[0], want)
	}
}

func TestResamplerRefusesWhatDoesNotDivide(t *testing.T) {
	for _, pair := range [][2]core.Interval{
		{core.Hour, core.Minute}, {7 * core.Minute, core.Hour}, {core.Minute, 0}, {1500, 3000}, {core.Minute, 5 * core.Week},
	} {
		var refused *core.Error
		if _, err := core.NewResampler(pair[0], pair[1]); !errors.As(err, &refused) || refused.Code != core.InvalidParam {
			t.Errorf("NewResampler(%d, %d): %v, want a *core.Error", pair[0], pair[1], err)
		}
	}
}

// TestLawsSkipIsNext: passing over columns in any runs, with a snapshot between
// any two, closes the bars that Next closes, and leaves the same state.
func TestLawsSkipIsNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lower := rapid.SampledFrom([]core.Interval{core.Minute, 15 * core.Minute, core.Hour}).Draw(t, "lower")
		higher := lower * rapid.SampledFrom([]core.Interval{1, 2, 4, 24}).Draw(t, "times")
		c, open := core.MakeColumns(0), rapid.Int64Range(-1e12, 1e12).Draw(t, "start")
		for _, step := range rapid.SliceOf(rapid.IntRange(0, 40)).Draw(t, "steps") {
			price := float64(step % 7)
			c.Append(core.Candle{OpenTime: open, Open: price, High: price + 2, Low: price - 1, Close: price + 1, Volume: float64(step)})
			open += int64(lower)
			if step > 30 {
				open += int64(step-30) * int64(lower) / 3
			}
		}
		next, err := core.NewResampler(lower, higher)
		if err != nil {
			t.Fatal(err)
		}
		skip := next
		type knownBar struct {
			core.Candle
			by int
		}
		var want, got []knownBar
		var closed [2]core.Candle
		for i := range c.Len() {
			for _, bar := range closed[:next.Next(c.At(i), &closed)] {
				want = append(want, knownBar{bar, i})
			}
		}
		for from := 0; from < c.Len(); {
			to := rapid.IntRange(from+1, c.Len()).Draw(t, "to")
			part := c.Slice(0, to)
			for from < to {
				var n int
				if from, n = skip.Skip(&part, from, &closed); n > 0 {
					for _, bar := range closed[:n] {
						got = append(got, knownBar{bar, from - 1})
					}
				}
			}
			skip = reloaded(t, skip, lower, higher)
		}
		if len(got) != len(want) {
			t.Fatalf("Skip closes %v, Next %v", got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("Skip closes %+v, Next %+v", got[i], want[i])
			}
		}
		if next != skip {
			t.Fatalf("Skip leaves %+v, Next %+v", skip, next)
		}
	})
}

// reloaded is the resampler from its snapshot.
func reloaded(t *rapid.T, r core.Resampler, lower, higher core.Interval) core.Resampler {
	var w snap.Writer
	r.Save(&w)
	loaded, err := core.NewResampler(lower, higher)
	if err != nil {
		t.Fatal(err)
	}
	reader := snap.NewReader(w.Bytes)
	loaded.Load(&reader)
	if !reader.Done() {
		t.Fatal("Load refuses what Save wrote")
	}
	return loaded
}
