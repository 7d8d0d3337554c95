package ta

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// lanes is how many windows SMA sums at once. A sum waits for each of its own
// additions in turn; eight sums wait together.
const lanes = 8

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
	values []float64      // the period-1 values before this turn, then those of this turn
	ahead  [lanes]float64 // the windows that end in this turn, summed as far as known
	turn   int            // values in this turn, below lanes
	count  int            // present values so far, period at most
	mean   float64        // the last reading
	period int
}

// NewSMA averages over a period of 1 bar and more.
func NewSMA(period int) (SMA, error) {
	s := SMA{period: period, mean: core.Absent()}
	if err := checkPeriod(period, 1); err != nil {
		return s, err
	}
	s.values = make([]float64, s.Room())
	return s, nil
}

// Room is how many values Place takes.
func (s *SMA) Room() int { return s.period - 1 + lanes }

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
	s.values[s.period-1+s.turn] = x
	sum := 0.0
	if s.period <= lanes {
		for _, v := range s.values[s.turn : s.turn+s.period] {
			sum += v
		}
	} else {
		sum = s.sumAhead(x)
	}
	if s.turn++; s.turn == lanes {
		s.wrap()
	}
	if s.count < s.period {
		if s.count++; s.count < s.period {
			return core.Absent()
		}
	}
	s.mean = sum / float64(s.period)
	return s.mean
}

// sumAhead adds x to every window of this turn that holds it and returns the
// one it completes. Before the first window is full its place is held by zeros,
// which leave a sum that starts from 0 as it is.
func (s *SMA) sumAhead(x float64) float64 {
	if s.turn == 0 {
		s.lookAhead()
	}
	sum := s.ahead[s.turn&(lanes-1)] + x
	for i := s.turn + 1; i < lanes; i++ {
		s.ahead[i] += x
	}
	return sum
}

// lookAhead sums what the next eight windows already have: window i all values
// but the oldest i.
func (s *SMA) lookAhead() {
	known := s.values[:s.period-1]
	for i := range s.ahead {
		s.ahead[i] = 0
		for _, v := range known[i:lanes] {
			s.ahead[i] += v
		}
	}
	a, b, c, d, e, f, g, h := s.ahead[0], s.ahead[1], s.ahead[2], s.ahead[3], s.ahead[4], s.ahead[5], s.ahead[6], s.ahead[7]
	for _, v := range known[lanes:] {
		a += v
		b += v
		c += v
		d += v
		e += v
		f += v
		g += v
		h += v
	}
	s.ahead = [lanes]float64{a, b, c, d, e, f, g, h}
}

// wrap begins a new turn: the latest period-1 values go to the front.
func (s *SMA) wrap() {
	copy(s.values[:s.period-1], s.values[s.turn:])
	s.turn = 0
}

// Column is Next over a run of values.
func (s *SMA) Column(dst, src []float64) {
	dst = dst[:len(src)]
	at := 0
	for at < len(src) {
		if s.count == s.period && at+lanes <= len(src) && present((*[lanes]float64)(src[at:])) {
			s.eight((*[lanes]float64)(dst[at:]), (*[lanes]float64)(src[at:]))
			at += lanes
			continue
		}
		dst[at] = s.Next(src[at])
		at++
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
	if s.turn > 0 {
		s.wrap()
	}
	values := s.values
	copy(values[s.period-1:], src[:])
	var a, b, c, d, e, f, g, h float64
	for i := 0; i+lanes <= len(values); i++ {
		v := (*[lanes]float64)(values[i:])
		a += v[0]
		b += v[1]
		c += v[2]
		d += v[3]
		e += v[4]
		f += v[5]
		g += v[6]
		h += v[7]
	}
	n := float64(s.period)
	*dst = [lanes]float64{a / n, b / n, c / n, d / n, e / n, f / n, g / n, h / n}
	s.mean = dst[lanes-1]
	s.turn = lanes
	s.wrap()
}

// Save writes the state: the window's values however they lie.
func (s *SMA) Save(w *snap.Writer) {
	end := s.period - 1 + s.turn
	w.Count(s.count)
	w.Floats(s.values[end-min(s.count, s.period-1) : end])
	w.Float(s.mean)
}

// Load reads what Save wrote into an SMA of the same period.
func (s *SMA) Load(r *snap.Reader) {
	s.count = r.Count(s.period)
	s.turn = 0
	kept := min(s.count, s.period-1)
	clear(s.values)
	read := r.Floats(s.values[s.period-1-kept : s.period-1])
	r.Require(len(read) == kept)
	s.mean = r.Float()
}
