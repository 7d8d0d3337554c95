package cipher_test

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/ta"
)

// naive is the cipher of a whole series, from the specification alone.
type naive struct {
	p       cipher.Params
	classic bool
	c       core.Columns
	values  [cipher.NumReadings][]float64
	flags   []cipher.Flags
}

// preset returns what the preset has for classic or for quantum.
func preset[T any](n *naive, classic, quantum T) T {
	if n.classic {
		return classic
	}
	return quantum
}

func naiveCipher(p cipher.Params, interval core.Interval, c core.Columns) *naive {
	n := &naive{p: p, classic: p.Preset == cipher.Classic, c: c, flags: make([]cipher.Flags, c.Len())}
	n.oscillators()
	n.higherReadings(interval)
	n.divergences()
	n.circles(interval)
	n.cipherA()
	return n
}

func (n *naive) set(t int, f cipher.Flag, on bool) {
	if on {
		n.flags[t] |= 1 << f
	}
}

func (n *naive) tie() float64 { return preset(n, 1e-10, 0) }

func (n *naive) typical() []float64 {
	s := make([]float64, n.c.Len())
	for t := range s {
		s[t] = ((n.c.High[t] + n.c.Low[t]) + n.c.Close[t]) / 3
	}
	return s
}

func minus(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for t := range a {
		out[t] = core.Canonical(a[t] - b[t])
	}
	return out
}

// oscillators is section 4.
func (n *naive) oscillators() {
	p, v, c := &n.p, &n.values, n.c
	floor, flat := preset(n, 0, 1e-12), preset(n, absent, 50.0)
	s := n.typical()
	v[cipher.WT1], v[cipher.WT2] = waves(s, p.WTChannelPeriod, p.WTAveragePeriod, p.WTSignalPeriod, floor)
	v[cipher.FastWT] = minus(v[cipher.WT1], v[cipher.WT2])
	v[cipher.AWT1], v[cipher.AWT2] = waves(s, p.AWTChannelPeriod, p.AWTAveragePeriod, p.AWTSignalPeriod, floor)
	bodies := make([]float64, c.Len())
	for t := range bodies {
		bodies[t] = ((c.Close[t] - c.Open[t]) / (c.High[t] - c.Low[t])) * p.MFMultiplier
		if c.High[t] == c.Low[t] {
			bodies[t] = preset(n, absent, 0)
		}
	}
	v[cipher.MF] = sma(bodies, p.MFPeriod)
	for t, mean := range v[cipher.MF] {
		v[cipher.MF][t] = core.Canonical(mean - p.MFOffset)
	}
	v[cipher.RSI], v[cipher.ARSI] = rsi(c.Close, p.RSIPeriod, flat), rsi(c.Close, p.ARSIPeriod, flat)
	n.stochasticRSI(flat)
	v[cipher.STC] = schaff(c.Close, *p, n.tie(), floor)
	for i, period := range p.RibbonPeriods {
		v[cipher.EMA1+cipher.Reading(i)] = ema(c.Close, period)
	}
}

func (n *naive) stochasticRSI(flat float64) {
	p, x := &n.p, make([]float64, n.c.Len())
	copy(x, n.c.Close)
	if p.StochLog {
		for t := range x {
			x[t] = ta.Ln(x[t]) // held to section 2.4 in its own package
		}
	}
	raw := stochastic(rsi(x, p.StochRSIPeriod, flat), p.StochPeriod, preset(n, 0, 1e-10))
	k := sma(raw, p.StochKPeriod)
	d := sma(k, p.StochDPeriod)
	if p.StochAverageKD {
		for t := range k {
			k[t] = core.Canonical((k[t] + d[t]) / 2)
		}
	}
	n.values[cipher.StochK], n.values[cipher.StochD] = k, d
}

// found is a counted pivot: the bar it lies at is two before bar.
type found struct {
	bar                int
	level, price, wave float64
}

// pivots is 5.1 and 5.6: the counted pivots of one side.
func (n *naive) pivots(s []float64, high bool, limit float64) []found {
	extreme := func(x []float64, t int, high bool) bool {
		for _, i := range []int{t - 4, t - 3, t - 1, t} {
			if d := x[t-2] - x[i]; high && !(d > 1e-10) || !high && !(-d > 1e-10) {
				return false
			}
		}
		return true
	}
	b := make([]float64, len(s))
	for t := range s {
		b[t] = s[t]
		if t >= 4 && extreme(s, t, true) {
			b[t] = b[t-1]
		}
	}
	var all []found
	for t := 4; t < len(s); t++ {
		is := extreme(s, t, high)
		if !high && n.classic {
			is = !extreme(s, t, true) && extreme(b, t, false)
		}
		level := s[t-2]
		within := level-limit >= -1e-10
		price := n.c.High[max(t-2, 0)]
		if !high {
			within, price = limit-level >= -1e-10, n.c.Low[t-2]
		}
		if is && within && !(n.classic && math.Abs(level) <= 1e-10) {
			all = append(all, found{t, level, price, n.values[cipher.RSI][t-2]})
		}
	}
	return all
}

// row is one of 5.7: flags of -1 are not given.
func (n *naive) row(s []float64, high, low float64, pivots, regular, hidden cipher.Flag) {
	for side, limit := range []float64{high, low} {
		sign := float64(1 - 2*side)
		all := n.pivots(s, side == 0, limit)
		for i, q := range all {
			n.set(q.bar, pivots+cipher.Flag(side), true)
			if i == 0 || !n.classic && q.bar-all[i-1].bar > 60 {
				continue
			}
			price, level := sign*(q.price-all[i-1].price), sign*(q.level-all[i-1].level)
			n.set(q.bar, regular+cipher.Flag(side), regular >= 0 && price > n.tie() && -level > 1e-10)
			n.set(q.bar, hidden+cipher.Flag(side), hidden >= 0 && -price > n.tie() && level > 1e-10)
		}
	}
}

// divergences is 5.7, and what 6.1 makes of them.
func (n *naive) divergences() {
	p, wt2, rsi, inf := &n.p, n.values[cipher.WT2], n.values[cipher.RSI], math.Inf(1)
	own, every := cipher.WTBearHidden, cipher.Flag(-9)
	ownRSI, everyRSI := cipher.RSIBearHidden, cipher.Flag(-9)
	if p.HiddenUnlimited {
		own, every, ownRSI, everyRSI = every, own, everyRSI, ownRSI
	}
	n.row(wt2, p.WTDivHigh, p.WTDivLow, cipher.WTPivotHigh, cipher.WTBearDiv, own)
	n.row(wt2, p.WTDiv2High, p.WTDiv2Low, cipher.WT2ndPivotHigh, cipher.WT2ndBearDiv, cipher.WT2ndBearHidden)
	n.row(wt2, -inf, inf, cipher.WTAnyPivotHigh, -9, every)
	n.row(rsi, p.RSIDivHigh, p.RSIDivLow, cipher.RSIPivotHigh, cipher.RSIBearDiv, ownRSI)
	n.row(rsi, -inf, inf, cipher.RSIAnyPivotHigh, -9, everyRSI)
	n.row(n.values[cipher.StochK], -inf, inf, cipher.StochPivotHigh, cipher.StochBearDiv, cipher.StochBearHidden)
	second := p.WTDivDots && (n.classic || p.WTDiv2Dots)
	lows := n.pivots(wt2, false, p.WTDivLow)
	for t, f := range n.flags {
		n.set(t, cipher.BuyDiv, p.WTDivDots && f.Has(cipher.WTBullDiv) || second && f.Has(cipher.WT2ndBullDiv) ||
			p.RSIDivDots && f.Has(cipher.RSIBullDiv) || p.StochDivDots && f.Has(cipher.StochBullDiv))
		n.set(t, cipher.SellDiv, p.WTDivDots && f.Has(cipher.WTBearDiv) || second && f.Has(cipher.WT2ndBearDiv) ||
			p.RSIDivDots && f.Has(cipher.RSIBearDiv) || p.StochDivDots && f.Has(cipher.StochBearDiv))
		drawn := p.WTDivDots && f.Has(cipher.WTBullDiv) || p.RSIDivDots && f.Has(cipher.RSIBullDiv)
		for i := len(lows) - 1; drawn && i >= 0; i-- {
			if q := lows[i]; q.bar <= t-2 { // memory[t]
				x := p.WTOversoldExtreme
				n.set(t, cipher.Gold, x-q.level >= -1e-10 && wt2[t]-x > 1e-10 &&
					-p.GoldRise-(q.level-wt2[t]) >= -1e-10 && p.GoldRSI-q.wave > 1e-10)
				break
			}
		}
	}
}
