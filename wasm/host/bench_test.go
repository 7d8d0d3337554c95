package host

import (
	"encoding/binary"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// benchBars are more than a branch predictor learns.
const benchBars = 100_000

var barsFile = flag.String("bars", "", "write the benchmarks' bars to this file, columns of float64")

// TestBenchmarkBars makes the bars that other hosts are measured with.
func TestBenchmarkBars(t *testing.T) {
	c := benchmarkBars()
	if c.Len() != benchBars {
		t.Fatalf("%d bars, want %d", c.Len(), benchBars)
	}
	if *barsFile == "" {
		return
	}
	var b []byte
	for _, column := range [][]float64{times(c.OpenTime), c.Open, c.High, c.Low, c.Close, c.Volume} {
		for _, v := range column {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	if err := os.WriteFile(*barsFile, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func benchmarkBars() core.Columns { return generate(benchBars, core.Minute, 42) }

// bench reports a benchmark's time by the bar.
func bench(b *testing.B, run func() error) {
	b.Helper()
	for b.Loop() {
		if err := run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchBars, "ns/bar")
}

// stepper is what native and wazero engines have in common.
type stepper interface {
	Next(core.Candle, *cipher.Output) error
}

func BenchmarkNext(b *testing.B) {
	c := benchmarkBars()
	p := cipher.Default(cipher.Quantum)
	steps := func(e stepper) error {
		var out cipher.Output
		for i := range c.Len() {
			if err := e.Next(c.At(i), &out); err != nil {
				return err
			}
		}
		return nil
	}
	b.Run("native", func(b *testing.B) {
		bench(b, func() error {
			e, err := cipher.New(p, core.Minute)
			if err != nil {
				return err
			}
			return steps(e)
		})
	})
	b.Run("wazero", func(b *testing.B) {
		h := newHost(b, Options{})
		bench(b, func() error {
			e, err := h.NewCipher(b.Context(), p, core.Minute)
			if err != nil {
				return err
			}
			if err := steps(e); err != nil {
				return err
			}
			return e.Close()
		})
	})
}

func BenchmarkColumns(b *testing.B) {
	c := benchmarkBars()
	p := cipher.Default(cipher.Quantum)
	all := cipher.MakeColumns(c.Len())
	var seven cipher.Columns
	for _, r := range []cipher.Reading{cipher.WT1, cipher.WT2, cipher.MF, cipher.RSI, cipher.StochK, cipher.StochD, cipher.STC} {
		seven.Values[r] = all.Values[r]
	}
	h := newHost(b, Options{})
	for name, out := range map[string]*cipher.Columns{"all": &all, "seven": &seven} {
		b.Run(name+"/native", func(b *testing.B) {
			bench(b, func() error { return cipher.Compute(p, core.Minute, c, out) })
		})
		b.Run(name+"/wazero", func(b *testing.B) {
			bench(b, func() error { return h.Cipher(b.Context(), p, core.Minute, c, out) })
		})
	}
}

func BenchmarkProfile(b *testing.B) {
	c := benchmarkBars()
	h := newHost(b, Options{})
	b.Run("native", func(b *testing.B) {
		bench(b, func() error {
			_, err := volume.Compute(volume.Default(), c)
			return err
		})
	})
	b.Run("wazero", func(b *testing.B) {
		bench(b, func() error {
			_, err := h.Profile(b.Context(), volume.Default(), c)
			return err
		})
	})
}
