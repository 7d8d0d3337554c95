package volume_test

import (
	"math/rand"
	"strconv"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// walk makes n bars that go up or down unpredictably, in steps of 60 around
// 30,000 with wicks.
func walk(n int) core.Columns {
	r := rand.New(rand.NewSource(7))
	c := core.MakeColumns(n)
	price := 30000.0
	for i := range n {
		open := price
		price = open + float64(60*(r.Float64()+r.Float64()-1))
		high := max(open, price) + float64(20*float64(r.Float64()*r.Float64()))
		low := min(open, price) - float64(20*float64(r.Float64()*r.Float64()))
		c.Append(core.Candle{
			OpenTime: int64(i) * int64(core.Minute),
			Open:     open, High: high, Low: low, Close: price, Volume: 1 + float64(500*r.Float64()),
		})
	}
	return c
}

// floorProfile is the yardstick: the plainest loop that lays volume over rows
// in constant work a bar, in binary64, with rows found by arithmetic alone. It
// checks nothing, conserves nothing, reads no levels.
func floorProfile(rows int, c core.Columns, cells []float64) {
	n := c.Len()
	open, high, low, closes, volume := c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n], c.Volume[:n]
	bottom, top := low[0], high[0]
	for i, l := range low {
		if l < bottom {
			bottom = l
		}
		if high[i] > top {
			top = high[i]
		}
	}
	scale, step := float64(rows)/(top-bottom), (top-bottom)/float64(rows)
	own, even := cells[:2*rows], cells[2*rows:4*rows]
	clear(cells)
	for i, lo := range low {
		hi, v, side := high[i], volume[i], 0
		if closes[i] < open[i] {
			side = rows
		}
		first, last := min(int((lo-bottom)*scale), rows-1), min(int((hi-bottom)*scale), rows-1)
		if first == last {
			own[side+first] += v
			continue
		}
		density := v / (hi - lo)
		own[side+first] += (bottom + float64(first+1)*step - lo) * density
		own[side+last] += (hi - (bottom + float64(last)*step)) * density
		even[side+first+1] += step * density
		even[side+last] -= step * density
	}
	for side := 0; side <= rows; side += rows {
		run := 0.0
		for i := side; i < side+rows; i++ {
			run += even[i]
			own[i] += run
		}
	}
}

// perBar reports the time a bar took.
func perBar(b *testing.B, bars int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(bars), "ns/bar")
}

func BenchmarkCompute(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		bars := walk(n)
		for _, rows := range []int{24, 100, 1000} {
			name := "/rows=" + strconv.Itoa(rows) + "/bars=" + strconv.Itoa(n)
			b.Run("floor"+name, func(b *testing.B) {
				cells := make([]float64, 4*rows)
				for b.Loop() {
					floorProfile(rows, bars, cells)
				}
				perBar(b, n)
			})
			b.Run("profile"+name, func(b *testing.B) {
				p := volume.Default()
				p.Rows = rows
				for b.Loop() {
					if _, err := volume.Compute(p, bars); err != nil {
						b.Fatal(err)
					}
				}
				perBar(b, n)
			})
		}
	}
}

// BenchmarkNext measures a bar of each range. The rows are of one height, but
// where the name says otherwise; laid is without reading the levels.
func BenchmarkNext(b *testing.B) {
	sized := volume.Default()
	sized.Rows, sized.RowSize = 0, 50
	tests := []struct {
		name   string
		params volume.Params
		r      volume.Range
		read   bool
	}{
		{"rolling/bars=50", sized, volume.Rolling(50), true},
		{"rolling/bars=500", sized, volume.Rolling(500), true},
		{"rolling/bars=5000", sized, volume.Rolling(5000), true},
		{"rolling/laid/bars=50", sized, volume.Rolling(50), false},
		{"rolling/laid/bars=500", sized, volume.Rolling(500), false},
		{"rolling/laid/bars=5000", sized, volume.Rolling(5000), false},
		{"rolling/laid/rows=24/bars=500", volume.Default(), volume.Rolling(500), false},
		{"session", sized, volume.Daily(), true},
		{"session/rows=24", volume.Default(), volume.Daily(), true},
		{"anchored", sized, volume.Anchored(0), true},
	}
	bars := swings(100_000)
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			var out volume.Levels
			to := &out
			if !tt.read {
				to = nil
			}
			for b.Loop() {
				e, err := volume.New(tt.params, core.Minute, tt.r)
				if err != nil {
					b.Fatal(err)
				}
				for i := range bars.Len() {
					if err := e.Next(bars.At(i), to); err != nil {
						b.Fatal(err)
					}
				}
			}
			perBar(b, bars.Len())
		})
	}
}

// swings is walk pulled back to 30,000, so that its range, and with it the
// number of rows of one height, does not grow with its length.
func swings(n int) core.Columns {
	c := walk(n)
	shift := 0.0
	for i := range n {
		pull := float64((c.Open[i] + shift - 30000) / 200)
		c.Open[i] += shift
		shift -= pull
		c.Close[i] += shift
		c.High[i] = max(c.High[i]+shift, c.Open[i], c.Close[i])
		c.Low[i] = min(c.Low[i]+shift, c.Open[i], c.Close[i])
	}
	return c
}
