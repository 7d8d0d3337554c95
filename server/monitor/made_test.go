package monitor_test

import (
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/chaostest"
	"github.com/quantum-signals/quantum/server/feed"
	"github.com/quantum-signals/quantum/server/monitor"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// resampled is the bars of a higher interval as one pass gives them.
func resampled(t *testing.T, c core.Columns, lower, higher core.Interval) core.Columns {
	t.Helper()
	r, err := core.NewResampler(lower, higher)
	if err != nil {
		t.Fatal(err)
	}
	made := core.MakeColumns(c.Len())
	for i := range c.Len() {
		var closed [2]core.Candle
		for _, k := range closed[:r.Next(c.At(i), &closed)] {
			made.Append(k)
		}
	}
	return made
}

func everyMarket(server.Market) bool { return true }

// TestHigherBarsAreTheSameWhereverTheyAreInterrupted: the monitor is stopped in
// the middle of higher bars, again and again.
func TestHigherBarsAreTheSameWhereverTheyAreInterrupted(t *testing.T) {
	gaps := series("file", "gaps", 15*core.Minute)
	hours, fours := gaps, gaps
	hours.Interval, fours.Interval = core.Hour, 4*core.Hour
	s := storetest.Open(t, storetest.Start(t), store.Options{Retention: keepAll})
	for _, of := range []server.Series{gaps, hours, fours} {
		if err := s.Watch(t.Context(), server.Watched{Series: of}); err != nil {
			t.Fatal(err)
		}
	}
	c := candles(gaps)
	options := monitor.Options{Resample: everyMarket}
	bars := 0
	at := func(of server.Series, want int) {
		t.Helper()
		storetest.Eventually(t, 30*time.Second, of.String()+" is as far as it gets", func() bool {
			heads, err := s.Heads(t.Context(), of)
			return err == nil && heads[0].Bars == int64(want)
		})
	}
	for step := 1; bars < c.Len(); step = step%37 + 1 {
		bars = min(bars+step*3, c.Len())
		h := &halves{files: map[server.Series]core.Columns{gaps: c.Slice(0, bars)}, pace: 10 * time.Microsecond}
		stop := run(t, s, map[string]monitor.Feed{"file": h}, options)
		at(gaps, bars)
		if step%2 == 0 { // else it is stopped before all of it is made
			at(hours, resampled(t, c.Slice(0, bars), gaps.Interval, core.Hour).Len())
		}
		stop()
	}
	stop := run(t, s, map[string]monitor.Feed{"file": feed.NewFile(c)}, options)
	for _, of := range []server.Series{hours, fours} {
		due := resampled(t, c, gaps.Interval, of.Interval)
		at(of, due.Len())
		equalsBatchOver(t, s, of, due)
	}
	stop()
}

// TestHigherBarsFormWithTheLower: and close with the lower bar that ends them.
func TestHigherBarsFormWithTheLower(t *testing.T) {
	hours := walk
	hours.Interval = core.Hour
	c := candles(walk)
	for c.OpenTime[0]%int64(core.Hour) != 0 {
		c = c.Slice(1, c.Len())
	}
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	for _, of := range []server.Series{walk, hours} {
		if err := s.Watch(t.Context(), server.Watched{Series: of}); err != nil {
			t.Fatal(err)
		}
	}
	h := newHand(c.Slice(0, 101))
	run(t, s, map[string]monitor.Feed{"file": h}, monitor.Options{Resample: everyMarket})
	h.bars <- server.Bar{Series: walk, Candle: c.At(101)}
	h.bars <- server.Bar{Series: walk, Candle: c.At(101)}
	storetest.Eventually(t, 30*time.Second, "the hour forms", func() bool {
		tip, err := s.Tip(t.Context(), hours, 0, 1000)
		return err == nil && tip.Forming != nil && tip.Candles.Len() == 25
	})
	h.closes(c.At(101), c.At(102))
	h.closes(c.At(103))
	storetest.Eventually(t, 30*time.Second, "the hour closes", func() bool {
		tip, err := s.Tip(t.Context(), hours, 0, 1000)
		return err == nil && tip.Candles.Len() == 26 && tip.Candles.At(25) == resampled(t, c.Slice(0, 104), walk.Interval, core.Hour).At(25)
	})
}

// TestDaysAreThoseOfTheCalendar is F20: days are UTC days, across the leap day,
// the ends of month and week, the hour that a clock in Europe skips, and a day
// without trading. The table is made by hand.
func TestDaysAreThoseOfTheCalendar(t *testing.T) {
	at := func(text string) int64 {
		when, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return when.UnixMilli()
	}
	lower, days := series("file", "calendar", 6*core.Hour), series("file", "calendar", core.Day)
	c := core.MakeColumns(32)
	for _, k := range []struct {
		open             string
		o, h, l, c, size float64
	}{
		{"2024-02-27 18:00", 1, 9, 1, 2, 5}, // Tuesday; its beginning is not known
		{"2024-02-28 00:00", 10, 12, 9, 11, 1},
		{"2024-02-28 06:00", 11, 15, 11, 14, 2},
		{"2024-02-28 12:00", 14, 14, 8, 9, 3},
		{"2024-02-28 18:00", 9, 10, 9, 10, 4},
		{"2024-02-29 00:00", 10, 11, 10, 11, 1}, // the leap day, with a quarter missing at its end
		{"2024-02-29 06:00", 11, 13, 7, 12, 1},
		{"2024-02-29 12:00", 12, 12, 12, 12, 1},
		// 1 March is halted.
		{"2024-03-02 06:00", 20, 21, 19, 20, 8}, // Saturday, its first quarter missing
		{"2024-03-03 18:00", 30, 31, 29, 30, 1}, // Sunday, the end of the week
		{"2024-03-04 00:00", 31, 33, 31, 32, 2}, // Monday
		{"2024-03-30 18:00", 40, 41, 40, 41, 1},
		{"2024-03-31 00:00", 50, 51, 49, 50, 1}, // clocks in Europe skip an hour: the day has 24 all the same
		{"2024-03-31 06:00", 50, 52, 50, 51, 1},
		{"2024-03-31 12:00", 51, 51, 50, 50, 1},
		{"2024-03-31 18:00", 50, 50, 48, 49, 1},
		{"2024-04-01 00:00", 49, 60, 49, 55, 1}, // in the making
	} {
		c.Append(core.Candle{OpenTime: at(k.open), Open: k.o, High: k.h, Low: k.l, Close: k.c, Volume: k.size})
	}
	want := core.MakeColumns(16)
	for _, k := range []struct {
		open             string
		o, h, l, c, size float64
	}{
		{"2024-02-28 00:00", 10, 15, 8, 10, 10},
		{"2024-02-29 00:00", 10, 13, 7, 12, 3},
		{"2024-03-02 00:00", 20, 21, 19, 20, 8},
		{"2024-03-03 00:00", 30, 31, 29, 30, 1},
		{"2024-03-04 00:00", 31, 33, 31, 32, 2},
		{"2024-03-30 00:00", 40, 41, 40, 41, 1},
		{"2024-03-31 00:00", 50, 52, 48, 49, 4},
	} {
		want.Append(core.Candle{OpenTime: at(k.open), Open: k.o, High: k.h, Low: k.l, Close: k.c, Volume: k.size})
	}
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	for _, of := range []server.Series{lower, days} {
		if err := s.Watch(t.Context(), server.Watched{Series: of}); err != nil {
			t.Fatal(err)
		}
	}
	run(t, s, map[string]monitor.Feed{"file": feed.NewFile(c)}, monitor.Options{Resample: everyMarket})
	storetest.Eventually(t, 30*time.Second, "all days are committed", func() bool {
		heads, err := s.Heads(t.Context(), days)
		return err == nil && heads[0].Bars >= int64(want.Len())
	})
	got, err := s.Candles(t.Context(), days, server.CandleRange{})
	if err != nil || got.Len() != want.Len() {
		t.Fatalf("%d days, %v; want %d", got.Len(), err, want.Len())
	}
	row := chaostest.Row{Fault: "F20 days by the calendar", Runs: 1, Bars: got.Len()}
	for i := range got.Len() {
		if got.At(i) != want.At(i) {
			row.Changed++
			t.Errorf("day %d is %+v, want %+v", i, got.At(i), want.At(i))
		}
	}
	row.Write(t)
}
