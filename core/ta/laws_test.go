package ta_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// block is what the laws ask of every building block that turns a series into
// readings.
type block interface {
	Next(x float64) float64
	Column(dst, src []float64)
	Save(w *snap.Writer)
	Load(r *snap.Reader)
}

// placed is a block that keeps a window.
type placed interface {
	Room() int
	Place(memory []float64) []float64
}

// kind makes blocks of one kind and period.
type kind struct {
	name string
	gaps bool // whether absent values are allowed
	make func(period int) (block, error)
}

var kinds = []kind{
	{"EMA", true, func(n int) (block, error) { b, err := ta.NewEMA(n); return &b, err }},
	{"RMA", true, func(n int) (block, error) { b, err := ta.NewRMA(n); return &b, err }},
	{"SMA", true, func(n int) (block, error) { b, err := ta.NewSMA(n); return &b, err }},
	{"RSI", true, func(n int) (block, error) { b, err := ta.NewRSI(n, 50); return &b, err }},
	{"RSI, flat absent", true, func(n int) (block, error) { b, err := ta.NewRSI(n, core.Absent()); return &b, err }},
	{"Stochastic", true, func(n int) (block, error) { b, err := ta.NewStochastic(n, 0); return &b, err }},
	{"Stochastic with a floor", true, func(n int) (block, error) { b, err := ta.NewStochastic(n, 2); return &b, err }},
	{"WaveIndex", true, func(n int) (block, error) { b, err := ta.NewWaveIndex(n, 0); return &b, err }},
	{"WaveIndex with a floor", true, func(n int) (block, error) { b, err := ta.NewWaveIndex(n, 1e-12); return &b, err }},
	{"Schaff", false, func(n int) (block, error) {
		b, err := ta.NewSchaff(ta.SchaffOptions{Period: n, Fast: n, Slow: 2 * n, Factor: 0.5})
		return &b, err
	}},
	{"Schaff, tied", false, func(n int) (block, error) {
		b, err := ta.NewSchaff(ta.SchaffOptions{Period: 3, Fast: 1, Slow: n + 1, Factor: 0.3, Tie: 1, Floor: 1e-12})
		return &b, err
	}},
	{"WaveTrend, first wave", false, func(n int) (block, error) {
		b, err := ta.NewWaveTrend(ta.WaveTrendOptions{Channel: n, Average: 3, Signal: 2, Floor: 1e-12})
		return &firstWave{b}, err
	}},
	{"WaveTrend, second wave", false, func(n int) (block, error) {
		b, err := ta.NewWaveTrend(ta.WaveTrendOptions{Channel: 2, Average: 1 + n/2, Signal: n})
		return &secondWave{b}, err
	}},
	{"Extremes, span", false, func(n int) (block, error) { b, err := ta.NewExtremes(n); return &spanned{b}, err }},
	{"Ln", true, func(int) (block, error) { return ln{}, nil }},
}

// ln is Ln as a block without a state.
type ln struct{}

func (ln) Next(x float64) float64    { return ta.Ln(x) }
func (ln) Column(dst, src []float64) { ta.LnColumn(dst, src) }
func (ln) Save(*snap.Writer)         {}
func (ln) Load(*snap.Reader)         {}

// firstWave and secondWave are the waves of bars whose range is made from one
// value.
type firstWave struct{ ta.WaveTrend }

func (w *firstWave) Next(x float64) float64 {
	first, _ := w.WaveTrend.Next(x+1, x-2, x)
	return first
}

func (w *firstWave) Column(dst, src []float64) {
	high, low := shifted(src, 1), shifted(src, -2)
	w.WaveTrend.Column(dst, make([]float64, len(src)), make([]float64, len(src)), high, low, src)
}

type secondWave struct{ ta.WaveTrend }

func (w *secondWave) Next(x float64) float64 {
	_, second := w.WaveTrend.Next(x+1, x-2, x)
	return second
}

func (w *secondWave) Column(dst, src []float64) {
	high, low := shifted(src, 1), shifted(src, -2)
	w.WaveTrend.Column(make([]float64, len(src)), dst, make([]float64, len(src)), high, low, src)
}

func shifted(values []float64, by float64) []float64 {
	moved := make([]float64, len(values))
	for i, v := range values {
		moved[i] = v + by
	}
	return moved
}

// spanned is the difference of the extremes.
type spanned struct{ ta.Extremes }

func (s *spanned) Next(x float64) float64 {
	low, high := s.Extremes.Next(x)
	return high - low
}

func (s *spanned) Column(dst, src []float64) {
	low, high := make([]float64, len(src)), make([]float64, len(src))
	s.Extremes.Column(low, high, src)
	for i := range dst[:len(src)] {
		dst[i] = high[i] - low[i]
	}
}

// values draws a series with flat stretches, ties, jumps and, where allowed,
// gaps.
func values(t *rapid.T, gaps bool) []float64 {
	scale := rapid.SampledFrom([]float64{1, 0.01, 1e-7, 1e9}).Draw(t, "scale")
	ticks := rapid.SliceOfN(rapid.IntRange(-3, 12), 0, 300).Draw(t, "ticks")
	series, level := make([]float64, len(ticks)), 1000
	for i, tick := range ticks {
		switch {
		case tick <= 3:
			level += tick
		case tick == 10:
			level += 500
		case tick == 11:
			level = max(level-500, 1)
		} // else flat
		series[i] = float64(float64(level) * scale)
		if gaps && tick == 12 {
			series[i] = core.Absent()
		}
	}
	return series
}

// TestLawsOfBlocks feeds every block a series by Next, and another one of the
// same kind in any mixture of columns, snapshots and moves of its memory: the
// readings and the states are the same in every bit.
func TestLawsOfBlocks(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				period := rapid.OneOf(rapid.IntRange(1, 6), rapid.IntRange(7, 70)).Draw(t, "period")
				series := values(t, k.gaps)
				plain, mixed := mustMake(t, k, period), mustMake(t, k, period)
				want := make([]float64, len(series))
				for i, x := range series {
					want[i] = plain.Next(x)
				}
				got := slicedFeed(t, k, period, &mixed, series)
				for i := range want {
					if !equalBits(got[i], want[i]) {
						t.Fatalf("%s(%d), value %d: %v in columns, %v by Next", k.name, period, i, got[i], want[i])
					}
				}
				if !bytes.Equal(saved(plain), saved(mixed)) {
					t.Fatalf("%s(%d): the states differ after %d values", k.name, period, len(series))
				}
			})
		})
	}
}

func mustMake(t *rapid.T, k kind, period int) block {
	b, err := k.make(period)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// slicedFeed passes the series to b in runs of drawn lengths.
func slicedFeed(t *rapid.T, k kind, period int, b *block, series []float64) []float64 {
	readings := make([]float64, 0, len(series))
	for len(series) > 0 {
		n := rapid.OneOf(rapid.IntRange(1, 9), rapid.IntRange(1, 300)).Draw(t, "run")
		run := series[:min(n, len(series))]
		series = series[len(run):]
		dst := make([]float64, len(run))
		switch rapid.IntRange(0, 4).Draw(t, "way") {
		case 0:
			for i, x := range run {
				dst[i] = (*b).Next(x)
			}
		case 1: // in place
			copy(dst, run)
			(*b).Column(dst, dst)
		case 2: // from a snapshot
			restored, err := k.make(period)
			if err != nil {
				t.Fatal(err)
			}
			reader := snap.NewReader(saved(*b))
			restored.Load(&reader)
			if !reader.Done() {
				t.Fatalf("%s(%d) refuses its own snapshot", k.name, period)
			}
			*b = restored
			(*b).Column(dst, run)
		case 3: // in other memory
			if p, ok := (*b).(placed); ok {
				memory := make([]float64, p.Room()+3)
				if rest := p.Place(memory); len(rest) != 3 {
					t.Fatalf("%s(%d): Place left %d values of 3", k.name, period, len(rest))
				}
			}
			(*b).Column(dst, run)
		default:
			(*b).Column(dst, run)
		}
		readings = append(readings, dst...)
	}
	return readings
}

func saved(b block) []byte {
	var w snap.Writer
	b.Save(&w)
	return w.Bytes
}

// TestTwoColumnsAreNextAndSmooth: two pairs of waves over one index.
func TestTwoColumnsAreNextAndSmooth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pairs [2][2]ta.WaveTrend // by bars and by columns: of the index, and beside it
		for i := range pairs[0] {
			o := ta.WaveTrendOptions{
				Channel: rapid.IntRange(1, 9).Draw(t, "channel"), Average: rapid.IntRange(1, 30).Draw(t, "average"),
				Signal: rapid.IntRange(1, 12).Draw(t, "signal"), Floor: rapid.SampledFrom([]float64{0, 1e-12, 1e-3}).Draw(t, "floor"),
			}
			for way := range pairs {
				if err := pairs[way][i].Init(o); err != nil {
					t.Fatal(err)
				}
			}
		}
		next, columns := &pairs[0], &pairs[1]
		series := values(t, false)
		cut := rapid.IntRange(0, len(series)).Draw(t, "cut")
		for _, part := range [][]float64{series[:cut], series[cut:]} {
			high, low := shifted(part, 1), shifted(part, -2)
			var out [5][]float64
			for i := range out {
				out[i] = make([]float64, len(part))
			}
			columns[0].TwoColumns(&columns[1], out[0], out[1], out[2], out[3], out[4], high, low, part)
			for bar, x := range part {
				first, second := next[0].Next(high[bar], low[bar], x)
				beside, besideSecond := next[1].Smooth(next[0].Index())
				for i, want := range [...]float64{first, second, beside, besideSecond, next[0].Index()} {
					if !equalBits(out[i][bar], want) {
						t.Fatalf("column %d, bar %d: %v, want %v", i, bar, out[i][bar], want)
					}
				}
			}
		}
	})
}

func TestFourEMAsColumnIsNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var next, column ta.FourEMAs
		for i := range next {
			period := rapid.IntRange(1, 30).Draw(t, "period")
			ema, err := ta.NewEMA(period)
			if err != nil {
				t.Fatal(err)
			}
			next[i], column[i] = ema, ema
		}
		series := values(t, true)
		cut := rapid.IntRange(0, len(series)).Draw(t, "cut")
		var columns [4][]float64
		for _, part := range [][]float64{series[:cut], series[cut:]} {
			for i := range columns {
				columns[i] = make([]float64, len(part))
			}
			column.Column(&columns, part)
			for bar, x := range part {
				var want [4]float64
				next.Next(&want, x)
				for i := range want {
					if !equalBits(columns[i][bar], want[i]) {
						t.Fatalf("average %d, value %d: %v, want %v", i, bar, columns[i][bar], want[i])
					}
				}
			}
		}
	})
}
