package outcomes

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestWilsonInterval(t *testing.T) {
	// R: binom::binom.confint(x, n, method = "wilson").
	for _, tt := range []struct {
		hits, n   int
		low, high float64
	}{{8, 10, 0.4901625, 0.9433178}, {0, 10, 0, 0.2775328}, {10, 10, 0.7224672, 1}, {50, 100, 0.4038315, 0.5961685}} {
		e := wilson(tt.hits, tt.n, 0.95)
		if math.Abs(float64(e.Low)-tt.low) > 1e-6 || math.Abs(float64(e.High)-tt.high) > 1e-6 {
			t.Errorf("wilson(%d, %d) = %v to %v, want %v to %v", tt.hits, tt.n, e.Low, e.High, tt.low, tt.high)
		}
	}
	if e := wilson(0, 0, 0.95); e.Value.Known() || e.Low.Known() {
		t.Errorf("wilson of nothing is %+v", e)
	}
}

func TestStudentsTest(t *testing.T) {
	// R: t.test(c(1, 2, 3, 4, 5), mu = 2)$p.value.
	if p := differs([]float64{1, 2, 3, 4, 5}, 2, 2); math.Abs(p-0.2301996) > 1e-6 {
		t.Errorf("p = %v, want 0.2301996", p)
	}
	for name, p := range map[string]float64{
		"too few": differs([]float64{1, 2, 3}, 0, 4), "no spread": differs([]float64{1, 1, 1}, 0, 2),
	} {
		if !math.IsNaN(p) {
			t.Errorf("%s: p = %v, want none", name, p)
		}
	}
}

func TestDiscoveries(t *testing.T) {
	// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH").
	nan := math.NaN()
	q, compared := discoveries([]float64{0.01, nan, 0.04, 0.03, 0.005})
	want := []float64{0.02, nan, 0.04, 0.04, 0.02}
	for i := range want {
		if math.Abs(q[i]-want[i]) > 1e-12 || math.IsNaN(q[i]) != math.IsNaN(want[i]) {
			t.Errorf("q = %v, want %v", q, want)
			break
		}
	}
	if compared != 4 {
		t.Errorf("compared %d, want 4", compared)
	}
}

func TestBootstrapIntervals(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 2, 15, 40} {
		values := make([]float64, n)
		for i := range values {
			values[i] = rng.NormFloat64() + 1
		}
		slices.Sort(values)
		r := resampling{rand.New(rand.NewPCG(1, 2)), 4000, 0.95}
		again := resampling{rand.New(rand.NewPCG(1, 2)), 4000, 0.95}
		if a, b := r.mean(values), again.mean(values); a != b {
			t.Errorf("n = %d: the same seed gives %+v and %+v", n, a, b)
		}
		// The median by its order statistics, against resamples drawn in full.
		quick := r.median(values)
		slow := r.interval(median(values), func() float64 {
			drawn := make([]float64, n)
			for i := range drawn {
				drawn[i] = values[r.rng.IntN(n)]
			}
			slices.Sort(drawn)
			return median(drawn)
		})
		width := float64(slow.High-slow.Low) + 1e-12
		if math.Abs(float64(quick.Low-slow.Low))/width > 0.1 || math.Abs(float64(quick.High-slow.High))/width > 0.1 {
			t.Errorf("n = %d: median from %v to %v, drawn in full from %v to %v", n, quick.Low, quick.High, slow.Low, slow.High)
		}
	}
}

// An interval of 95 % holds the true mean in about 95 of 100 samples.
func TestBootstrapCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	held := 0
	const samples = 400
	for range samples {
		values := make([]float64, 60)
		for i := range values {
			values[i] = rng.ExpFloat64() // mean 1, far from normal
		}
		e := resampling{rng, 400, 0.95}.mean(values)
		if float64(e.Low) <= 1 && 1 <= float64(e.High) {
			held++
		}
	}
	if held < samples*89/100 || held > samples*98/100 {
		t.Errorf("%d of %d intervals hold the mean, want about 95 of 100", held, samples)
	}
}
