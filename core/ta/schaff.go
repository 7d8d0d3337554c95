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
	trend      cycle // of the difference of the averages
	cycle      cycle // of its smoothed stochastic
	bars       int   // bars so far, Slow+Period at most
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
func NewSchaff(o SchaffOptions) (s Schaff, err error) {
	err = s.Init(o)
	return s, err
}

// Init makes s what NewSchaff returns, where it is.
func (s *Schaff) Init(o SchaffOptions) error {
	s.options = o
	if err := s.fast.Init(o.Fast); err != nil {
		return err
	}
	if err := s.slow.Init(o.Slow); err != nil {
		return err
	}
	if err := s.trend.init(o.Period, o.Factor); err != nil {
		return err
	}
	return s.cycle.init(o.Period, o.Factor)
}

// Room is how many values Place takes.
func (s *Schaff) Room() int { return s.trend.window.Room() + s.cycle.window.Room() }

// Place moves the windows to the front of memory and returns the rest.
func (s *Schaff) Place(memory []float64) []float64 {
	return s.cycle.window.Place(s.trend.window.Place(memory))
}

// Next commits one close and returns its bar's reading.
func (s *Schaff) Next(close float64) float64 {
	if s.bars < s.options.Slow+s.options.Period || s.fast.period == 1 {
		return s.rare(close)
	}
	s.fast.mean += float64(s.fast.weight * (close - s.fast.mean))
	s.slow.mean += float64(s.slow.weight * (close - s.slow.mean))
	return s.cycle.next(s.trend.next(s.fast.mean-s.slow.mean, s.quiet(close)), Tie)
}

// rare is Next during the warm-up, and with a fast period of 1.
func (s *Schaff) rare(close float64) float64 {
	o := &s.options
	quiet, still := math.Inf(1), math.Inf(1)
	if s.bars >= o.Period-1 {
		quiet, still = s.quiet(close), Tie
	}
	smooth := 0.0
	if trend := s.fast.Next(close) - s.slow.Next(close); !absent(trend) {
		smooth = s.trend.next(trend, quiet)
	}
	reading := s.cycle.next(smooth, still)
	if s.bars < o.Slow+o.Period {
		s.bars++
	}
	if s.bars < o.Slow+o.Period-1 {
		return core.Absent()
	}
	return reading
}

// quiet is the difference of averages up to which price stands still.
func (s *Schaff) quiet(close float64) float64 {
	quiet := float64(s.options.Floor * math.Abs(close))
	if quiet < s.options.Tie {
		return s.options.Tie
	}
	return quiet
}

// batch is how many bars a Column of several stages passes over at a time.
const batch = 64

// Column is Next over a run of closes.
func (s *Schaff) Column(dst, src []float64) {
	dst = dst[:len(src)]
	at := 0
	for ; at < len(src) && (s.bars < s.options.Slow+s.options.Period || s.fast.period == 1); at++ {
		dst[at] = s.Next(src[at])
	}
	var quiets, ties [batch]float64
	for i := range ties {
		ties[i] = Tie
	}
	for src, dst = src[at:], dst[at:]; len(src) > 0; {
		n := min(len(src), batch)
		s.difference(dst[:n], quiets[:n], src[:n])
		s.trend.column(dst[:n], quiets[:n])
		s.cycle.column(dst[:n], ties[:n])
		src, dst = src[n:], dst[n:]
	}
}

// difference writes the fast average less the slow one, and what is quiet.
func (s *Schaff) difference(dst, quiet, src []float64) {
	dst, quiet = dst[:len(src)], quiet[:len(src)]
	for i, x := range src {
		quiet[i] = s.quiet(x)
	}
	fast, slow, fastWeight, slowWeight := s.fast.mean, s.slow.mean, s.fast.weight, s.slow.weight
	for i, x := range src {
		fast += float64(fastWeight * (x - fast))
		slow += float64(slowWeight * (x - slow))
		dst[i] = fast - slow
	}
	s.fast.mean, s.slow.mean = fast, slow
}

// Save writes the state.
func (s *Schaff) Save(w *snap.Writer) {
	w.Count(s.bars)
	s.fast.Save(w)
	s.slow.Save(w)
	s.trend.save(w)
	s.cycle.save(w)
}

// Load reads what Save wrote into a Schaff of the same options.
func (s *Schaff) Load(r *snap.Reader) {
	s.bars = r.Count(s.options.Slow + s.options.Period)
	s.fast.Load(r)
	s.slow.Load(r)
	s.trend.load(r)
	s.cycle.load(r)
	r.Require(s.fast.count == min(s.bars, s.fast.period) || s.fast.period == 1)
	r.Require(s.slow.count == min(s.bars, s.slow.period))
	r.Require(s.trend.window.count == min(max(s.bars-s.slow.period+1, 0), s.trend.window.period))
	r.Require(s.cycle.window.count == min(s.bars, s.cycle.window.period))
}
