package volume

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

// TestUnrolled holds the loops of a one-shot profile to the steps they unroll:
// scanPositive to scanAny, layer to course, split and add.
func TestUnrolled(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	compared := 0
	for k := range 3000 {
		c, tick := ticks(r)
		want, err := scanAny(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := scan(c)
		if err != nil || got != want {
			t.Fatalf("series %d: scan gives %+v, %v, want %+v", k, got, err, want)
		}
		p := Default()
		if p.Rows = 1 + r.Intn(300); k%2 == 0 {
			p.Rows, p.RowSize = 0, tick*(0.5+float64(r.Intn(40)))
		}
		steps, err := newTally(p, SourceBars, c.Len(), &want)
		if err != nil || steps.sheet.grid.narrow || !steps.small {
			continue // these go by the steps
		}
		var side course
		for i := range c.Len() {
			if err := steps.lay(i, c.At(i), side.next(c.Open[i], c.Close[i])); err != nil {
				t.Fatal(err)
			}
		}
		once, err := newTally(p, SourceBars, c.Len(), &want)
		if err != nil {
			t.Fatal(err)
		}
		once.sheet.lay(once.meter, c)
		if a, b := &once.sheet.ledger, &steps.sheet.ledger; a.total != b.total || !slices.Equal(a.cells, b.cells) {
			t.Fatalf("series %d: laid %d units as %v, by steps %d as %v", k, a.total, a.cells, b.total, b.cells)
		}
		compared++
	}
	if compared < 2000 {
		t.Errorf("compared %d series, want 2000", compared)
	}
}

// ticks makes a series whose prices are whole ticks of some size, of either
// sign, with flat bars, bars without range and zeros of both signs.
func ticks(r *rand.Rand) (c core.Columns, tick float64) {
	n := 1 + r.Intn(400)
	tick = math.Ldexp(1, -r.Intn(30))
	if r.Intn(3) == 0 {
		tick = 0.01
	}
	price, wide := math.Ldexp(r.Float64(), r.Intn(60)-30), math.Ldexp(tick, r.Intn(12))
	if r.Intn(4) == 0 {
		price = -price
	}
	whole := func(x float64) float64 { return float64(math.Round(x/tick) * tick) }
	c = core.MakeColumns(n)
	for i := range n {
		open := whole(price)
		price = whole(price + float64(wide*r.NormFloat64()))
		if r.Intn(5) == 0 {
			price = open
		}
		high, low := max(open, price), min(open, price)
		if r.Intn(6) != 0 {
			high, low = max(high, whole(high+float64(wide*r.Float64()))), min(low, whole(low-float64(wide*r.Float64())))
		}
		volume := [...]float64{0, math.Copysign(0, -1), r.Float64(), 100 * r.Float64()}[min(r.Intn(50), 3)]
		c.Append(core.Candle{OpenTime: int64(i), Open: open, High: high, Low: low, Close: price, Volume: volume})
	}
	return c, tick
}
