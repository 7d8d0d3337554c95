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
	long = 16

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
	values []float64      // the latest, up to end; zeros before the first
	ahead  [lanes]float64 // of a long period: sums of this window and the next ones, as far as known
	end    int            // place after the latest value
	count  int            // present values so far, period at most
	mean   float64        // the last reading
	period int
}

// NewSMA averages over a period of 1 bar and more.
func NewSMA(period int) (SMA, error) {
	s := SMA{period: period, mean: core.Absent(), end: period - 1}
	if err := checkPeriod(period, 1); err != nil {
		return s, err
	}
	s.values = make([]float64, s.Room())
	return s, nil
}

// Room is how many values Place takes.
func (s *SMA) Room() int { return s.period - 1 + turn }

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
	if s.end == len(s.values) {
		s.wrap()
	}
	s.values[s.end] = x
	s.end++
	sum, rest := 0.0, s.values[s.end-s.period:s.end]
	switch {
	case s.period == 3:
		v := (*[3]float64)(rest)
		sum, rest = ((0+v[0])+v[1])+v[2], nil
	case s.period >= long:
		sum, rest = s.known(rest)
	}
	for _, v := range rest {
		sum += v
	}
	if s.count < s.period {
		if s.count++; s.count < s.period {
			return core.Absent()
		}
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
		a, b, c, d, e, f, g, h := lookAhead(window[:s.period-1])
		s.ahead = [lanes]float64{a, b, c, d, e, f, g, h}
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

// Column is Next over a run of values.
func (s *SMA) Column(dst, src []float64) {
	dst = dst[:len(src)]
	for at := 0; at < len(src); {
		switch full := s.count == s.period; {
		case full && s.period == 3:
			at += s.threes(dst[at:], src[at:])
		case full && s.period > lanes && at+lanes <= len(src) && present((*[lanes]float64)(src[at:])):
			s.eight((*[lanes]float64)(dst[at:]), (*[lanes]float64)(src[at:]))
			at += lanes
		default:
			dst[at] = s.Next(src[at])
			at++
		}
	}
}

func present(v *[lanes]float64) bool {
	for _, x := range v {
		if absent(x) {
			return false
		}
	}
	return true
}

// eight is Next over eight present values.
func (s *SMA) eight(dst, src *[lanes]float64) {
	if s.end+lanes > len(s.values) || (s.end-s.period+1)%lanes != 0 {
		s.wrap()
	}
	a, b, c, d, e, f, g, h := lookAhead(s.values[s.end-s.period+1 : s.end])
	copy(s.values[s.end:], src[:])
	s.end += lanes
	a, b, c, d, e, f, g, h = a+src[0], b+src[0], c+src[0], d+src[0], e+src[0], f+src[0], g+src[0], h+src[0]
	b, c, d, e, f, g, h = b+src[1], c+src[1], d+src[1], e+src[1], f+src[1], g+src[1], h+src[1]
	c, d, e, f, g, h = c+src[2], d+src[2], e+src[2], f+src[2], g+src[2], h+src[2]
	d, e, f, g, h = d+src[3], e+src[3], f+src[3], g+src[3], h+src[3]
	e, f, g, h = e+src[4], f+src[4], g+src[4], h+src[4]
	f, g, h = f+src[5], g+src[5], h+src[5]
	g, h = g+src[6], h+src[6]
	h += src[7]
	n := float64(s.period)
	*dst = [lanes]float64{a / n, b / n, c / n, d / n, e / n, f / n, g / n, h / n}
	s.mean = dst[lanes-1]
}

// threes is Next over a run of values with a period of 3, the one that nearly
// every smoothing of an oscillator has. It returns how many.
func (s *SMA) threes(dst, src []float64) int {
	dst = dst[:len(src)]
	older, old, mean := s.values[s.end-2], s.values[s.end-1], s.mean
	for i, x := range src {
		if !absent(x) {
			mean = (((0 + older) + old) + x) / 3
			older, old = old, x
		}
		dst[i] = mean
	}
	s.wrap()
	s.values[s.end-2], s.values[s.end-1], s.mean = older, old, mean
	return len(src)
}

// Save writes the state: the window's values however they lie.
func (s *SMA) Save(w *snap.Writer) {
	w.Count(s.count)
	w.Floats(s.values[s.end-min(s.count, s.period-1) : s.end])
	w.Float(s.mean)
}

// Load reads what Save wrote into an SMA of the same period.
func (s *SMA) Load(r *snap.Reader) {
	s.count = r.Count(s.period)
	s.end = s.period - 1
	kept := min(s.count, s.period-1)
	clear(s.values)
	read := r.Floats(s.values[s.end-kept : s.end])
	r.Require(len(read) == kept)
	s.mean = r.Float()
}
