package ta

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

const (
	// lanes is how many windows are summed at once. A sum waits for each of its
	// own additions in turn; eight sums wait together.
	lanes = 8

	// long is the period from which it pays, one value at a time, to begin the
	// sums of the windows to come.
	long = 32

	// turn is how many values are added before the latest go to the front.
	turn = 4 * lanes
)

// SMA is the plain moving average of the latest present values.
//
//   - In: any series. An absent value leaves the window as it is, and the
//     reading of the bar before is given again.
//   - Out: in the unit of the series. The window is summed afresh each bar,
//     from 0, oldest first: a running sum would depend on where it began.
//   - Warm-up: absent for the first period-1 present values.
//   - Cost: period additions a bar, of which eight bars share the waiting.
//
// Source: TradingView's ta.sma, which ignores absent values too.
type SMA struct {
	older, old float64        // the last but one and the last value, of a period of 3
	values     []float64      // of other periods: the latest, up to end; zeros before the first
	ahead      [lanes]float64 // of a long period: sums of this window and the next ones, as far as known
	end        int            // place after the latest value
	count      int            // present values so far, period at most
	mean       float64        // the last reading
	period     int
}

// three is the period that nearly every smoothing of an oscillator has. It has
// a short way of its own, without a window.
const three = 3

// NewSMA averages over a period of 1 bar and more.
func NewSMA(period int) (s SMA, err error) {
	err = s.Init(period)
	return s, err
}

// Init makes s what NewSMA returns, where it is.
func (s *SMA) Init(period int) error {
	*s = SMA{}
	s.period, s.mean, s.end = period, core.Absent(), period-1
	if err := checkPeriod(period, 1); err != nil {
		return err
	}
	s.values = make([]float64, s.Room())
	return nil
}

// Room is how many values Place takes.
func (s *SMA) Room() int {
	if s.period == three {
		return 0
	}
	return s.period - 1 + turn
}

// Place moves the window to the front of memory and returns the rest.
func (s *SMA) Place(memory []float64) []float64 {
	s.values, memory = move(s.values, memory)
	return memory
}

// Next commits one value and returns its bar's reading.
func (s *SMA) Next(x float64) float64 {
	if absent(x) {
		return s.mean
	}
	if s.period == three {
		if s.count == three {
			return s.three(x)
		}
		sum := ((0 + s.older) + s.old) + x
		s.older, s.old = s.old, x
		return s.warm(sum)
	}
	if s.end == len(s.values) {
		s.wrap()
	}
	s.values[s.end] = x
	s.end++
	sum, rest := 0.0, s.values[s.end-s.period:s.end]
	if s.period >= long {
		sum, rest = s.known(rest)
	}
	for _, v := range rest {
		sum += v
	}
	if s.count < s.period {
		return s.warm(sum)
	}
	s.mean = sum / float64(s.period)
	return s.mean
}

// three is Next of a present value past the warm-up, with a period of three.
func (s *SMA) three(x float64) float64 {
	s.mean = (((0 + s.older) + s.old) + x) / three
	s.older, s.old = s.old, x
	return s.mean
}

// warm counts one of the first period values, the last of which completes a
// window.
func (s *SMA) warm(sum float64) float64 {
	if s.count++; s.count < s.period {
		return core.Absent()
	}
	s.mean = sum / float64(s.period)
	return s.mean
}

// known is what has been summed of the window, and the values still to add.
// Every eighth bar it sums what the next eight windows have in advance. Zeros
// in place of values that have not come leave a sum that starts from 0 as it
// is.
func (s *SMA) known(window []float64) (sum float64, rest []float64) {
	lane := (s.end - s.period) & (lanes - 1)
	if lane == 0 {
		to := &s.ahead
		to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7] = lookAhead(window[:s.period-1])
	}
	return s.ahead[lane], s.values[s.end-1-lane : s.end]
}

// lookAhead sums the values from each of the first eight to the last, oldest
// first; there are eight at least.
func lookAhead(known []float64) (a, b, c, d, e, f, g, h float64) {
	v := (*[lanes]float64)(known)
	a = 0 + v[0]
	a, b = a+v[1], 0+v[1]
	a, b, c = a+v[2], b+v[2], 0+v[2]
	a, b, c, d = a+v[3], b+v[3], c+v[3], 0+v[3]
	a, b, c, d, e = a+v[4], b+v[4], c+v[4], d+v[4], 0+v[4]
	a, b, c, d, e, f = a+v[5], b+v[5], c+v[5], d+v[5], e+v[5], 0+v[5]
	a, b, c, d, e, f, g = a+v[6], b+v[6], c+v[6], d+v[6], e+v[6], f+v[6], 0+v[6]
	for _, x := range known[lanes-1:] {
		a, b, c, d, e, f, g, h = a+x, b+x, c+x, d+x, e+x, f+x, g+x, h+x
	}
	return a, b, c, d, e, f, g, h
}

// wrap moves the latest period-1 values to the front.
func (s *SMA) wrap() {
	copy(s.values, s.values[s.end-(s.period-1):s.end])
	s.end = s.period - 1
}

// Column is Next over a run of values. It is fastest where dst is not src.
func (s *SMA) Column(dst, src []float64) {
	dst = dst[:len(src)]
	at := 0
	for ; at < len(src) && s.count < s.period; at++ {
		dst[at] = s.Next(src[at])
	}
	switch {
	case s.period == three:
		s.threes(dst[at:], src[at:])
	case s.period > lanes && at < len(src) && &dst[0] != &src[0]:
		s.side(dst, src, at)
	default:
		for i, x := range src[at:] {
			dst[at+i] = s.Next(x)
		}
	}
}

// side is Next over src from place at on, side by side as soon as a window
// begins within src.
func (s *SMA) side(dst, src []float64, at int) {
	for inside := 0; at < len(src); at++ {
		if inside >= s.period-1 {
			if at += s.eights(dst[at:], src[at-s.period+1:]); at == len(src) {
				return
			}
		}
		inside++
		if absent(src[at]) {
			inside = 0
		}
		dst[at] = s.Next(src[at])
	}
}

// eights is Next over whole eights of present values, which src has after the
// period-1 values before them. It returns how many.
func (s *SMA) eights(dst, src []float64) int {
	period, wide, done := float64(s.period), s.period-1+lanes, 0
	for ; done+lanes <= len(dst); done += lanes {
		var a, b, c, d, e, f, g, h float64
		for v := src[done : done+wide]; len(v) >= lanes; v = v[1:] {
			a += v[0]
			b += v[1]
			c += v[2]
			d += v[3]
			e += v[4]
			f += v[5]
			g += v[6]
			h += v[7]
		}
		if absent(h) { // its window has all eight: one of them is
			break
		}
		to := dst[done : done+lanes]
		to[0], to[1], to[2], to[3] = a/period, b/period, c/period, d/period
		to[4], to[5], to[6], to[7] = e/period, f/period, g/period, h/period
	}
	if done > 0 {
		s.end = copy(s.values, src[done:done+s.period-1])
		s.mean = dst[done-1]
	}
	return done
}

// threes is Next over a run of values with a period of three.
func (s *SMA) threes(dst, src []float64) {
	dst = dst[:len(src)]
	older, old, mean := s.older, s.old, s.mean
	for i, x := range src {
		if !absent(x) {
			mean = (((0 + older) + old) + x) / three
			older, old = old, x
		}
		dst[i] = mean
	}
	s.older, s.old, s.mean = older, old, mean
}

// Save writes the state: the window's values however they lie.
func (s *SMA) Save(w *snap.Writer) {
	kept := min(s.count, s.period-1)
	w.Count(s.count)
	if s.period == three {
		latest := [...]float64{s.older, s.old}
		w.Floats(latest[len(latest)-kept:])
	} else {
		w.Floats(s.values[s.end-kept : s.end])
	}
	w.Float(s.mean)
}

// Load reads what Save wrote into an SMA of the same period.
func (s *SMA) Load(r *snap.Reader) {
	s.count = r.Count(s.period)
	s.end = s.period - 1
	kept := min(s.count, s.period-1)
	var read []float64
	if s.period == three {
		var latest [three - 1]float64
		read = r.Floats(latest[len(latest)-kept:])
		s.older, s.old = latest[0], latest[1]
	} else {
		clear(s.values)
		read = r.Floats(s.values[s.end-kept : s.end])
	}
	r.Require(len(read) == kept)
	s.mean = r.Float()
}
