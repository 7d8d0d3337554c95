// Package series makes the bars the benchmarks run on: the same on every
// machine, and unpredictable.
package series

import "github.com/quantum-signals/quantum/core"

const (
	perUnit   = 100       // ticks in one unit of quote currency
	start     = 3_000_000 // ticks: 30,000.00
	low       = 300_000   // the walk turns back at these
	high      = 30_000_000
	move      = 600 // most ticks a close is off its open, twice uniform
	wick      = 200 // most ticks a high or low is beyond the body, mostly few
	lots      = 500_000
	perVolume = 1000 // lots in one unit of base currency
)

// Bars returns n one-minute bars of a random walk in whole ticks. Every bar
// takes 100 bits of a generator, so no branch predictor learns which way prices
// go next; what repeats is only the whole series. All arithmetic before the
// last division is of integers.
func Bars(seed uint64, n int) core.Columns {
	r := random(seed)
	c := core.MakeColumns(n)
	last := int64(start)
	for i := range n {
		bits := r.next()
		step := upTo(bits, move) - upTo(bits>>16, move)
		if last+step < low || last+step > high {
			step = -step
		}
		first := last
		last += step
		above, below := upTo(bits>>32, 256), upTo(bits>>48, 256)
		more := r.next()
		c.Append(core.Candle{
			OpenTime: int64(i) * int64(core.Minute),
			Open:     price(first),
			High:     price(max(first, last) + above*upTo(more, wick)/256),
			Low:      price(min(first, last) - below*upTo(more>>16, wick)/256),
			Close:    price(last),
			Volume:   float64(1+int64(more>>32)%lots) / perVolume,
		})
	}
	return c
}

// upTo scales 16 bits to a whole number below n.
func upTo(bits uint64, n int64) int64 { return int64(bits&0xffff) * n >> 16 }

func price(ticks int64) float64 { return float64(ticks) / perUnit }

// random is G. Steele's SplitMix64.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
