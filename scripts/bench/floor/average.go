package floor

// EMAs is the exponential average of period n.
func EMAs(dst, src []float64, n int) {
	dst = dst[:len(src)]
	mean, weight := seed(dst, src, n), 2/float64(n+1)
	for i := n; i < len(src); i++ {
		mean += float64(weight * (src[i] - mean))
		dst[i] = mean
	}
}

// RMAs is Wilder's average of period n.
func RMAs(dst, src []float64, n int) {
	dst = dst[:len(src)]
	mean, period := seed(dst, src, n), float64(n)
	for i := n; i < len(src); i++ {
		mean = (float64(mean*(period-1)) + src[i]) / period
		dst[i] = mean
	}
}

// seed is the plain mean of the first n values, which is the first reading.
func seed(dst, src []float64, n int) float64 {
	sum := 0.0
	for _, x := range src[:n] {
		sum += x
	}
	blank(dst, n-1)
	dst[n-1] = sum / float64(n)
	return dst[n-1]
}

// EMA is EMAs one value at a time.
type EMA struct {
	weight, mean float64
	count, n     int
}

// NewEMA averages over n.
func NewEMA(n int) EMA { return EMA{weight: 2 / float64(n+1), n: n} }

// Next takes one value.
func (e *EMA) Next(x float64) float64 {
	if e.count < e.n {
		return e.seed(x)
	}
	e.mean += float64(e.weight * (x - e.mean))
	return e.mean
}

func (e *EMA) seed(x float64) float64 {
	e.mean += x
	if e.count++; e.count < e.n {
		return absent()
	}
	e.mean /= float64(e.n)
	return e.mean
}

// RMA is RMAs one value at a time.
type RMA struct {
	mean, period float64
	count, n     int
}

// NewRMA averages over n.
func NewRMA(n int) RMA { return RMA{period: float64(n), n: n} }

// Next takes one value.
func (a *RMA) Next(x float64) float64 {
	if a.count < a.n {
		return a.seed(x)
	}
	a.mean = (float64(a.mean*(a.period-1)) + x) / a.period
	return a.mean
}

func (a *RMA) seed(x float64) float64 {
	a.mean += x
	if a.count++; a.count < a.n {
		return absent()
	}
	a.mean /= a.period
	return a.mean
}
