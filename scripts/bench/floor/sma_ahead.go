package floor

// longSMA is SMA for windows so long that one chain of additions a bar is slow.
// Every eight bars it sums what the next eight windows already have, side by
// side; each bar then adds what has come since, at most eight values.
type longSMA struct {
	ring     []float64 // the values of eight windows, written twice
	ahead    [8]float64
	at, turn int // places in the ring and among the eight
	seen, n  int
	period   float64
}

// newLongSMA averages over n, at least 8.
func newLongSMA(n int) longSMA {
	return longSMA{ring: make([]float64, 2*(n+7)), n: n, period: float64(n)}
}

func (s *longSMA) next(x float64) float64 {
	if s.turn == 8 {
		s.turn = 0
	}
	if s.turn == 0 {
		s.look()
	}
	half := len(s.ring) / 2
	s.ring[s.at], s.ring[s.at+half] = x, x
	s.at++
	sum := s.ahead[s.turn&7]
	for _, v := range s.ring[s.at+half-s.turn-1 : s.at+half] {
		sum += v
	}
	s.turn++
	if s.at == half {
		s.at = 0
	}
	if s.seen++; s.seen < s.n {
		return absent()
	}
	return sum / s.period
}

// look sums what the next eight windows have: window i all values but the
// oldest i. Zeros stand for what has not come; they change no sum.
func (s *longSMA) look() {
	half := len(s.ring) / 2
	known := s.ring[s.at+half-(s.n-1) : s.at+half]
	var part [8]float64
	for i, v := range known[:7] {
		for j := range i + 1 {
			part[j] += v
		}
	}
	a, b, c, d, e, f, g, h := part[0], part[1], part[2], part[3], part[4], part[5], part[6], part[7]
	for _, v := range known[7:] {
		a += v
		b += v
		c += v
		d += v
		e += v
		f += v
		g += v
		h += v
	}
	s.ahead = [8]float64{a, b, c, d, e, f, g, h}
}
