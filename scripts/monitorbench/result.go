package main

import (
	"fmt"
	"slices"
	"time"
)

// spent is what some bars took.
type spent struct {
	time, bars, trips, processor, redis, in, out float64 // seconds, counts, bytes
}

func (m mark) since(from mark) spent {
	return spent{
		m.at.Sub(from.at).Seconds(), m.bars - from.bars, m.trips - from.trips, m.processor - from.processor,
		m.redis.processor - from.redis.processor, m.redis.in - from.redis.in, m.redis.out - from.redis.out,
	}
}

func (s *spent) add(o spent) {
	s.time, s.bars, s.trips, s.processor = s.time+o.time, s.bars+o.bars, s.trips+o.trips, s.processor+o.processor
	s.redis, s.in, s.out = s.redis+o.redis, s.in+o.in, s.out+o.out
}

// result is one row.
type result struct {
	series         int
	catchUp, burst spent
	slowest        time.Duration // of the bursts, until all was answered
	bars, events   []float64     // delays in bursts, ms
	memory         float64       // bytes a series
}

const header = `series | catch-up bars/s | bars/core-s | burst: bars/s | bars/core-s | Redis bars/core-s | bar p50 | p99 ms | event p50 | p99 ms | slowest burst | trips/bar | bytes/bar in | out | memory/series
---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---:`

const legend = `
bars/core-s is bars for one second of a processor's time of the monitor, or of Redis. Delays are from the moment the
bars close to the message in the outbox, by the clock of Redis; the slowest burst ends with the last answer.
`

func (r result) String() string {
	c, b := r.catchUp, r.burst
	return fmt.Sprintf("%d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.2f s | %.4f | %.0f | %.0f | %.0f kB",
		r.series, c.bars/c.time, c.bars/c.processor, b.bars/b.time, b.bars/b.processor, b.bars/b.redis,
		quantile(r.bars, 0.5), quantile(r.bars, 0.99), quantile(r.events, 0.5), quantile(r.events, 0.99),
		r.slowest.Seconds(), b.trips/b.bars, b.in/b.bars, b.out/b.bars, r.memory/1000)
}

// quantile is the least value that a share of all does not exceed.
func quantile(all []float64, share float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(share*float64(len(all))))]
}
