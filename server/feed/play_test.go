package feed

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

var minutes = server.Series{Market: server.Market{Source: "demo", Symbol: "BTCUSD"}, Interval: core.Minute}

// recorded is n minutes from a day's start on, with a hole after the fifth.
func recorded(n int) core.Columns {
	c := core.MakeColumns(n)
	for i := range n {
		at := i
		if i >= 5 {
			at += 30
		}
		v := float64(i % 7)
		c.Append(core.Candle{OpenTime: 20000*int64(core.Day) + int64(at)*int64(core.Minute), Open: 100 + v, High: 104 + v, Low: 99.5 + v, Close: 101 + v, Volume: 10})
	}
	return c
}

func TestAReplayGoesRoundByWholeDays(t *testing.T) {
	c := recorded(20)
	l := newLoop(c, core.Minute)
	if l.span != int64(core.Day) {
		t.Fatalf("span is %d, want a day", l.span)
	}
	whole := take(l, 0, 65)
	for i := range whole.Len() {
		want := c.At(i % 20)
		want.OpenTime += int64(i/20) * int64(core.Day)
		if whole.At(i) != want || l.bar(int64(i)) != want {
			t.Fatalf("bar %d is %+v, want %+v", i, whole.At(i), want)
		}
	}
	for _, i := range []int{0, 4, 5, 19, 20, 39, 63} {
		if got := take(l, whole.OpenTime[i], 1).At(0); got != whole.At(i+1) {
			t.Errorf("after bar %d comes %+v, want %+v", i, got, whole.At(i+1))
		}
	}
	if week := newLoop(recorded(3), core.Week); week.span%int64(core.Week) != 0 {
		t.Errorf("span of weekly bars is %d, want whole weeks", week.span)
	}
}

// play collects what a feed gives until it has given n closed bars.
func play(ctx context.Context, f interface {
	Live(context.Context, server.Series, int64, func(server.Bar) error) error
}, s server.Series, after int64, n int, each func(server.Bar)) ([]server.Bar, error) {
	enough := errors.New("enough")
	var got []server.Bar
	closed := 0
	err := f.Live(ctx, s, after, func(b server.Bar) error {
		got = append(got, b)
		if each != nil {
			each(b)
		}
		if b.Closed {
			closed++
		}
		if closed == n {
			return enough
		}
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return got, err
}

func TestAReplayPlaysAsIfLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := NewReplay(minutes, recorded(20), PlayOptions{Backfill: 3, Rate: 2, Forming: 4})
		if err != nil {
			t.Fatal(err)
		}
		history := core.MakeColumns(3)
		if err := r.History(t.Context(), minutes, 0, func(k core.Candle) error { history.Append(k); return nil }); err != nil {
			t.Fatal(err)
		}
		if history.Len() != 3 || history.At(2) != recorded(20).At(2) {
			t.Fatalf("history is %d bars, want 3", history.Len())
		}
		began := time.Now()
		var at []time.Duration
		bars, err := play(t.Context(), r, minutes, history.OpenTime[2], 3, func(server.Bar) { at = append(at, time.Since(began).Round(time.Millisecond)) })
		if err != nil || len(bars) != 15 {
			t.Fatalf("%d updates, %v; want 3 bars with 4 forming ones each", len(bars), err)
		}
		for i, b := range bars {
			bar := recorded(20).At(3 + i/5)
			if b.Closed != (i%5 == 4) || b.Candle.OpenTime != bar.OpenTime || b.Series != minutes {
				t.Errorf("update %d is %+v", i, b)
			}
			if err := core.CheckPrices(b.Candle, i); err != nil || b.Candle.High > bar.High || b.Candle.Low < bar.Low || b.Candle.Open != bar.Open {
				t.Errorf("update %d is %+v, outside its bar %+v: %v", i, b.Candle, bar, err)
			}
			if i%5 > 0 && b.Candle.Volume <= bars[i-1].Candle.Volume {
				t.Errorf("update %d: volume %v after %v", i, b.Candle.Volume, bars[i-1].Candle.Volume)
			}
		}
		// Two bars a second, in five steps each; the hole of 30 bars takes three.
		want := []time.Duration{100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 2600, 2700, 2800, 2900, 3000}
		for i := range want {
			if got := at[i] / time.Millisecond; got-want[i] > 2 || want[i]-got > 2 {
				t.Errorf("update %d came after %v, want %d ms", i, at[i], want[i])
			}
		}
	})
}

func TestAStoppedReplayGoesOnWithTheSameBars(t *testing.T) {
	options := PlayOptions{Backfill: 10}
	unbroken, err := NewReplay(minutes, recorded(20), options)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := play(t.Context(), unbroken, minutes, 0, 60, nil)
	if err != nil || whole[0].Candle != recorded(20).At(10) {
		t.Fatalf("live begins with %+v, %v; want bar 10", whole[0].Candle, err)
	}
	var broken []server.Bar
	for after := int64(0); len(broken) < 60; after = broken[len(broken)-1].Candle.OpenTime {
		r, err := NewReplay(minutes, recorded(20), options)
		if err != nil {
			t.Fatal(err)
		}
		part, err := play(t.Context(), r, minutes, after, 7, nil)
		if err != nil {
			t.Fatal(err)
		}
		broken = append(broken, part...)
	}
	if !reflect.DeepEqual(broken[:60], whole) {
		t.Error("a replay stopped every seven bars gives other bars than an unbroken one")
	}
}

func TestSeriesOfAMarketArePlayedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := NewSimulator(1, PlayOptions{Backfill: 2, Rate: 10})
		ctx, cancel := context.WithCancel(t.Context())
		last := map[core.Interval]int64{}
		results := make(chan server.Bar)
		for _, interval := range []core.Interval{core.Minute, 5 * core.Minute} {
			s := server.Series{Market: server.Market{Source: "sim", Symbol: "SIMUSDT"}, Interval: interval}
			go func() {
				_ = f.Live(ctx, s, 0, func(b server.Bar) error {
					select {
					case results <- b:
					case <-ctx.Done():
					}
					return nil
				})
			}()
		}
		for range 120 {
			b := <-results
			last[b.Series.Interval] = b.Candle.OpenTime + int64(b.Series.Interval)
			if drift := last[core.Minute] - last[5*core.Minute]; last[5*core.Minute] > 0 && (drift < -int64(core.Minute) || drift > 5*int64(core.Minute)) {
				t.Fatalf("minutes are played to %d, five minutes to %d", last[core.Minute], last[5*core.Minute])
			}
		}
		cancel()
		synctest.Wait()
		if last[core.Minute] != simOrigin+100*int64(core.Minute) || last[5*core.Minute] != last[core.Minute] {
			t.Errorf("after 120 bars: %v, want 100 minutes in both", last)
		}
	})
}

func TestAReplayRefusesWhatItCannotPlay(t *testing.T) {
	if _, err := NewReplay(minutes, core.Columns{}, PlayOptions{}); err == nil {
		t.Error("no candles: no error")
	}
	wrong := recorded(3)
	wrong.High[1] = 1
	if _, err := NewReplay(minutes, wrong, PlayOptions{}); err == nil || err.Error() != "bar 1: high is 1, must be at least 102" {
		t.Errorf("an invalid bar: %v", err)
	}
	r, err := NewReplay(minutes, recorded(3), PlayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	other := minutes
	other.Interval = core.Hour
	if err := r.Live(t.Context(), other, 0, nil); server.CodeOf(err) != server.CodeInvalid {
		t.Errorf("another series: %v", err)
	}
	odd := server.Series{Market: server.Market{Source: "sim", Symbol: "X"}, Interval: 90 * core.Second}
	if err := NewSimulator(1, PlayOptions{}).History(t.Context(), odd, 0, nil); server.CodeOf(err) != server.CodeInvalid {
		t.Errorf("a simulated interval of 90 s: %v", err)
	}
}
