package ta_test

import (
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// TestInfinitiesEndInAbsent: sums that leave the range of binary64 meet their
// opposites sooner or later, and what is left is the one absent value.
func TestInfinitiesEndInAbsent(t *testing.T) {
	next, column := made[ta.EMA](t)(ta.NewEMA(3)), made[ta.EMA](t)(ta.NewEMA(3))
	src := []float64{1, 2, 3, math.Inf(1), 4, 5}
	want := []float64{na, na, 2, math.Inf(1), na, na}
	dst := make([]float64, len(src))
	column.Column(dst, src)
	feed(t, "EMA(3)", next.Next, src, want)
	for i := range want {
		if !equalBits(dst[i], want[i]) {
			t.Errorf("value %d: Column gives %#016x, want %v", i, math.Float64bits(dst[i]), want[i])
		}
	}
}

func TestBlocksAllocateNothing(t *testing.T) {
	src := walk(200)
	dst, other, third := make([]float64, len(src)), make([]float64, len(src)), make([]float64, len(src))
	runs := map[string]func(){}
	for _, k := range kinds {
		b, err := k.make(14)
		if err != nil {
			t.Fatal(err)
		}
		switch b := b.(type) { // past the adapters above, which allocate
		case *firstWave:
			runs[k.name] = func() { b.WaveTrend.Next(3, 1, 2); b.WaveTrend.Column(dst, other, third, src, src, src) }
		case *secondWave:
			runs[k.name] = func() { b.WaveTrend.Smooth(2); b.WaveTrend.Column(dst, other, third, src, src, src) }
		case *spanned:
			runs[k.name] = func() { b.Extremes.Next(2); b.Extremes.Column(dst, other, src) }
		default:
			runs[k.name] = func() { b.Next(src[0]); b.Column(dst, src) }
		}
	}
	for name, run := range runs {
		if allocations := testing.AllocsPerRun(100, run); allocations != 0 {
			t.Errorf("%s: %v allocations", name, allocations)
		}
	}
}

// FuzzLoad gives every block bytes that it never wrote: they are refused or
// make a state that goes on without a panic.
func FuzzLoad(f *testing.F) {
	for i, k := range kinds {
		b, err := k.make(3)
		if err != nil {
			f.Fatal(err)
		}
		for _, x := range walk(10) {
			b.Next(x)
		}
		f.Add(uint8(i), saved(b))
	}
	f.Fuzz(func(t *testing.T, which uint8, state []byte) {
		b, err := kinds[int(which)%len(kinds)].make(3)
		if err != nil {
			t.Fatal(err)
		}
		reader := snap.NewReader(state)
		b.Load(&reader)
		if !reader.OK() {
			return
		}
		dst := make([]float64, 40)
		b.Column(dst, walk(40))
		b.Next(1)
	})
}
