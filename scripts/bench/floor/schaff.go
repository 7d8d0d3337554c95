package floor

import "math"

// Schaffs is the Schaff trend cycle with factor 0.5.
func Schaffs(dst, close []float64, n, fast, slow int, floor float64) {
	dst = dst[:len(close)]
	s := NewSchaff(n, fast, slow, floor)
	warm := slow + n
	for i, c := range close[:warm] {
		dst[i] = s.Next(c)
	}
	quick, long, quickWeight, longWeight := s.fast.mean, s.slow.mean, s.fast.weight, s.slow.weight
	first, smooth, second, reading := s.first, s.smooth, s.second, s.reading
	for i := warm; i < len(close); i++ {
		c := close[i]
		quick += float64(quickWeight * (c - quick))
		long += float64(longWeight * (c - long))
		trend := quick - long
		low, high := s.trend.next(trend)
		if span := high - low; span > 0 && span > float64(floor*math.Abs(c)) {
			first = float64(((trend - low) / span) * 100)
		}
		smooth += float64(0.5 * (first - smooth))
		low, high = s.cycle.next(smooth)
		if span := high - low; span > tie {
			second = float64(((smooth - low) / span) * 100)
		}
		reading += float64(0.5 * (second - reading))
		dst[i] = reading
	}
}

// tie is the difference of oscillator values that is none.
const tie = 1e-10

// Schaff is Schaffs one close at a time.
type Schaff struct {
	fast, slow                     EMA
	trend, cycle                   extremes
	first, smooth, second, reading float64
	floor                          float64
	bars, n                        int
}

// NewSchaff looks back n.
func NewSchaff(n, fast, slow int, floor float64) Schaff {
	return Schaff{fast: NewEMA(fast), slow: NewEMA(slow), trend: newExtremes(n), cycle: newExtremes(n), floor: floor, n: n}
}

// Next takes one close.
func (s *Schaff) Next(close float64) float64 {
	trend := s.fast.Next(close) - s.slow.Next(close)
	if s.slow.count == s.slow.n {
		low, high := s.trend.next(trend)
		if span := high - low; span > 0 && span > float64(s.floor*math.Abs(close)) {
			s.first = float64(((trend - low) / span) * 100)
		}
	}
	s.smooth += float64(0.5 * (s.first - s.smooth))
	low, high := s.cycle.next(s.smooth)
	if span := high - low; s.bars >= s.n-1 && span > tie {
		s.second = float64(((s.smooth - low) / span) * 100)
	}
	s.reading += float64(0.5 * (s.second - s.reading))
	if s.bars < s.slow.n+s.n-2 {
		s.bars++
		return absent()
	}
	return s.reading
}
