package cipher_test

import (
	"strconv"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// randomBars are n bars of a random walk nobody can predict, branch predictors
// included. It steps by whole ticks, so that every machine walks the same way.
func randomBars(n int, interval core.Interval) core.Columns {
	c := core.MakeColumns(n)
	random := uint64(0x9E3779B97F4A7C15)
	draw := func(below int64) int64 {
		random ^= random << 13
		random ^= random >> 7
		random ^= random << 17
		return int64(random>>11) % below
	}
	ticks := int64(3_000_000)
	for i := range n {
		open := ticks
		ticks = max(ticks+draw(4001)-2000, 1_000_000)
		high, low := max(open, ticks)+draw(1000), min(open, ticks)-draw(1000)
		c.Append(core.Candle{
			OpenTime: 1_700_000_100_000 + int64(i)*int64(interval),
			Open:     float64(open) / 100, High: float64(high) / 100, Low: float64(low) / 100,
			Close: float64(ticks) / 100, Volume: float64(draw(1_000_000)) / 1000,
		})
	}
	return c
}

// plain are the readings that other libraries can compose.
var plain = []cipher.Reading{cipher.WT1, cipher.WT2, cipher.MF, cipher.RSI, cipher.StochK, cipher.StochD, cipher.STC}

func perBar(b *testing.B, bars int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(bars), "ns/bar")
}

func BenchmarkCompute(b *testing.B) {
	for _, bars := range []int{1000, 100_000, 1_000_000} {
		c := randomBars(bars, core.Minute)
		p := cipher.Default(cipher.Quantum)
		run := func(name string, out cipher.Columns) {
			b.Run(name+"/bars="+strconv.Itoa(bars), func(b *testing.B) {
				for b.Loop() {
					if err := cipher.Compute(p, core.Minute, c, &out); err != nil {
						b.Fatal(err)
					}
				}
				perBar(b, bars)
			})
		}
		all := cipher.MakeColumns(bars)
		if err := cipher.Compute(p, core.Minute, c, &all); err != nil { // so that its memory is there
			b.Fatal(err)
		}
		var seven cipher.Columns
		for _, r := range plain {
			seven.Values[r] = all.Values[r]
		}
		run("plain", seven)
		run("full", all)
		if bars == 100_000 {
			for r, column := range all.Values {
				var one cipher.Columns
				one.Values[r] = column
				run(cipher.Reading(r).String(), one)
			}
			run("flags", cipher.Columns{Flags: all.Flags})
		}
	}
}

func BenchmarkStream(b *testing.B) {
	const bars = 100_000
	c := randomBars(bars, core.Minute)
	run := func(name string, step func(*cipher.Engine, core.Candle, *cipher.Output) error) {
		b.Run(name, func(b *testing.B) {
			var out cipher.Output
			for b.Loop() {
				b.StopTimer()
				engine, err := cipher.New(cipher.Default(cipher.Quantum), core.Minute)
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				for i := range bars {
					if err := step(engine, c.At(i), &out); err != nil {
						b.Fatal(err)
					}
				}
			}
			perBar(b, bars)
		})
	}
	run("Next", (*cipher.Engine).Next)
	run("Peek+Next", func(e *cipher.Engine, bar core.Candle, out *cipher.Output) error {
		if err := e.Peek(bar, out); err != nil {
			return err
		}
		return e.Next(bar, out)
	})
}

func BenchmarkSnapshot(b *testing.B) {
	engine, err := cipher.New(cipher.Default(cipher.Quantum), core.Minute)
	if err != nil {
		b.Fatal(err)
	}
	var out cipher.Output
	c := randomBars(1000, core.Minute)
	for i := range c.Len() {
		if err := engine.Next(c.At(i), &out); err != nil {
			b.Fatal(err)
		}
	}
	var bytes []byte
	b.Run("AppendBinary", func(b *testing.B) {
		for b.Loop() {
			bytes, _ = engine.AppendBinary(bytes[:0])
		}
		b.ReportMetric(float64(len(bytes)), "bytes")
	})
	b.Run("Restore", func(b *testing.B) {
		for b.Loop() {
			if _, err := cipher.Restore(bytes); err != nil {
				b.Fatal(err)
			}
		}
	})
}
