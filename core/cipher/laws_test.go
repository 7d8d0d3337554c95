package cipher_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// streamed is everything an engine gave, bar by bar.
type streamed struct {
	outputs []cipher.Output
	events  []cipher.Event
	engine  *cipher.Engine
}

func mustNew(t rapid.TB, p cipher.Params, interval core.Interval) *cipher.Engine {
	t.Helper()
	engine, err := cipher.New(p, interval)
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func stream(t rapid.TB, p cipher.Params, interval core.Interval, c core.Columns) streamed {
	t.Helper()
	s := streamed{engine: mustNew(t, p, interval)}
	for i := range c.Len() {
		var out cipher.Output
		if err := s.engine.Next(c.At(i), &out); err != nil {
			t.Fatal(err)
		}
		s.outputs = append(s.outputs, out)
		s.events = s.engine.AppendEvents(s.events)
	}
	return s
}

func batch(t rapid.TB, p cipher.Params, interval core.Interval, c core.Columns) cipher.Columns {
	t.Helper()
	out := cipher.MakeColumns(c.Len())
	if err := cipher.Compute(p, interval, c, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// at is bar i of columns as Next would have given it.
func at(c *cipher.Columns, i int) cipher.Output {
	out := cipher.Output{Flags: c.Flags[i]}
	for r := range out.Values {
		out.Values[r] = c.Values[r][i]
	}
	return out
}

// difference is empty where two outputs agree in every bit.
func difference(got, want *cipher.Output) string {
	for r := range got.Values {
		if bits(got.Values[r]) != bits(want.Values[r]) {
			return fmt.Sprintf("%v is %v (%#016x), want %v (%#016x)", cipher.Reading(r),
				got.Values[r], bits(got.Values[r]), want.Values[r], bits(want.Values[r]))
		}
	}
	for f := range cipher.Flag(cipher.NumFlags) {
		if got.Flags.Has(f) != want.Flags.Has(f) {
			return fmt.Sprintf("%v is %v", f, got.Flags.Has(f))
		}
	}
	return ""
}

func snapshot(t rapid.TB, e *cipher.Engine) []byte {
	t.Helper()
	b, err := e.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLawsAllWaysAgree takes a series through one engine by Next alone, and
// through another by any mixture of Next, NextColumns, snapshots between any
// two bars and peeks at bars that never come. Compute, in one go, is the third.
// All give the same bits, events and final snapshots.
func TestLawsAllWaysAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval, p := drawInterval(t), drawParams(t)
		c := drawBars(t, interval, 250)
		plain := stream(t, p, interval, c)
		computed := batch(t, p, interval, c)
		mixed, outputs, events := mustNew(t, p, interval), []cipher.Output{}, []cipher.Event{}
		for from := 0; from < c.Len(); {
			switch rapid.IntRange(0, 3).Draw(t, "way") {
			case 0:
				restored, err := cipher.Restore(snapshot(t, mixed))
				if err != nil {
					t.Fatal(err)
				}
				mixed = restored
			case 1:
				var out cipher.Output
				bar, _ := decodeBar(rapid.Uint32().Draw(t, "peek"), 1000, 1)
				bar.OpenTime = c.OpenTime[from] + rapid.Int64Range(0, 1e9).Draw(t, "later")
				if err := mixed.Peek(bar, &out); err != nil {
					t.Fatal(err)
				}
			case 2:
				out := cipher.MakeColumns(min(c.Len()-from, rapid.IntRange(1, 90).Draw(t, "run")))
				to := from + len(out.Flags)
				if err := mixed.NextColumns(c.Slice(from, to), &out); err != nil {
					t.Fatal(err)
				}
				for i := range out.Flags {
					outputs = append(outputs, at(&out, i))
				}
				from = to
			default:
				var peeked, out cipher.Output
				if err := mixed.Peek(c.At(from), &peeked); err != nil {
					t.Fatal(err)
				}
				if err := mixed.Next(c.At(from), &out); err != nil {
					t.Fatal(err)
				}
				if d := difference(&peeked, &out); d != "" {
					t.Fatalf("Peek at bar %d: %s", from, d)
				}
				outputs = append(outputs, out)
				from++
			}
		}
		for i := range plain.outputs {
			got := at(&computed, i)
			if d := difference(&got, &plain.outputs[i]); d != "" {
				t.Fatalf("Compute, bar %d: %s", i, d)
			}
			if d := difference(&outputs[i], &plain.outputs[i]); d != "" {
				t.Fatalf("mixed ways, bar %d: %s", i, d)
			}
		}
		if !bytes.Equal(snapshot(t, mixed), snapshot(t, plain.engine)) {
			t.Fatalf("the snapshots differ after %d bars", c.Len())
		}
		events, err := cipher.AppendSeriesEvents(events, p, interval, c, &computed)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(events, plain.events) {
			t.Fatalf("AppendSeriesEvents gives %v,\nthe stream %v", events, plain.events)
		}
	})
}

// TestLawsNaiveAgrees compares with the specification read aloud.
func TestLawsNaiveAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval, p := drawInterval(t), drawParams(t)
		c := drawBars(t, interval, 160)
		want, got := naiveCipher(p, interval, c), batch(t, p, interval, c)
		for i := range c.Len() {
			slow := cipher.Output{Flags: want.flags[i]}
			for r := range slow.Values {
				slow.Values[r] = want.values[r][i]
			}
			fast := at(&got, i)
			if d := difference(&fast, &slow); d != "" {
				t.Fatalf("%v %v, bar %d: %s", p.Preset, interval, i, d)
			}
		}
	})
}

// TestLawsNothingRepaints: the outputs of the first bars do not change when
// bars are added.
func TestLawsNothingRepaints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval, p := drawInterval(t), drawParams(t)
		c := drawBars(t, interval, 250)
		k := rapid.IntRange(0, c.Len()).Draw(t, "k")
		whole, first := batch(t, p, interval, c), batch(t, p, interval, c.Slice(0, k))
		for i := range k {
			got, want := at(&first, i), at(&whole, i)
			if d := difference(&got, &want); d != "" {
				t.Fatalf("bar %d of the first %d of %d: %s", i, k, c.Len(), d)
			}
		}
	})
}

// TestLawsAnyColumnsAlone: what is asked for does not depend on what else is.
func TestLawsAnyColumnsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval, p := drawInterval(t), drawParams(t)
		c := drawBars(t, interval, 200)
		all := batch(t, p, interval, c)
		asked := rapid.Uint32Range(0, 1<<(cipher.NumReadings+1)-1).Draw(t, "asked")
		some := cipher.MakeColumns(c.Len())
		for r := range some.Values {
			if asked>>r&1 == 0 {
				some.Values[r] = nil
			}
		}
		if asked>>cipher.NumReadings&1 == 0 {
			some.Flags = nil
		}
		if err := cipher.Compute(p, interval, c, &some); err != nil {
			t.Fatal(err)
		}
		for r, column := range some.Values {
			for i, v := range column {
				if bits(v) != bits(all.Values[r][i]) {
					t.Fatalf("%v alone, bar %d: %v, want %v", cipher.Reading(r), i, v, all.Values[r][i])
				}
			}
		}
		if some.Flags != nil && !slices.Equal(some.Flags, all.Flags) {
			t.Fatal("flags alone differ")
		}
	})
}

// TestLawsOfEvents: crossings alternate, and what implies what.
func TestLawsOfEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval, p := drawInterval(t), drawParams(t)
		c := drawBars(t, interval, 250)
		last := cipher.Flag(-1)
		for i, flags := range batch(t, p, interval, c).Flags {
			for _, cross := range []cipher.Flag{cipher.CrossUp, cipher.CrossDown} {
				if flags.Has(cross) && cross == last {
					t.Fatalf("bar %d: %v twice in a row", i, cross)
				}
				if flags.Has(cross) {
					last = cross
				}
			}
			for _, rule := range [][2]cipher.Flag{
				{cipher.Gold, cipher.BuyDiv}, {cipher.Buy, cipher.CrossUp}, {cipher.Sell, cipher.CrossDown},
				{cipher.MoonDiamond, cipher.GreenDiamond}, {cipher.MoonDiamond, cipher.GreenX},
				{cipher.DumpDiamond, cipher.RedDiamond}, {cipher.DumpDiamond, cipher.RedX},
				{cipher.WTBullDiv, cipher.WTPivotLow}, {cipher.WTPivotLow, cipher.WTAnyPivotLow},
				{cipher.RSIBearDiv, cipher.RSIPivotHigh}, {cipher.BullFlag, cipher.CrossUp}, {cipher.BearDiamond, cipher.CrossDown},
			} {
				if flags.Has(rule[0]) && !flags.Has(rule[1]) {
					t.Fatalf("bar %d: %v without %v", i, rule[0], rule[1])
				}
			}
		}
	})
}

// TestLawsFlatMarketIsSilent: flat from the first bar, quantum, at any price.
// One flag is not silent everywhere: the plain mean that seeds an average of
// equal prices may round, by other ulps for another period, and the ribbon's
// order is exact.
func TestLawsFlatMarketIsSilent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.OneOf(rapid.Float64Range(-1e100, 1e100), rapid.Float64Range(1e-7, 1e6),
			rapid.SampledFrom([]float64{0, 5e-324, 1e-310, 0.1, 0.3, 1e100})).Draw(t, "price")
		interval := drawInterval(t)
		c := core.MakeColumns(150)
		for i := range int64(150) {
			c.Append(core.Candle{OpenTime: i * int64(interval), Open: price, High: price, Low: price, Close: price})
		}
		want := map[cipher.Reading]float64{
			cipher.WT1: 0, cipher.WT2: 0, cipher.FastWT: 0, cipher.AWT1: 0, cipher.AWT2: 0, cipher.HTFFastWT: 0,
			cipher.RSI: 50, cipher.ARSI: 50, cipher.MF: -2.5, cipher.STC: 0,
			cipher.StochK: core.Absent(), cipher.StochD: core.Absent(),
		}
		p := cipher.Default(cipher.Quantum)
		for i, out := range stream(t, p, interval, c).outputs {
			for r, v := range want {
				if got := out.Values[r]; bits(got) != bits(v) && !(bits(got) == bits(core.Absent()) && i < max(p.FirstBar(r), 0)) && r != cipher.HTFFastWT {
					t.Fatalf("bar %d at %v: %v is %v, want %v", i, price, r, got, v)
				}
			}
			ribbon := out.Values[cipher.EMA2] - out.Values[cipher.EMA8]
			rounding := out.Flags == 1<<cipher.RibbonUp && ribbon > 0 && ribbon <= 34*0x1p-53*math.Abs(price) // 34 values at most are summed
			if out.Flags != 0 && !rounding {
				t.Fatalf("bar %d at %v: flags %b", i, price, out.Flags)
			}
		}
	})
}

// TestLawsEveryReadingIsANumberOrAbsent: a reading is a number or the one
// absent value.
func TestLawsEveryReadingIsANumberOrAbsent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval, p := drawInterval(t), drawParams(t)
		c := drawBars(t, interval, 200)
		for i, out := range stream(t, p, interval, c).outputs {
			for r, v := range out.Values {
				if math.IsNaN(v) && bits(v) != bits(core.Absent()) {
					t.Fatalf("bar %d: %v is %#016x", i, cipher.Reading(r), bits(v))
				}
			}
		}
	})
}
