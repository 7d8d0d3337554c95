package volume_test

import (
	"math"
	"math/big"
	"sort"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

func compute(t *rapid.T, p volume.Params, c core.Columns) *volume.Profile {
	t.Helper()
	profile, err := volume.Compute(p, c)
	if err != nil {
		t.Fatalf("Compute(%+v) of %d bars: %v", p, c.Len(), err)
	}
	return profile
}

// TestLawsSlow holds Compute against the specification read aloud.
func TestLawsSlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 1, 30)
		p := drawParams(t, size)
		p.VolumeUnit = drawUnit(t)
		got := compute(t, p, bars)
		mustEqual(t, "Compute", got, slowProfile(p, bars, got.Unit))
	})
}

// TestLawsConservation: the rows hold exactly the bars' volume in whole units.
func TestLawsConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 1, 30)
		p := drawParams(t, size)
		p.VolumeUnit = drawUnit(t)
		got := compute(t, p, bars)
		due, rows := new(big.Int), new(big.Int)
		whole := func(v float64) *big.Int {
			b, accuracy := big.NewFloat(v / got.Unit).Int(nil)
			if accuracy != big.Exact {
				t.Fatalf("%v is no whole number of units of %v", v, got.Unit)
			}
			return b
		}
		for _, v := range bars.Volume {
			b, _ := big.NewFloat(math.RoundToEven(v / got.Unit)).Int(nil)
			due.Add(due, b)
		}
		for i := range got.Len() {
			rows.Add(rows, whole(got.Up[i]))
			rows.Add(rows, whole(got.Down[i]))
		}
		if due.Cmp(rows) != 0 || due.Cmp(whole(got.Total)) != 0 {
			t.Fatalf("rows hold %v units, total says %v, bars had %v", rows, whole(got.Total), due)
		}
	})
}

// TestLawsOrder: the order of bars does not change how much lies where. (Up and
// down may turn where a bar takes its side from the one before; the mean is
// kept in bar order.)
func TestLawsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 1, 20)
		p := drawParams(t, size)
		order := rapid.Permutation(index(bars.Len())).Draw(t, "order")
		var other core.Columns
		for i, from := range order {
			bar := bars.At(from)
			bar.OpenTime = bars.OpenTime[i]
			other.Append(bar)
		}
		a, b := compute(t, p, bars), compute(t, p, other)
		for i := range a.Len() {
			a.Up[i], a.Down[i] = a.Up[i]+a.Down[i], 0
			b.Up[i], b.Down[i] = b.Up[i]+b.Down[i], 0
		}
		b.VWAP, b.SD = a.VWAP, a.SD
		mustEqual(t, "bars in another order", b, a)
	})
}

func index(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// TestLawsSplit: a bar cut in two at one of its prices, its volume shared out
// in whole units, leaves the total as it was.
func TestLawsSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 1, 12)
		p := drawParams(t, size)
		p.VolumeUnit = 0x1p-20
		at := rapid.IntRange(0, bars.Len()-1).Draw(t, "bar")
		bar := bars.At(at)
		price := bar.Close
		units := math.RoundToEven(bar.Volume / p.VolumeUnit)
		lower := math.Floor(units * rapid.Float64Range(0, 1).Draw(t, "share"))
		var cut core.Columns
		for i := range bars.Len() {
			k := bars.At(i)
			k.OpenTime = int64(2 * i)
			if i != at {
				cut.Append(k)
				continue
			}
			cut.Append(core.Candle{OpenTime: k.OpenTime, Open: price, High: price, Low: k.Low, Close: price, Volume: lower * p.VolumeUnit})
			cut.Append(core.Candle{OpenTime: k.OpenTime + 1, Open: price, High: k.High, Low: price, Close: price, Volume: (units - lower) * p.VolumeUnit})
		}
		a, b := compute(t, p, bars), compute(t, p, cut)
		if !same(a.Total, b.Total) || !same(sum(a), sum(b)) {
			t.Fatalf("cut at %v: total %v, want %v", price, b.Total, a.Total)
		}
	})
}

func sum(p *volume.Profile) (all float64) {
	for i := range p.Len() {
		all += p.Up[i] + p.Down[i]
	}
	return all
}

// TestLawsLevels: val <= poc <= vah, the area holds its share, nodes are in
// order and stand out as much as asked.
func TestLawsLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 1, 30)
		p := drawParams(t, size)
		got := compute(t, p, bars)
		if got.Total == 0 {
			for _, v := range []float64{got.POC, got.VAH, got.VAL, got.Enclosed} {
				if !same(v, core.Absent()) {
					t.Fatalf("a level of no volume is %v, want absent", v)
				}
			}
			if len(got.HighNodes)+len(got.LowNodes) != 0 || got.Shape != volume.NoShape {
				t.Fatalf("a profile of no volume has nodes %v %v, shape %v", got.HighNodes, got.LowNodes, got.Shape)
			}
			return
		}
		if !(got.VAL <= got.POC && got.POC <= got.VAH) {
			t.Fatalf("val %v, poc %v, vah %v are not in order", got.VAL, got.POC, got.VAH)
		}
		if pressed(got) {
			return // rows narrower than prices: see parts.strain
		}
		if got.Enclosed < p.ValueArea*got.Total || got.Enclosed > got.Total {
			t.Fatalf("the value area holds %v of %v, asked for %v of it", got.Enclosed, got.Total, p.ValueArea)
		}
		for _, nodes := range [][]volume.Node{got.HighNodes, got.LowNodes} {
			if !sort.SliceIsSorted(nodes, func(i, j int) bool { return nodes[i].Row < nodes[j].Row }) {
				t.Fatalf("nodes %v are not by row", nodes)
			}
			for _, n := range nodes {
				if n.Prominence < p.NodeStrength*(1-1e-15) || n.Prominence > 1 {
					t.Fatalf("node %+v has a prominence outside %v to 1", n, p.NodeStrength)
				}
			}
		}
	})
}

// pressed reports whether a row holds less than nothing.
func pressed(p *volume.Profile) bool {
	for i := range p.Len() {
		if p.Up[i] < 0 || p.Down[i] < 0 {
			return true
		}
	}
	return false
}
