package ta_test

import (
	"errors"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/ta"
)

func TestEMA(t *testing.T) {
	tests := []struct {
		name         string
		period       int
		values, want []float64
	}{
		{"absent until period values are in, then seeded by their mean", 3, []float64{1, 2, 6, 5}, []float64{na, na, 3, 4}},
		{"a gap reads absent and changes nothing", 3, []float64{1, na, 2, 6, na, 5}, []float64{na, na, na, 3, na, 4}},
		{"a period of 1 is the series", 1, []float64{0.1, na, 0.3}, []float64{0.1, na, 0.3}},
		{"the step is e + k(x - e), which rounds unlike kx + (1-k)e", 2, []float64{0.1, 0.2, 0.3}, []float64{na, 0.15000000000000002, 0.25}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ema := made[ta.EMA](t)(ta.NewEMA(tt.period))
			feed(t, tt.name, ema.Next, tt.values, tt.want)
		})
	}
}

func TestRMA(t *testing.T) {
	tests := []struct {
		name         string
		period       int
		values, want []float64
	}{
		{"seeded by a plain mean, then Wilder's step", 3, []float64{1, 2, 6, 9}, []float64{na, na, 3, 5}},
		{"a gap reads absent and changes nothing", 2, []float64{1, na, 3, na, 8}, []float64{na, na, 2, na, 5}},
		{"a period of 1 is the series", 1, []float64{0.1, 0.2}, []float64{0.1, 0.2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rma := made[ta.RMA](t)(ta.NewRMA(tt.period))
			feed(t, tt.name, rma.Next, tt.values, tt.want)
		})
	}
}

func TestSMA(t *testing.T) {
	// 0.1 + 0.2 + 0.3 depends on the order: 0.6000000000000001 from the left.
	tests := []struct {
		name         string
		period       int
		values, want []float64
	}{
		{"absent until period values are in", 3, []float64{3, 6, 9, 12}, []float64{na, na, 6, 9}},
		{"summed oldest first", 3, []float64{0.1, 0.2, 0.3, 0.3}, []float64{na, na, 0.6000000000000001 / 3, 0.8 / 3}},
		{"a gap repeats the reading and leaves the window", 2, []float64{na, 2, na, 4, na, 6}, []float64{na, na, na, 3, 3, 5}},
		{"a period of 1 is the series, with the last value held over gaps", 1, []float64{0.1, na, 0.3}, []float64{0.1, 0.1, 0.3}},
		{"huge then tiny leaves no dust", 2, []float64{1e300, 1, 1, 1}, []float64{na, 5e299, 1, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sma := made[ta.SMA](t)(ta.NewSMA(tt.period))
			feed(t, tt.name, sma.Next, tt.values, tt.want)
		})
	}
}

func TestConstructorsNameThePeriodTheyRefuse(t *testing.T) {
	constructors := map[string]func(int) error{
		"EMA":        func(n int) error { _, err := ta.NewEMA(n); return err },
		"RMA":        func(n int) error { _, err := ta.NewRMA(n); return err },
		"SMA":        func(n int) error { _, err := ta.NewSMA(n); return err },
		"RSI":        func(n int) error { _, err := ta.NewRSI(n, 50); return err },
		"Extremes":   func(n int) error { _, err := ta.NewExtremes(n); return err },
		"Stochastic": func(n int) error { _, err := ta.NewStochastic(n, 0); return err },
		"WaveIndex":  func(n int) error { _, err := ta.NewWaveIndex(n, 0); return err },
		"WaveTrend, channel": func(n int) error {
			_, err := ta.NewWaveTrend(ta.WaveTrendOptions{Channel: n, Average: 1, Signal: 1})
			return err
		},
		"WaveTrend, average": func(n int) error {
			_, err := ta.NewWaveTrend(ta.WaveTrendOptions{Channel: 1, Average: n, Signal: 1})
			return err
		},
		"WaveTrend, signal": func(n int) error {
			_, err := ta.NewWaveTrend(ta.WaveTrendOptions{Channel: 1, Average: 1, Signal: n})
			return err
		},
		"Schaff, period": func(n int) error { _, err := ta.NewSchaff(ta.SchaffOptions{Period: n, Fast: 1, Slow: 2}); return err },
		"Schaff, fast":   func(n int) error { _, err := ta.NewSchaff(ta.SchaffOptions{Period: 1, Fast: n, Slow: 2}); return err },
		"Schaff, slow":   func(n int) error { _, err := ta.NewSchaff(ta.SchaffOptions{Period: 1, Fast: 1, Slow: n}); return err },
	}
	for name, construct := range constructors {
		for _, period := range []int{0, -1, ta.MaxPeriod + 1} {
			var refused *core.Error
			if err := construct(period); !errors.As(err, &refused) {
				t.Errorf("New%s with period %d: %v, want a *core.Error", name, period, err)
			} else if refused.Code != core.InvalidParam || refused.Value != float64(period) || refused.Low != 1 {
				t.Errorf("New%s with period %d: %+v", name, period, refused)
			}
		}
		if err := construct(1); err != nil {
			t.Errorf("New%s with period 1: %v", name, err)
		}
	}
}
