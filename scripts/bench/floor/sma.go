package floor

// SMAs is the plain average over n, each window summed afresh, oldest first.
// A sum is one long chain of additions, so eight windows are summed at a time.
func SMAs(dst, src []float64, n int) {
	dst = dst[:len(src)]
	blank(dst, n-1)
	at, period := n-1, float64(n)
	for ; at+8 <= len(src); at += 8 {
		var a, b, c, d, e, f, g, h float64
		for w := src[at-n+1 : at+8]; len(w) >= 8; w = w[1:] {
			a += w[0]
			b += w[1]
			c += w[2]
			d += w[3]
			e += w[4]
			f += w[5]
			g += w[6]
			h += w[7]
		}
		to := dst[at : at+8 : at+8]
		to[0], to[1], to[2], to[3] = a/period, b/period, c/period, d/period
		to[4], to[5], to[6], to[7] = e/period, f/period, g/period, h/period
	}
	for ; at < len(src); at++ {
		dst[at] = sum(src[at-n+1:at+1]) / period
	}
}

func sum(window []float64) float64 {
	s := 0.0
	for _, x := range window {
		s += x
	}
	return s
}

// SMA is SMAs one value at a time: a ring written twice, so that every window
// lies in one piece, and summed in one chain.
type SMA struct {
	ring     []float64
	at, seen int
	period   float64
}

// NewSMA averages over n.
func NewSMA(n int) SMA { return SMA{ring: make([]float64, 2*n), period: float64(n)} }

// Next takes one value.
func (s *SMA) Next(x float64) float64 {
	n := len(s.ring) / 2
	s.ring[s.at], s.ring[s.at+n] = x, x
	if s.at++; s.at == n {
		s.at = 0
	}
	if s.seen++; s.seen < n {
		return absent()
	}
	return sum(s.ring[s.at:s.at+n]) / s.period
}
