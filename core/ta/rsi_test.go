package ta_test

import (
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/ta"
)

func TestRSIBits(t *testing.T) {
	const absent = 0x7ff8000000000000
	tests := []struct {
		name   string
		period int
		flat   float64
		closes []float64
		want   []uint64
	}{
		{"absent until period moves are in", 3, 50, []float64{10, 11, 10.5}, []uint64{absent, absent, absent}},
		{"mean seed, then Wilder smoothing", 3, 50, []float64{10, 11, 10.5, 12, 11},
			[]uint64{absent, absent, absent, 0x4054d55555555556, 0x404bc71c71c71c72}},
		{"no move is 50, no fall is 100", 1, 50, []float64{7, 7, 8}, []uint64{absent, 0x4049000000000000, 0x4059000000000000}},
		{"no move is absent where flat is", 1, core.Absent(), []float64{7, 7, 8}, []uint64{absent, absent, 0x4059000000000000}},
		{"no rise is 0", 1, 50, []float64{8, 7}, []uint64{absent, 0}},
		{"a gap is passed over", 1, 50, []float64{7, na, 8, 7}, []uint64{absent, absent, 0x4059000000000000, 0}},
		{"a fall so small that the ratio overflows is 100", 2, 50, []float64{1e-300, 0, 1e100},
			[]uint64{absent, absent, 0x4059000000000000}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rsi := made[ta.RSI](t)(ta.NewRSI(tt.period, tt.flat))
			for i, c := range tt.closes {
				if got := rsi.Next(c); math.Float64bits(got) != tt.want[i] {
					t.Errorf("bar %d, close %v: RSI(%d) = %v (%#016x), want %#016x", i, c, tt.period, got, math.Float64bits(got), tt.want[i])
				}
			}
		})
	}
}
