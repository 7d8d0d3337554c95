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
