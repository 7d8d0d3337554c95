package host

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// generate makes n bars of the interval from integers alone, so that they are
// the same on every machine: trends, noise, flat stretches, dojis, straight
// runs, missing bars and idle ones take turns.
func generate(n int, interval core.Interval, seed uint64) core.Columns {
	c := core.MakeColumns(n)
	random := func(below int64) int64 { // splitmix64
		seed += 0x9e3779b97f4a7c15
		z := seed
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return int64((z ^ z>>31) % uint64(below))
	}
	const tick = 100 // prices are whole hundredths
	price, open, regime, left := int64(30_000*tick), int64(1_600_000_000_000), int64(0), int64(0)
	open -= open % int64(core.Day)
	for range n {
		if left == 0 {
			regime, left = random(6), 20+random(400)
		}
		left--
		first := price
		step := max(price/500, 2)
		switch regime {
		case 0: // noise
			price += random(2*step+1) - step
		case 1: // up
			price += random(2*step+1) - step*3/4
		case 2: // down
			price += random(2*step+1) - step*5/4
		case 3: // flat
		case 4: // a straight run
			price += step / 4
		case 5: // dojis: back to where it began, with wicks
		}
		price = min(max(price, 50), 100_000*tick)
		high, low := max(first, price), min(first, price)
		if regime != 3 {
			high = min(high+random(step), 100_000*tick)
			low = max(low-random(step), 1)
		}
		volume := random(1_000_000)
		if regime == 3 && random(2) == 0 {
			volume = 0
		}
		c.Append(core.Candle{
			OpenTime: open, Open: float64(first) / tick, High: float64(high) / tick, Low: float64(low) / tick, Close: float64(price) / tick,
			Volume: float64(volume) / 1000,
		})
		open += int64(interval)
		if random(500) == 0 {
			open += int64(interval) * random(100)
		}
	}
	return c
}

// sameBits compares floats as the bits they are.
func sameBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
