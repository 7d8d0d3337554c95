package floor

import "math"

// Schaffs is the Schaff trend cycle with factor 0.5, whose periods ascend. Both
// windows go by the same blocks. Of the second all values are 0 or more, so
// their bits are in order as whole numbers, which are cheaper to compare.
func Schaffs(dst, close []float64, n, fast, slow int, floor float64) {
	dst = dst[:len(close)]
	quick, long := NewEMA(fast), NewEMA(slow)
	for _, c := range close[:slow-1] { // no trend yet, and all the rest 0
		quick.Next(c)
		long.Next(c)
	}
	var first, smooth, second, reading float64
	trends, trendLow, trendHigh := make([]float64, n), make([]float64, n+1), make([]float64, n+1)
	cycles, cycleLow, cycleHigh := make([]uint64, n), make([]uint64, n+1), make([]uint64, n+1)
	fill(trendLow, math.Inf(1))
	fill(trendHigh, math.Inf(1))
	cycleLow[n] = math.MaxUint64
	for at := slow - 1; at < len(close); at += n {
		if at > slow-1 {
			suffixes(trendLow, trendHigh, trends)
			wholeSuffixes(cycleLow, cycleHigh, cycles)
		}
		block := close[at:min(at+n, len(close))]
		to, trends, cycles := dst[at:][:len(block)], trends[:len(block)], cycles[:len(block)]
		lows, highs := trendLow[1:][:len(block)], trendHigh[1:][:len(block)]
		wholeLows, wholeHighs := cycleLow[1:][:len(block)], cycleHigh[1:][:len(block)]
		front, top := math.Inf(1), math.Inf(1)
		wholeFront, wholeTop := uint64(math.MaxUint64), uint64(0)
		for i, c := range block {
			trend := quick.Next(c) - long.Next(c)
			trends[i] = trend
			front, top = min(front, trend), min(top, -trend)
			low, high := min(front, lows[i]), -min(top, highs[i])
			if span := high - low; span > 0 && span > float64(floor*math.Abs(c)) {
				first = float64(((trend - low) / span) * 100)
			}
			smooth += float64(0.5 * (first - smooth))
			bits := math.Float64bits(smooth)
			cycles[i] = bits
			wholeFront, wholeTop = min(wholeFront, bits), max(wholeTop, bits)
			low, high = math.Float64frombits(min(wholeFront, wholeLows[i])), math.Float64frombits(max(wholeTop, wholeHighs[i]))
			if span := high - low; span > tie {
				second = float64(((smooth - low) / span) * 100)
			}
			reading += float64(0.5 * (second - reading))
			to[i] = reading
		}
	}
	blank(dst, slow+n-2)
}

// wholeSuffixes is suffixes of whole numbers, none negated.
func wholeSuffixes(low, high, block []uint64) {
	least, most := uint64(math.MaxUint64), uint64(0)
	low, high = low[:len(block)], high[:len(block)]
	for i := len(block) - 1; i >= 0; i-- {
		least, most = min(least, block[i]), max(most, block[i])
		low[i], high[i] = least, most
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
