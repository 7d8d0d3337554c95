package ta_test

import (
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/ta"
)

func TestExtremes(t *testing.T) {
	tests := []struct {
		name              string
		period            int
		values, low, high []float64
	}{
		{"of all values while they are few", 3, []float64{5, 7, 4}, []float64{5, 5, 4}, []float64{5, 7, 7}},
		{"old values leave", 3, []float64{9, 1, 5, 5, 5, 2}, []float64{9, 1, 1, 1, 5, 2}, []float64{9, 9, 9, 5, 5, 5}},
		{"a period of 1 is the series", 1, []float64{3, -2, 8}, []float64{3, -2, 8}, []float64{3, -2, 8}},
		{"negative zero is below zero", 2, []float64{0, math.Copysign(0, -1)},
			[]float64{0, math.Copysign(0, -1)}, []float64{0, 0}},
		{"infinities are values", 2, []float64{math.Inf(1), math.Inf(-1), 0},
			[]float64{math.Inf(1), math.Inf(-1), math.Inf(-1)}, []float64{math.Inf(1), math.Inf(1), 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			extremes := made[ta.Extremes](t)(ta.NewExtremes(tt.period))
			for i, x := range tt.values {
				low, high := extremes.Next(x)
				if !equalBits(low, tt.low[i]) || !equalBits(high, tt.high[i]) {
					t.Errorf("value %d: Next(%v) = %v, %v, want %v, %v", i, x, low, high, tt.low[i], tt.high[i])
				}
				if full := i >= tt.period-1; extremes.Full() != full {
					t.Errorf("value %d: Full() = %v, want %v", i, extremes.Full(), full)
				}
			}
		})
	}
}

func TestStochastic(t *testing.T) {
	tests := []struct {
		name         string
		period       int
		floor        float64
		values, want []float64
	}{
		{"absent until period values are in", 3, 0, []float64{1, 3, 2, 3}, []float64{na, na, 50, 100}},
		{"absent where nothing is spanned", 2, 0, []float64{1, 1, 2, 2, 1}, []float64{na, na, 100, na, 0}},
		{"absent where no more than the floor is spanned", 2, 1, []float64{1, 2, 4}, []float64{na, na, 100}},
		{"a gap reads absent and changes nothing", 2, 0, []float64{1, na, 3, na, 2}, []float64{na, na, 100, na, 0}},
		{"a period of 1 spans nothing", 1, 0, []float64{1, 2}, []float64{na, na}},
		{"multiplied before divided", 3, 0, []float64{0, 3, 1, 2}, []float64{na, na, 100.0 / 3, 50}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stochastic := made[ta.Stochastic](t)(ta.NewStochastic(tt.period, tt.floor))
			feed(t, tt.name, stochastic.Next, tt.values, tt.want)
		})
	}
}

func TestWaveIndex(t *testing.T) {
	tests := []struct {
		name         string
		period       int
		floor        float64
		values, want []float64
	}{
		// centre 2, then 2 + 2/3*(5-2) = 4; |5-4| = 1; spread (0+1)/2 only from the second centre on
		{"absent for 2(period-1) values", 2, 0, []float64{1, 3, 5}, []float64{na, na, 1 / (0.015 * 1)}},
		{"a price that stands still has no index", 2, 0, []float64{7, 7, 7, 7}, []float64{na, na, na, na}},
		{"or 0, with a floor", 2, 1e-12, []float64{7, 7, 7, 7}, []float64{na, na, 0, 0}},
		{"a spread within the floor's share of the price is no spread", 2, 0.5, []float64{100, 101, 102, 400}, []float64{na, na, 0, 0}},
		{"a period of 1 never strays", 1, 0, []float64{1, 2}, []float64{na, na}},
		{"nor with a floor", 1, 1e-12, []float64{1, 2}, []float64{0, 0}},
		{"a gap reads absent and changes nothing", 2, 0, []float64{1, na, 3, 5}, []float64{na, na, na, 1 / (0.015 * 1)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			index := made[ta.WaveIndex](t)(ta.NewWaveIndex(tt.period, tt.floor))
			feed(t, tt.name, index.Next, tt.values, tt.want)
		})
	}
}

func TestWaveTrendIsTheIndexSmoothedTwice(t *testing.T) {
	options := ta.WaveTrendOptions{Channel: 3, Average: 2, Signal: 3, Floor: 1e-12}
	waves := made[ta.WaveTrend](t)(ta.NewWaveTrend(options))
	index := made[ta.WaveIndex](t)(ta.NewWaveIndex(options.Channel, options.Floor))
	first := made[ta.EMA](t)(ta.NewEMA(options.Average))
	second := made[ta.SMA](t)(ta.NewSMA(options.Signal))
	present := 0
	for i, x := range walk(200) {
		if i > 100 && i < 150 {
			x = 30_000 // stands still
		}
		high, low, close := x+3, x-2, x+1
		wantFirst := first.Next(index.Next(((high + low) + close) / 3))
		wantSecond := second.Next(wantFirst)
		gotFirst, gotSecond := waves.Next(high, low, close)
		if !equalBits(gotFirst, wantFirst) || !equalBits(gotSecond, wantSecond) {
			t.Fatalf("bar %d: Next = %v, %v, want %v, %v", i, gotFirst, gotSecond, wantFirst, wantSecond)
		}
		if gotSecond == gotSecond {
			present++
		}
	}
	if warm := 2*(options.Channel-1) + options.Average - 1 + options.Signal - 1; present != 200-warm {
		t.Errorf("%d second waves, want all but the first %d", present, warm)
	}
}

func TestSchaff(t *testing.T) {
	tests := []struct {
		name         string
		options      ta.SchaffOptions
		values, want []float64
	}{
		// fast 1, slow 2: differences absent, 0.5, 1, -1 ... worked by hand
		{"starts from 0 and is absent for slow+period-2 bars", ta.SchaffOptions{Period: 2, Fast: 1, Slow: 2, Factor: 1},
			[]float64{1, 2, 4, 1}, []float64{na, na, 100, 0}},
		{"a price that stands still stays at 0", ta.SchaffOptions{Period: 2, Fast: 1, Slow: 2, Factor: 0.5, Floor: 1e-12},
			[]float64{7, 7, 7, 7}, []float64{na, na, 0, 0}},
		{"a window within the tie keeps the value", ta.SchaffOptions{Period: 2, Fast: 1, Slow: 2, Factor: 1, Tie: 100},
			[]float64{1, 2, 4, 1}, []float64{na, na, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			schaff := made[ta.Schaff](t)(ta.NewSchaff(tt.options))
			feed(t, tt.name, schaff.Next, tt.values, tt.want)
		})
	}
}

// TestSchaffIsItsDefinition compares with the recurrences as the specification
// writes them, over arrays.
func TestSchaffIsItsDefinition(t *testing.T) {
	o := ta.SchaffOptions{Period: 4, Fast: 3, Slow: 6, Factor: 0.3, Floor: 1e-12}
	schaff := made[ta.Schaff](t)(ta.NewSchaff(o))
	fast, slow := made[ta.EMA](t)(ta.NewEMA(o.Fast)), made[ta.EMA](t)(ta.NewEMA(o.Slow))
	values := walk(300)
	for i := 120; i < 160; i++ {
		values[i] = values[120]
	}
	var m, d []float64
	g, e, s, smooth := 0.0, 0.0, 0.0, 0.0
	for i, c := range values {
		m = append(m, fast.Next(c)-slow.Next(c))
		low, high := span(m, o.Period)
		if i >= o.Period-1 && m[i] == m[i] && high-low > 0 && high-low > float64(o.Floor*math.Abs(c)) {
			g = float64(((m[i] - low) / (high - low)) * 100)
		}
		smooth += float64(o.Factor * (g - smooth))
		d = append(d, smooth)
		low, high = span(d, o.Period)
		if i >= o.Period-1 && high-low > 1e-10 {
			e = float64(((smooth - low) / (high - low)) * 100)
		}
		s += float64(o.Factor * (e - s))
		want := s
		if i < o.Slow+o.Period-2 {
			want = na
		}
		if got := schaff.Next(c); !equalBits(got, want) {
			t.Fatalf("bar %d: Next(%v) = %v, want %v", i, c, got, want)
		}
	}
}

// span is the least and the greatest present value of the last period.
func span(values []float64, period int) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values[max(0, len(values)-period):] {
		if v == v {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

func TestFourEMAsAreFourEMAs(t *testing.T) {
	var four ta.FourEMAs
	var single [4]*ta.EMA
	for i, period := range []int{1, 3, 5, 9} {
		four[i] = *made[ta.EMA](t)(ta.NewEMA(period))
		single[i] = made[ta.EMA](t)(ta.NewEMA(period))
	}
	values := walk(60)
	values[20] = core.Absent()
	for i, x := range values {
		var got [4]float64
		four.Next(&got, x)
		for j := range got {
			if want := single[j].Next(x); !equalBits(got[j], want) {
				t.Errorf("value %d, average %d: %v, want %v", i, j, got[j], want)
			}
		}
	}
}
