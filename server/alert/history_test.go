package alert

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// waves are minutes of a price that swings, some days of them.
func waves(n int) core.Columns {
	c := core.MakeColumns(n)
	price := 100.0
	for i := range n {
		next := 100 + 10*math.Sin(float64(i)/37) + 3*math.Sin(float64(i)/5)
		c.Append(core.Candle{
			OpenTime: 1_700_000_000_000/60_000*60_000 + int64(i)*60_000, Open: price,
			High: max(price, next) + 0.25, Low: min(price, next) - 0.25, Close: next, Volume: 1 + float64(i%17),
		})
		price = next
	}
	return c
}

// The bars a rule holds at are those the columns and the events of the engines
// show, computed in one go.
func TestHistoryMatchesWhatTheEnginesSay(t *testing.T) {
	const bars, interval = 4000, core.Interval(60_000)
	c, e := waves(bars), DefaultEngines(cipher.Quantum)
	all, levels := cipher.MakeColumns(bars), volume.MakeColumns(bars)
	if err := errors.Join(cipher.Compute(e.Cipher, interval, c, &all), volume.Develop(e.Volume, interval, volume.Daily(), c, &levels)); err != nil {
		t.Fatal(err)
	}
	events, err := cipher.AppendSeriesEvents(nil, e.Cipher, interval, c, &all)
	if err != nil {
		t.Fatal(err)
	}
	var bought, below []int64
	for _, event := range events {
		if event.Kind() == "cipher.buy" {
			bought = append(bought, event.OpenTime)
		}
	}
	for i := range bars {
		if rsi := all.Values[cipher.RSI][i]; rsi < 40 && c.Close[i] < levels.Values[volume.VAL][i] {
			below = append(below, c.OpenTime[i])
		}
	}
	for expression, want := range map[string][]int64{`event("cipher.buy")`: bought, `rsi < 40 and close < val`: below} {
		rule, err := Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Matches(t.Context(), rule, interval, c)
		if err != nil || len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s matches %d bars (%v), want %d", expression, len(got), err, len(want))
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	rule, _ := Compile("close > 0")
	if _, err := e.Matches(ended, rule, interval, c); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
}
