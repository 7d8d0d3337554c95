package ta

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// Schaff is the Schaff trend cycle: the stochastic of the difference of two
// averages, smoothed, and the same once more.
//
//   - In: closes, none absent.
//   - Out: 0 to 100, and an ulp more.
//   - Warm-up: absent for the first Slow+Period-2 bars; it starts from 0.
//   - Cost: O(1) a bar on average, at any period.
//
// Where a window spans nothing, its stochastic keeps the value of the bar
// before.
//
// Source: D. Schaff, The Schaff Trend Cycle.
type Schaff struct {
	options    SchaffOptions
	fast, slow EMA
	trend      Extremes // of the difference of the averages
	cycle      Extremes // of its smoothed stochastic
	first      float64  // stochastic of the difference
	smooth     float64  // smoothed
	second     float64  // stochastic of that
	reading    float64  // smoothed
	bars       int      // bars so far, Slow+Period at most
}

// SchaffOptions are the parameters of a Schaff.
type SchaffOptions struct {
	Period     int     // look-back of the stochastics in bars, 2 or more
	Fast, Slow int     // periods of the averages in bars, Fast below Slow
	Factor     float64 // weight of the newest value, above 0 and at most 1
	Tie        float64 // a difference of prices up to this is none
	Floor      float64 // nor is one up to this share of the price
}

// NewSchaff refuses periods below 1 bar.
func NewSchaff(o SchaffOptions) (Schaff, error) {
	fast, err := NewEMA(o.Fast)
	if err != nil {
		return Schaff{}, err
	}
	slow, err := NewEMA(o.Slow)
	if err != nil {
		return Schaff{}, err
	}
	trend, err := NewExtremes(o.Period)
	if err != nil {
		return Schaff{}, err
	}
	cycle, err := NewExtremes(o.Period)
	return Schaff{options: o, fast: fast, slow: slow, trend: trend, cycle: cycle}, err
}

// Room is how many values Place takes.
func (s *Schaff) Room() int { return s.trend.Room() + s.cycle.Room() }

// Place moves the windows to the front of memory and returns the rest.
func (s *Schaff) Place(memory []float64) []float64 { return s.cycle.Place(s.trend.Place(memory)) }

// Next commits one close and returns its bar's reading.
func (s *Schaff) Next(close float64) float64 {
	o := &s.options
	ready := s.bars >= o.Period-1
	if trend := s.fast.Next(close) - s.slow.Next(close); !absent(trend) {
		low, high := s.trend.Next(trend)
		if span := high - low; ready && span > o.Tie && span > float64(o.Floor*math.Abs(close)) {
			s.first = float64(((trend - low) / span) * 100)
		}
	}
	s.smooth += float64(o.Factor * (s.first - s.smooth))
	low, high := s.cycle.Next(s.smooth)
	if span := high - low; ready && span > Tie {
		s.second = float64(((s.smooth - low) / span) * 100)
	}
	s.reading += float64(o.Factor * (s.second - s.reading))
	warm := s.bars >= o.Slow+o.Period-2
	if s.bars < o.Slow+o.Period {
		s.bars++
	}
	if !warm {
		return core.Absent()
	}
	return s.reading
}

// batch is how many bars Column passes over at a time.
const batch = 64

// Column is Next over a run of closes.
func (s *Schaff) Column(dst, src []float64) {
	dst = dst[:len(src)]
	at := 0
	for ; at < len(src) && s.bars < s.options.Slow+s.options.Period; at++ {
		dst[at] = s.Next(src[at])
	}
	for src, dst = src[at:], dst[at:]; len(src) > 0; {
		n := min(len(src), batch)
		s.warm(dst[:n], src[:n])
		src, dst = src[n:], dst[n:]
	}
}

// warm is Next over at most batch bars after the warm-up.
func (s *Schaff) warm(dst, src []float64) {
	var trends, lows, highs [batch]float64
	trend, low, high := trends[:len(src)], lows[:len(src)], highs[:len(src)]
	s.difference(trend, src)
	s.trend.Column(low, high, trend)
	s.smoothFirst(trend, low, high, src)
	s.cycle.Column(low, high, trend)
	s.smoothSecond(dst, trend, low, high)
}

// difference writes the fast average less the slow one.
func (s *Schaff) difference(dst, src []float64) {
	dst = dst[:len(src)]
	if s.fast.period == 1 {
		for i, x := range src {
			dst[i] = x - s.slow.Next(x)
		}
		return
	}
	fast, slow, fastWeight, slowWeight := s.fast.mean, s.slow.mean, s.fast.weight, s.slow.weight
	for i, x := range src {
		fast += float64(fastWeight * (x - fast))
		slow += float64(slowWeight * (x - slow))
		dst[i] = fast - slow
	}
	s.fast.mean, s.slow.mean = fast, slow
}

// smoothFirst turns the differences into their smoothed stochastic, in place.
func (s *Schaff) smoothFirst(trend, low, high, src []float64) {
	trend, low, high = trend[:len(src)], low[:len(src)], high[:len(src)]
	first, smooth := s.first, s.smooth
	factor, tie, floor := s.options.Factor, s.options.Tie, s.options.Floor
	for i, close := range src {
		if span := high[i] - low[i]; span > tie && span > float64(floor*math.Abs(close)) {
			first = float64(((trend[i] - low[i]) / span) * 100)
		}
		smooth += float64(factor * (first - smooth))
		trend[i] = smooth
	}
	s.first, s.smooth = first, smooth
}

// smoothSecond does the same once more.
func (s *Schaff) smoothSecond(dst, smooth, low, high []float64) {
	smooth, low, high = smooth[:len(dst)], low[:len(dst)], high[:len(dst)]
	second, reading, factor := s.second, s.reading, s.options.Factor
	for i := range dst {
		if span := high[i] - low[i]; span > Tie {
			second = float64(((smooth[i] - low[i]) / span) * 100)
		}
		reading += float64(factor * (second - reading))
		dst[i] = reading
	}
	s.second, s.reading = second, reading
}

// Save writes the state.
func (s *Schaff) Save(w *snap.Writer) {
	w.Count(s.bars)
	s.fast.Save(w)
	s.slow.Save(w)
	s.trend.Save(w)
	s.cycle.Save(w)
	for _, v := range [...]float64{s.first, s.smooth, s.second, s.reading} {
		w.Float(v)
	}
}

// Load reads what Save wrote into a Schaff of the same options.
func (s *Schaff) Load(r *snap.Reader) {
	s.bars = r.Count(s.options.Slow + s.options.Period)
	s.fast.Load(r)
	s.slow.Load(r)
	s.trend.Load(r)
	s.cycle.Load(r)
	s.first, s.smooth, s.second, s.reading = r.Float(), r.Float(), r.Float(), r.Float()
	r.Require(s.fast.count == min(s.bars, s.fast.period) && s.slow.count == min(s.bars, s.slow.period))
	r.Require(s.trend.count == min(max(s.bars-s.slow.period+1, 0), s.trend.period))
	r.Require(s.cycle.count == min(s.bars, s.cycle.period))
}
