package cipher_test

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

func gt(a, b float64) bool { return a-b > 1e-10 }
func ge(a, b float64) bool { return a-b >= -1e-10 }

// higherReadings is 7.2 without its flags.
func (n *naive) higherReadings(interval core.Interval) {
	bars := higherBars(n.c, interval, n.p.FlagMinutes)
	s := make([]float64, len(bars))
	for i, bar := range bars {
		s[i] = ((bar.High + bar.Low) + bar.Close) / 3
	}
	p := &n.p
	first, second := waves(s, p.WTChannelPeriod, p.WTAveragePeriod, p.WTSignalPeriod, preset(n, 0, 1e-12))
	fast := held(n.c.Len(), bars, minus(first, second), absent)
	n.values[cipher.HTFFastWT], n.values[cipher.HTFFastWTSmooth] = fast, ema(fast, 3)
}

// rising is 7.3: 1 where the last Heikin-Ashi candle rises, -1 where it does
// not, 0 before the first.
func (n *naive) rising(interval core.Interval, minutes int) []int {
	bars := higherBars(n.c, interval, minutes)
	rises := make([]int, len(bars))
	open, close := 0.0, 0.0
	for i, bar := range bars {
		open = (open + close) / 2
		if i == 0 {
			open = (bar.Open + bar.Close) / 2
		}
		close = (((bar.Open + bar.High) + bar.Low) + bar.Close) / 4
		rises[i] = -1
		if close-open > n.tie() {
			rises[i] = 1
		}
	}
	return held(n.c.Len(), bars, rises, 0)
}

// circles is 6.1, 7.2 and 7.3.
func (n *naive) circles(interval core.Interval) {
	p, v := &n.p, &n.values
	wt2, mf, fast := v[cipher.WT2], v[cipher.MF], v[cipher.HTFFastWT]
	one, two := n.rising(interval, p.Diamond1Minutes), n.rising(interval, p.Diamond2Minutes)
	for t, x := range crossing(v[cipher.WT1], wt2) {
		up, down := x > 0, x < 0
		sold, bought := ge(p.WTOversold, wt2[t]), ge(wt2[t], p.WTOverbought)
		n.set(t, cipher.CrossUp, up)
		n.set(t, cipher.CrossDown, down)
		n.set(t, cipher.WTIsOversold, sold)
		n.set(t, cipher.WTIsOverbought, bought)
		n.set(t, cipher.Buy, up && sold)
		n.set(t, cipher.Sell, down && bought)
		n.set(t, cipher.BearFlag, down && gt(p.FlagMFBear, mf[t]) && gt(wt2[t], p.FlagWTBear) && gt(p.FlagFastBear, fast[t]))
		n.set(t, cipher.BullFlag, up && gt(mf[t], p.FlagMFBull) && gt(p.FlagWTBull, wt2[t]) && gt(fast[t], p.FlagFastBull))
		n.set(t, cipher.BearDiamond, down && ge(wt2[t], p.DiamondWTBear) && one[t] < 0 && two[t] < 0)
		n.set(t, cipher.BullDiamond, up && ge(p.DiamondWTBull, wt2[t]) && one[t] > 0 && two[t] > 0)
	}
}

// cipherA is 6.2 and ribbon_up.
func (n *naive) cipherA() {
	p, v, c := &n.p, &n.values, n.c
	ema1, ema2, ema3, ema8 := v[cipher.EMA1], v[cipher.EMA2], v[cipher.EMA3], v[cipher.EMA8]
	long, short := risesOver(ema2, ema8), risesOver(ema8, ema2)
	redX, greenX := risesOver(ema2, ema1), risesOver(ema1, ema2)
	blueUp, blueDown := risesOver(ema2, ema3), risesOver(ema3, ema2)
	crosses, tie := crossing(v[cipher.AWT1], v[cipher.AWT2]), n.tie()
	bull := func(t int) bool { return c.Close[t]-c.Open[t] > tie }
	bear := func(t int) bool { return c.Open[t]-c.Close[t] > tie }
	for t := range n.flags {
		red, green := crosses[t] < 0, crosses[t] > 0
		wave, rsi := v[cipher.AWT2][t], v[cipher.ARSI][t]
		n.set(t, cipher.RibbonUp, ema2[t]-ema8[t] > tie)
		n.set(t, cipher.LongEMA, long[t])
		n.set(t, cipher.ShortEMA, short[t])
		n.set(t, cipher.RedX, redX[t])
		n.set(t, cipher.GreenX, greenX[t])
		n.set(t, cipher.BlueUp, blueUp[t])
		n.set(t, cipher.BlueDown, blueDown[t])
		n.set(t, cipher.RedDiamond, red)
		n.set(t, cipher.GreenDiamond, green)
		n.set(t, cipher.DumpDiamond, red && redX[t])
		n.set(t, cipher.MoonDiamond, green && greenX[t])
		n.set(t, cipher.YellowXBear, red && gt(wave, p.AWTOversoldExtreme) && gt(p.YellowBearWT, wave) &&
			gt(rsi, p.YellowRSIFloor) && gt(p.YellowRSILow, rsi))
		n.set(t, cipher.YellowXBull, green && gt(wave, p.YellowBullWT) && gt(p.AWTOverboughtExtreme, wave) &&
			gt(p.YellowRSICeiling, rsi) && preset(n, gt(p.YellowRSIHigh, rsi), gt(rsi, p.YellowRSIHigh)))
		if t == 0 {
			continue
		}
		n.set(t, cipher.BullCandle, c.Open[t]-ema2[t] > tie && c.Open[t]-ema8[t] > tie && bull(t) && bull(t-1) && !red && !redX[t])
		n.set(t, cipher.BearCandle, ema2[t]-c.Open[t] > tie && ema8[t]-c.Open[t] > tie && bear(t) && bear(t-1) &&
			!green && !preset(n, redX[t], greenX[t]))
	}
}
