// Package race times several ways of doing the same work against each other.
package race

import (
	"runtime"
	"slices"
	"time"

	"github.com/quantum-signals/quantum/core"
)

// Contestant is one way of doing the work.
type Contestant struct {
	Name string
	Run  func(c core.Columns) // does it once, over all bars of c
}

// Options say how much to measure.
type Options struct {
	Samples int           // of each contestant, at least, and at least 1
	Budget  time.Duration // more samples are taken for this long; 0 is none
}

// A race that takes patience times its budget ends with few samples, but no
// fewer than three.
const patience = 20

// Time is what one contestant took.
type Time struct {
	Name    string
	Samples []float64 // ns per bar, one a round
	Allocs  float64   // allocations of one run
}

// Median is the middle sample.
func (t Time) Median() float64 { return median(t.Samples) }

// Best is the least sample: what the core does when nothing else disturbs it.
func (t Time) Best() float64 { return slices.Min(t.Samples) }

// Ratio is how many times as long t took as other: the median over rounds,
// whose two samples were taken one right after the other and share the
// machine's mood.
func (t Time) Ratio(other Time) float64 {
	ratios := make([]float64, len(t.Samples))
	for i, s := range t.Samples {
		ratios[i] = s / other.Samples[i]
	}
	return median(ratios)
}

func median(samples []float64) float64 {
	s := slices.Sorted(slices.Values(samples))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

// Windows cuts a pool of bars into runs of n. A contestant goes over all of
// them in each sample: one short run over and over would be learned by heart
// by the branch predictor and flatter whoever branches.
func Windows(pool core.Columns, n int) []core.Columns {
	windows := make([]core.Columns, 0, pool.Len()/n)
	for at := 0; at+n <= pool.Len(); at += n {
		windows = append(windows, pool.Slice(at, at+n))
	}
	return windows
}

// Run times the contestants over the windows, in turns.
func Run(contestants []Contestant, windows []core.Columns, o Options) []Time {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	times := make([]Time, len(contestants))
	for i, c := range contestants {
		times[i] = Time{Name: c.Name, Allocs: allocs(c, windows[0])}
		sample(c, windows) // what is not yet in any cache is not measured
	}
	runtime.GC()
	began := time.Now()
	for round := 0; o.more(round, time.Since(began)); round++ {
		for k := range contestants {
			i := (k + round) % len(contestants) // nobody is always first
			times[i].Samples = append(times[i].Samples, sample(contestants[i], windows))
		}
	}
	return times
}

// more reports whether another round is due after so many and so long.
func (o Options) more(rounds int, took time.Duration) bool {
	if rounds < max(o.Samples, 1) {
		return rounds < 3 || took < patience*o.Budget
	}
	return took < o.Budget
}

// sample is one contestant's ns per bar over all windows.
func sample(c Contestant, windows []core.Columns) float64 {
	began := now()
	for _, w := range windows {
		c.Run(w)
	}
	return float64(now()-began) / float64(len(windows)*windows[0].Len())
}

// allocs counts the allocations of one run: the lesser of two runs, since the
// runtime makes some of its own.
func allocs(c Contestant, window core.Columns) float64 {
	var before, after runtime.MemStats
	least := ^uint64(0)
	for range 2 {
		runtime.ReadMemStats(&before)
		c.Run(window)
		runtime.ReadMemStats(&after)
		least = min(least, after.Mallocs-before.Mallocs)
	}
	return float64(least)
}
