package cipher

import (
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

// Differences this close to the tie are rarer than any series a test can draw,
// so they are made by hand.
const (
	tied  = 0x1p-34 // 5.8e-11, below the tie of 1e-10
	apart = 0x1p-33 // 1.16e-10, above it
)

func TestComparisonsHaveATie(t *testing.T) {
	const at = 1e-10 // exactly the tie: equal still
	absent := core.Absent()
	tests := []struct {
		a, b                          float64
		above, below, atLeast, atMost bool
	}{
		{1, 1, false, false, true, true},
		{at, 0, false, false, true, true},
		{0, at, false, false, true, true},
		{tied, 0, false, false, true, true},
		{apart, 0, true, false, true, false},
		{0, apart, false, true, false, true},
		{53 + tied, 53, false, false, true, true},
		{absent, 0, false, false, false, false},
		{0, absent, false, false, false, false},
		{math.Inf(1), 0, true, false, true, false},
	}
	for _, tt := range tests {
		for name, got := range map[string][2]bool{
			"above": {above(tt.a, tt.b), tt.above}, "below": {below(tt.a, tt.b), tt.below},
			"atLeast": {atLeast(tt.a, tt.b), tt.atLeast}, "atMost": {atMost(tt.a, tt.b), tt.atMost},
		} {
			if got[0] != got[1] {
				t.Errorf("%s(%v, %v) = %v", name, tt.a, tt.b, got[0])
			}
		}
	}
}

func TestCirclesHaveATie(t *testing.T) {
	p := Default(Quantum)
	var s circles
	s.init(&p)
	bars := []struct {
		wt1, wt2 float64
		want     Flags
	}{
		{-1, 0, 0},
		{tied, 0, 0}, // as good as equal
		{apart, 0, 1 << CrossUp},
		{0, apart, 1 << CrossDown},
		{0, 53 - tied, 1 << WTIsOverbought},
		{0, 53 - apart, 0},
		{-54, -53 + tied, 1 << WTIsOversold},
		{-54, -53 + apart, 0},
		{-53, -54, 1<<CrossUp | 1<<WTIsOversold | 1<<Buy},
	}
	for i, bar := range bars {
		if got := s.next(bar.wt1, bar.wt2, 0, core.Absent(), 0); got != bar.want {
			t.Errorf("bar %d, waves %v and %v: flags %b, want %b", i, bar.wt1, bar.wt2, got, bar.want)
		}
	}
}

func TestCipherAsWavesHaveATieAndItsPricesThePresets(t *testing.T) {
	for preset, tie := range map[Preset]float64{Quantum: 0, Classic: 1e-10} {
		p, r := Default(preset), rulesOf(preset)
		var s trend
		s.init(&p, &r)
		crossed := []Flags{0, 0, 1 << GreenDiamond}
		for i, wt1 := range []float64{-1, tied, apart} {
			if got := s.next(5, 5, 9, 9, 9, 9, wt1, 0, 50) & (1<<GreenDiamond | 1<<RedDiamond); got != crossed[i] {
				t.Errorf("%v, wave %v: flags %b, want %b", preset, wt1, got, crossed[i])
			}
		}
		// open, close, ema1, ema2, ema3, ema8: all within 1e-10 of each other
		s.next(2e-11, 3e-11, 0, 1e-11, 0, 0, 0, 0, 50)
		flags := s.next(2e-11, 3e-11, 0, 1e-11, 0, 0, 0, 0, 50)
		if seen := flags.Has(RibbonUp) && flags.Has(BullCandle); seen != (tie == 0) {
			t.Errorf("%v: differences of 1e-11 in price are seen: %v", preset, seen)
		}
	}
}
