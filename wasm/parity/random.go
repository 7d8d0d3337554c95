package main

import (
	"math"

	"github.com/quantum-signals/quantum/core"
)

// random is mulberry32, by T. Ettinger: 32-bit integers alone, so that the
// hosts that are not Go make the same numbers. web/hosts/suite/random.ts is
// this file in TypeScript.
type random struct{ state uint32 }

func (r *random) next() uint32 {
	r.state += 0x6d2b79f5
	t := r.state
	t = (t ^ t>>15) * (t | 1)
	t ^= t + (t^t>>7)*(t|61)
	return t ^ t>>14
}

func (r *random) below(n int) int { return int(r.next() % uint32(n)) }

// float is any float64 there is.
func (r *random) float() float64 {
	high := uint64(r.next())
	return math.Float64frombits(high<<32 | uint64(r.next()))
}

// hostile numbers to put where a number is expected.
var hostile = [...]float64{
	math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 5e-324, -5e-324, 1e-300, 1e100, -1e100, 1.1e100, -1.1e100,
	math.MaxFloat64, -math.MaxFloat64, 1 << 53, -1,
}

// walk makes candles: a walk in hundredths, with hostile bars among them.
type walk struct {
	*random
	interval int64
	open     int64 // time of the next bar
	price    int   // in hundredths
	tame     bool  // no hostile bars
}

func newWalk(r *random, interval int64) *walk {
	return &walk{random: r, interval: interval, open: 1_700_006_400_000, price: 1_000_000}
}

const oneHostileIn = 24

func (w *walk) next() core.Candle {
	first := w.price
	step := w.below(2001) + w.below(2001) - 2000
	if first+step < 100_000 || first+step > 10_000_000 {
		step = -step
	}
	w.price = first + step
	bar := core.Candle{
		OpenTime: w.open,
		Open:     float64(first) / 100,
		High:     float64(max(first, w.price)+w.below(1000)) / 100,
		Low:      float64(min(first, w.price)-w.below(1000)) / 100,
		Close:    float64(w.price) / 100,
		Volume:   float64(w.below(100_000)) / 1000,
	}
	w.open += w.interval
	if w.below(oneHostileIn) == 0 && !w.tame {
		w.spoil(&bar)
	}
	return bar
}

// spoil makes a bar of a kind that markets do not give, or engines refuse.
func (w *walk) spoil(bar *core.Candle) {
	fields := [...]*float64{&bar.Open, &bar.High, &bar.Low, &bar.Close, &bar.Volume}
	scale := func(by float64) {
		for _, price := range fields[:4] {
			*price *= by
		}
	}
	switch w.below(16) {
	case 0, 1, 2:
		i := w.below(len(fields))
		*fields[i] = hostile[w.below(len(hostile))]
	case 3:
		i := w.below(len(fields))
		*fields[i] = w.float()
	case 4:
		scale(1e90)
	case 5:
		scale(5e-324)
	case 6: // negative throughout
		bar.Open, bar.High, bar.Low, bar.Close = -bar.Open, -bar.Low, -bar.High, -bar.Close
	case 7: // out of order
		bar.OpenTime -= w.interval * int64(1+w.below(5))
	case 8: // off the grid
		bar.OpenTime += int64(1 + w.below(int(w.interval)-1))
	case 9: // a gap
		w.open += w.interval * int64(w.below(3000))
	case 10:
		bar.High, bar.Low = bar.Low, bar.High
	case 11: // no time at all
		bar.OpenTime = [...]int64{0, -1, -w.interval, 1 << 53, -1 << 53, 253402300800000}[w.below(6)]
	case 12:
		bar.Volume = [...]float64{0, 1e100, 5e-324, 1e-20, 1e15, 4e9}[w.below(6)]
	case 13: // flat
		bar.Open, bar.High, bar.Low = bar.Close, bar.Close, bar.Close
	case 14:
		scale(1 + 1e-12)
	case 15:
		bar.Open, bar.High, bar.Low, bar.Close = 1e100, 1e100, -1e100, -1e100
	}
}
