package cipher_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

func TestNextAndPeekAllocateNothing(t *testing.T) {
	for _, preset := range []cipher.Preset{cipher.Quantum, cipher.Classic} {
		engine := mustNew(t, cipher.Default(preset), core.Minute)
		c := randomBars(3000, core.Minute)
		var out cipher.Output
		events, at := make([]cipher.Event, 0, cipher.NumFlags), 0
		allocations := testing.AllocsPerRun(c.Len()-1, func() {
			if err := engine.Peek(c.At(at), &out); err != nil {
				t.Fatal(err)
			}
			if err := engine.Next(c.At(at), &out); err != nil {
				t.Fatal(err)
			}
			events = engine.AppendEvents(events[:0])
			at++
		})
		if allocations != 0 {
			t.Errorf("%v: %v allocations a bar", preset, allocations)
		}
	}
}

// TestRefusedBarsChangeNothing: the error names bar, field, value and bound,
// and the engine goes on as if the bar had never come.
func TestRefusedBarsChangeNothing(t *testing.T) {
	good := func(i int64) core.Candle {
		return core.Candle{OpenTime: i * 60_000, Open: 10, High: 12, Low: 9, Close: 11, Volume: 1}
	}
	tests := []struct {
		name  string
		spoil func(k *core.Candle)
		code  core.Code
		field string
		rule  core.Rule
	}{
		{"NaN open", func(k *core.Candle) { k.Open = math.NaN() }, core.InvalidBar, "open", core.RuleRange},
		{"infinite high", func(k *core.Candle) { k.High = math.Inf(1) }, core.InvalidBar, "high", core.RuleRange},
		{"NaN low", func(k *core.Candle) { k.Low = math.NaN() }, core.InvalidBar, "low", core.RuleRange},
		{"huge close", func(k *core.Candle) { k.Close = 1e101 }, core.InvalidBar, "close", core.RuleRange},
		{"close above high", func(k *core.Candle) { k.Close = 13 }, core.InvalidBar, "high", core.RuleAtLeast},
		{"open below low", func(k *core.Candle) { k.Open = 8 }, core.InvalidBar, "low", core.RuleAtMost},
		{"the same open time again", func(k *core.Candle) { k.OpenTime -= 60_000 }, core.OutOfOrder, "open_time", core.RuleAtLeast},
		{"before the last bar closed", func(k *core.Candle) { k.OpenTime-- }, core.OutOfOrder, "open_time", core.RuleAtLeast},
		{"a time no date can be", func(k *core.Candle) { k.OpenTime = math.MaxInt64 }, core.InvalidBar, "open_time", core.RuleRange},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			engine := mustNew(t, cipher.Default(cipher.Quantum), core.Minute)
			var out cipher.Output
			for i := range int64(70) {
				if err := engine.Next(good(i), &out); err != nil {
					t.Fatal(err)
				}
			}
			before := snapshot(t, engine)
			bad := good(70)
			tt.spoil(&bad)
			columns := cipher.MakeColumns(2)
			series := core.MakeColumns(2)
			series.Append(bad)
			series.Append(good(71))
			for way, err := range map[string]error{
				"Next": engine.Next(bad, &out), "Peek": engine.Peek(bad, &out), "NextColumns": engine.NextColumns(series, &columns),
			} {
				var refused *core.Error
				if !errors.As(err, &refused) {
					t.Fatalf("%s: %v, want a *core.Error", way, err)
				}
				if refused.Code != tt.code || refused.Field != tt.field || refused.Rule != tt.rule || refused.Index != 70 {
					t.Errorf("%s: %+v, want %v of %s at bar 70", way, *refused, tt.code, tt.field)
				}
			}
			if !bytes.Equal(before, snapshot(t, engine)) {
				t.Error("the engine has changed")
			}
		})
	}
}

func TestComputeNamesTheBarItRefuses(t *testing.T) {
	c := randomBars(2500, core.Minute) // past the first chunk
	c.Low[2345] = c.High[2345] + 1
	out := cipher.MakeColumns(c.Len())
	var refused *core.Error
	if err := cipher.Compute(cipher.Default(cipher.Quantum), core.Minute, c, &out); !errors.As(err, &refused) || refused.Index != 2345 {
		t.Errorf("Compute: %v, want a *core.Error at bar 2345", err)
	}
}

func TestColumnsOfAnotherLengthAreRefused(t *testing.T) {
	p := cipher.Default(cipher.Quantum)
	c := randomBars(10, core.Minute)
	short := func(change func(c *core.Columns, out *cipher.Columns)) error {
		c, out := c, cipher.MakeColumns(10)
		change(&c, &out)
		return cipher.Compute(p, core.Minute, c, &out)
	}
	for field, err := range map[string]error{
		"open":   short(func(c *core.Columns, _ *cipher.Columns) { c.Open = c.Open[:9] }),
		"high":   short(func(c *core.Columns, _ *cipher.Columns) { c.High = nil }),
		"low":    short(func(c *core.Columns, _ *cipher.Columns) { c.Low = append(c.Low, 1) }),
		"close":  short(func(c *core.Columns, _ *cipher.Columns) { c.Close = c.Close[:0] }),
		"volume": short(func(c *core.Columns, _ *cipher.Columns) { c.Volume = c.Volume[1:] }),
		"stc":    short(func(_ *core.Columns, out *cipher.Columns) { out.Values[cipher.STC] = make([]float64, 11) }),
		"flags":  short(func(_ *core.Columns, out *cipher.Columns) { out.Flags = out.Flags[:5] }),
	} {
		var refused *core.Error
		if !errors.As(err, &refused) || refused.Field != field || refused.Code != core.InvalidPointer {
			t.Errorf("%s of another length: %v", field, err)
		}
	}
}

func TestEngineTellsWhereItIs(t *testing.T) {
	engine := mustNew(t, cipher.Default(cipher.Classic), core.Hour)
	if at, ok := engine.LastOpenTime(); ok {
		t.Errorf("LastOpenTime before any bar = %d, true", at)
	}
	var out cipher.Output
	for i := range int64(5) {
		if err := engine.Next(core.Candle{OpenTime: 7 + i*3_600_000}, &out); err != nil {
			t.Fatal(err)
		}
	}
	if at, ok := engine.LastOpenTime(); at != 7+4*3_600_000 || !ok {
		t.Errorf("LastOpenTime = %d, %v", at, ok)
	}
	if engine.Bars() != 5 || engine.Interval() != core.Hour || engine.Params() != cipher.Default(cipher.Classic) {
		t.Errorf("Bars, Interval, Params = %d, %v, %+v", engine.Bars(), engine.Interval(), engine.Params())
	}
}

// TestFirstBars: each reading is there from the bar the catalog says, on.
func TestFirstBars(t *testing.T) {
	c := readCandles(t, "walk")
	averaged := cipher.Default(cipher.Quantum)
	averaged.StochAverageKD = true
	for _, p := range []cipher.Params{cipher.Default(cipher.Quantum), cipher.Default(cipher.Classic), changed(t), averaged} {
		out := batch(t, p, 15*core.Minute, c)
		for r := range cipher.HTFFastWT {
			for i, v := range out.Values[r] {
				if want := i >= p.FirstBar(r); (v == v) != want {
					t.Errorf("%v at bar %d is %v; FirstBar is %d", r, i, v, p.FirstBar(r))
					break
				}
			}
		}
		if w := p.WarmUp(); w < p.FirstBar(cipher.STC) || w < p.FirstBar(cipher.MF) || w < p.FirstBar(cipher.EMA8) {
			t.Errorf("WarmUp = %d, less than a reading's", w)
		}
	}
}
