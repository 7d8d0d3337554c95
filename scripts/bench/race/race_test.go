package race

import (
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
)

func TestRatioIsOfRounds(t *testing.T) {
	// The machine slows down from round to round; the ratio does not see it.
	ours, floor := Time{Samples: []float64{2, 4, 60}}, Time{Samples: []float64{1, 2, 20}}
	if got := ours.Ratio(floor); got != 2 {
		t.Errorf("ratio is %v, want 2", got)
	}
	if got := ours.Median(); got != 4 {
		t.Errorf("median is %v, want 4", got)
	}
	if got := (Time{Samples: []float64{3, 1, 2, 8}}).Median(); got != 2.5 {
		t.Errorf("median of four is %v, want 2.5", got)
	}
	if got := ours.Best(); got != 2 {
		t.Errorf("best is %v, want 2", got)
	}
}

func TestWindowsCoverThePool(t *testing.T) {
	pool := core.MakeColumns(10)
	for i := range 10 {
		pool.Append(core.Candle{OpenTime: int64(i)})
	}
	windows := Windows(pool, 3)
	if len(windows) != 3 {
		t.Fatalf("%d windows of 3 in 10 bars, want 3", len(windows))
	}
	for k, w := range windows {
		if w.Len() != 3 || w.OpenTime[0] != int64(3*k) {
			t.Errorf("window %d: %d bars from %d, want 3 from %d", k, w.Len(), w.OpenTime[0], 3*k)
		}
	}
}

func TestHowManyRounds(t *testing.T) {
	o := Options{Samples: 9, Budget: time.Second}
	f := func(rounds int, took time.Duration, want bool) {
		t.Helper()
		if got := o.more(rounds, took); got != want {
			t.Errorf("after %d rounds and %v, more is %v, want %v", rounds, took, got, want)
		}
	}
	f(0, 0, true)
	f(8, 2*time.Second, true)
	f(9, 999*time.Millisecond, true)
	f(9, time.Second, false)
	f(2, time.Hour, true)
	f(3, 20*time.Second, false)
}

var sink []byte

func TestRunTakesTurnsAndCountsAllocations(t *testing.T) {
	windows := Windows(core.Columns{OpenTime: make([]int64, 4), Open: make([]float64, 4), High: make([]float64, 4),
		Low: make([]float64, 4), Close: make([]float64, 4), Volume: make([]float64, 4)}, 2)
	order := ""
	times := Run([]Contestant{
		{"a", func(core.Columns) { order += "a" }},
		{"b", func(core.Columns) { sink = make([]byte, 100); sink = make([]byte, 100) }},
	}, windows, Options{Samples: 3})
	if len(times) != 2 || len(times[0].Samples) != 3 || len(times[1].Samples) != 3 {
		t.Fatalf("times are %v, want 3 samples of 2", times)
	}
	if times[1].Allocs != 2 {
		t.Errorf("b allocates %v times, want 2", times[1].Allocs)
	}
	if len(order) != 2+2+3*2 { // counting, warming up, and two windows a round
		t.Errorf("a ran %d times, want 10", len(order))
	}
}

func TestClockStandsStillWhileOthersRun(t *testing.T) {
	from, wall := now(), time.Now()
	spun := 0
	for time.Since(wall) < time.Millisecond {
		spun++
	}
	if took := now() - from; took <= 0 || spun == 0 {
		t.Errorf("the clock went %v in %d turns", took, spun)
	}
}
