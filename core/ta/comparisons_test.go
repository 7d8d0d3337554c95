package ta_test

import (
	"testing"

	"github.com/quantum-signals/quantum/core/ta"
)

func TestCrossing(t *testing.T) {
	tests := []struct {
		name string
		tie  float64
		a, b []float64
		want []int
	}{
		{"the first side is no crossing", 0, []float64{1, 2}, []float64{0, 0}, []int{0, 0}},
		{"up and down", 0, []float64{-1, 1, -1}, []float64{0, 0, 0}, []int{0, 1, -1}},
		{"a tie keeps the side", 0, []float64{-1, 0, -1, 0, 1}, []float64{0, 0, 0, 0, 0}, []int{0, 0, 0, 0, 1}},
		{"differences up to the tie are none, above it are", 0.5, []float64{-1, 0.5, 0.75, -0.5, -0.75}, []float64{0, 0, 0, 0, 0}, []int{0, 0, 1, 0, -1}},
		{"a gap keeps the side", 0, []float64{-1, na, 1}, []float64{0, 0, 0}, []int{0, 0, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			crossing := ta.Crossing{Tie: tt.tie}
			for i := range tt.a {
				if got := crossing.Next(tt.a[i], tt.b[i]); got != tt.want[i] {
					t.Errorf("bar %d: Next(%v, %v) = %d, want %d", i, tt.a[i], tt.b[i], got, tt.want[i])
				}
			}
		})
	}
}

func TestOrder(t *testing.T) {
	tests := []struct {
		name string
		a, b []float64
		want []int
	}{
		{"the first bar is no rise", []float64{1, 1}, []float64{0, 0}, []int{0, 0}},
		{"from below and back", []float64{-1, 1, -1}, []float64{0, 0, 0}, []int{0, 1, -1}},
		{"touching and going up again is a rise", []float64{1, 0, 1}, []float64{0, 0, 0}, []int{0, 0, 1}},
		{"touching from below and falling again is a fall", []float64{-1, 0, -1}, []float64{0, 0, 0}, []int{0, 0, -1}},
		{"a gap is passed over", []float64{-1, na, 1, 2}, []float64{0, 0, 0, na}, []int{0, 0, 1, 0}},
		{"exact: the least difference counts", []float64{1, 1}, []float64{1, 0.9999999999999999}, []int{0, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var order ta.Order
			for i := range tt.a {
				if got := order.Next(tt.a[i], tt.b[i]); got != tt.want[i] {
					t.Errorf("bar %d: Next(%v, %v) = %d, want %d", i, tt.a[i], tt.b[i], got, tt.want[i])
				}
			}
		})
	}
}

func TestPivots(t *testing.T) {
	const none, high, low = ta.NoPivot, ta.PivotHigh, ta.PivotLow
	tests := []struct {
		name   string
		tie    float64
		values []float64
		want   []ta.Pivot
	}{
		{"found two bars late", 0, []float64{1, 2, 3, 2, 1}, []ta.Pivot{none, none, none, none, high}},
		{"a low", 0, []float64{3, 2, 1, 2, 3}, []ta.Pivot{none, none, none, none, low}},
		{"a plateau is none", 0, []float64{1, 2, 2, 1, 0}, []ta.Pivot{none, none, none, none, none}},
		{"an outer neighbour as high is none", 0, []float64{3, 2, 3, 2, 1}, []ta.Pivot{none, none, none, none, none}},
		{"a later outer neighbour as high is none", 0, []float64{1, 2, 3, 2, 3}, []ta.Pivot{none, none, none, none, none}},
		{"a difference up to the tie is none", 1, []float64{1, 2, 3, 2, 1}, []ta.Pivot{none, none, none, none, none}},
		{"a gap among the five is none", 0, []float64{na, 2, 3, 2, 1}, []ta.Pivot{none, none, none, none, none}},
		{"three apart at the nearest", 0, []float64{0, 1, 9, 2, 1, 8, 2, 1}, []ta.Pivot{none, none, none, none, high, none, low, high}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pivots, column := ta.NewPivots(tt.tie), ta.NewPivots(tt.tie)
			batch := make([]ta.Pivot, len(tt.values))
			column.Column(batch, tt.values, 2)
			for i, x := range tt.values {
				if got := pivots.Next(x); got != tt.want[i] || batch[i] != tt.want[i]<<2 {
					t.Errorf("value %d: Next(%v) = %d, Column gives %d, want %d", i, x, got, batch[i]>>2, tt.want[i])
				}
			}
		})
	}
}
