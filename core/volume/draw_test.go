package volume_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// lattices are grids of prices, cheap and dear, whole and decimal, down to
// where binary64 has few values left between rows. size is a row height that
// meets the lattice: many prices then lie on an edge, or one rounding off it.
var lattices = []struct {
	name  string
	price func(j int) float64
	size  float64
}{
	{"cents", func(j int) float64 { return float64(3000+j) / 100 }, 0.01},
	{"dimes by nickels", func(j int) float64 { return float64(j) / 10 }, 0.05},
	{"tenths", func(j int) float64 { return float64(j) / 10 }, 0.1},
	{"quarters", func(j int) float64 { return 120 + float64(j)/4 }, 0.5},
	{"below zero", func(j int) float64 { return float64(j-40) / 100 }, 0.03},
	{"satoshis", func(j int) float64 { return float64(25000+j) / 1e11 }, 7e-11},
	{"fifties", func(j int) float64 { return 30000 + float64(j)*12.5 }, 50},
	{"few values", func(j int) float64 { return 1e16 + 2*float64(j) }, 6},
	{"huge", func(j int) float64 { return float64(j-30) * 1e98 }, 3e98},
	{"least", func(j int) float64 { return float64(j) * 5e-324 }, 1e-323},
}

// drawBars draws a series: short moves on a lattice, many bars flat, on an
// edge, or closing where they opened, gaps in time, volumes from none to many
// units.
func drawBars(t *rapid.T, least, most int) (c core.Columns, size float64) {
	lattice := rapid.SampledFrom(lattices).Draw(t, "lattice")
	n := rapid.IntRange(least, most).Draw(t, "bars")
	small := func(most int, name string) int { return rapid.IntRange(0, most).Draw(t, name) }
	at, open := 30, int64(1_700_000_000_000)
	for range n {
		at = min(max(at+small(8, "move")-4, 0), 90)
		low := at
		high := low
		if small(3, "flat") > 0 {
			high += small(6, "height")
		}
		o := low + small(high-low, "open")
		cl := o
		if small(2, "doji") > 0 {
			cl = low + small(high-low, "close")
		}
		at = cl
		v := 0.0
		switch small(4, "volume") {
		case 1:
			v = float64(small(50, "units"))
		case 2:
			v = float64(small(1_000_000, "fraction")) / 1000
		case 3:
			v = 1 + float64(small(3, "twentieths"))*0x1p-20
		case 4:
			v = float64(small(1000, "third")) / 3
		}
		open += int64(core.Minute) * int64(1+small(3, "gap")*small(60, "gap length"))
		c.Append(core.Candle{
			OpenTime: open, Open: lattice.price(o), High: lattice.price(high),
			Low: lattice.price(low), Close: lattice.price(cl), Volume: v,
		})
	}
	return c, lattice.size
}

// drawParams draws parameters, rows of the given size half the time.
func drawParams(t *rapid.T, size float64) volume.Params {
	p := volume.Default()
	if rapid.Bool().Draw(t, "by size") {
		p.Rows, p.RowSize = 0, size
	} else {
		p.Rows = rapid.SampledFrom([]int{1, 2, 3, 7, 24, 61, 500}).Draw(t, "rows")
	}
	p.ValueArea = rapid.SampledFrom([]float64{0.7, 0.68, 0.01, 1, 0.5}).Draw(t, "value area")
	p.Expansion = rapid.SampledFrom([]volume.Expansion{volume.Pairs, volume.Single}).Draw(t, "expansion")
	p.Spread = rapid.SampledFrom([]volume.Spread{volume.Uniform, volume.Uniform, volume.Close}).Draw(t, "spread")
	p.NodeStrength = rapid.SampledFrom([]float64{0.1, 0, 0.5}).Draw(t, "strength")
	p.NodeSmoothing = rapid.IntRange(0, 3).Draw(t, "smoothing")
	return p
}

// drawUnit draws a volume unit, 0 the default.
func drawUnit(t *rapid.T) float64 {
	return rapid.SampledFrom([]float64{0, 0x1p-20, 1, 0x1p-40, 16}).Draw(t, "unit")
}

func same(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

// fatal is what a test and a property have in common.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

var _, _ fatal = (*testing.T)(nil), (*testing.F)(nil)

// mustEqual fails unless two profiles are the same in every bit.
func mustEqual(t fatal, what string, got, want *volume.Profile) {
	t.Helper()
	floats := func(name string, got, want []float64) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s: %d %s, want %d", what, len(got), name, len(want))
		}
		for i := range got {
			if !same(got[i], want[i]) {
				t.Fatalf("%s: %s[%d] = %v, want %v", what, name, i, got[i], want[i])
			}
		}
	}
	floats("edges", got.Edges, want.Edges)
	floats("up", got.Up, want.Up)
	floats("down", got.Down, want.Down)
	numbers := func(p *volume.Profile) []float64 {
		return []float64{p.Unit, p.Total, p.POC, p.VAH, p.VAL, p.Enclosed, p.VWAP, p.SD, float64(p.Shape), float64(p.Source), float64(p.Count)}
	}
	floats("numbers (unit total poc vah val enclosed vwap sd shape source count)", numbers(got), numbers(want))
	nodes := func(list []volume.Node) (all []float64) {
		for _, n := range list {
			all = append(all, float64(n.Row), n.Price, n.Volume, n.Prominence)
		}
		return all
	}
	floats("high nodes", nodes(got.HighNodes), nodes(want.HighNodes))
	floats("low nodes", nodes(got.LowNodes), nodes(want.LowNodes))
}
