package cipher_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// mapped is the series with each bar changed by f.
func mapped(c core.Columns, f func(k core.Candle) core.Candle) core.Columns {
	m := core.MakeColumns(c.Len())
	for i := range c.Len() {
		m.Append(f(c.At(i)))
	}
	return m
}

// TestLawsScaleByPowersOfTwo: quantum knows no absolute price. With all prices
// times 2^k every bit stays, and the ribbon's are times 2^k; only the logarithm
// before the stochastic rounds.
func TestLawsScaleByPowersOfTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval, p := drawInterval(t), drawParams(t)
		p.Preset = cipher.Quantum
		p.StochLog = rapid.Bool().Draw(t, "stoch_log")
		scale := math.Ldexp(1, rapid.IntRange(-40, 40).Draw(t, "power"))
		c := drawBars(t, interval, 250)
		if c.Len() > 0 && math.Abs(c.Close[0]) < 1e-250 { // would leave the normal numbers
			return
		}
		scaled := mapped(c, func(k core.Candle) core.Candle {
			k.Open, k.High, k.Low, k.Close = k.Open*scale, k.High*scale, k.Low*scale, k.Close*scale
			return k
		})
		for i := range c.Len() {
			if !(math.Abs(scaled.High[i]) < core.MaxPrice && math.Abs(scaled.Low[i]) < core.MaxPrice) {
				return
			}
		}
		before, after := batch(t, p, interval, c), batch(t, p, interval, scaled)
		for i := range c.Len() {
			want, got := at(&before, i), at(&after, i)
			for r := cipher.EMA1; r <= cipher.EMA8; r++ {
				want.Values[r] *= scale
			}
			if p.StochLog {
				want.Flags &^= ofStochastic
				got.Flags &^= ofStochastic
				for _, r := range []cipher.Reading{cipher.StochK, cipher.StochD} {
					want.Values[r], got.Values[r] = 0, 0
				}
			}
			if d := difference(&got, &want); d != "" {
				t.Fatalf("bar %d, prices times %v: %s", i, scale, d)
			}
		}
	})
}

// ofStochastic are the flags that stoch_k can make.
const ofStochastic = cipher.Flags(1)<<cipher.StochPivotHigh | 1<<cipher.StochPivotLow |
	1<<cipher.StochBearDiv | 1<<cipher.StochBullDiv | 1<<cipher.StochBearHidden | 1<<cipher.StochBullHidden |
	1<<cipher.BuyDiv | 1<<cipher.SellDiv

// TestLawsStochasticScalesToo holds the readings the logarithm touches.
func TestLawsStochasticScalesToo(t *testing.T) {
	p := cipher.Default(cipher.Quantum)
	c := readCandles(t, "walk")
	before := batch(t, p, 15*core.Minute, c)
	for _, scale := range []float64{0x1p-30, 0.5, 0x1p40} {
		after := batch(t, p, 15*core.Minute, mapped(c, func(k core.Candle) core.Candle {
			k.Open, k.High, k.Low, k.Close = k.Open*scale, k.High*scale, k.Low*scale, k.Close*scale
			return k
		}))
		for _, r := range []cipher.Reading{cipher.StochK, cipher.StochD} {
			for i, want := range before.Values[r] {
				if got := after.Values[r][i]; math.Abs(got-want) > 1e-9 || (got == got) != (want == want) {
					t.Fatalf("bar %d, prices times %v: %v is %v, want %v", i, scale, r, got, want)
				}
			}
		}
	}
}

// mirroredParams are the limits as a market upside down would have them.
func mirroredParams(p cipher.Params) cipher.Params {
	m := p
	m.WTOverbought, m.WTOversold = -p.WTOversold, -p.WTOverbought
	m.AWTOverboughtExtreme, m.AWTOversoldExtreme = -p.AWTOversoldExtreme, -p.AWTOverboughtExtreme
	m.WTDivHigh, m.WTDivLow = -p.WTDivLow, -p.WTDivHigh
	m.WTDiv2High, m.WTDiv2Low = -p.WTDiv2Low, -p.WTDiv2High
	m.RSIDivHigh, m.RSIDivLow = 100-p.RSIDivLow, 100-p.RSIDivHigh
	m.YellowBearWT, m.YellowBullWT = -p.YellowBullWT, -p.YellowBearWT
	m.YellowRSIFloor, m.YellowRSICeiling = 100-p.YellowRSICeiling, 100-p.YellowRSIFloor
	m.YellowRSILow, m.YellowRSIHigh = 100-p.YellowRSIHigh, 100-p.YellowRSILow
	m.FlagMFBear, m.FlagMFBull = -p.FlagMFBull, -p.FlagMFBear
	m.FlagWTBear, m.FlagWTBull = -p.FlagWTBull, -p.FlagWTBear
	m.FlagFastBear, m.FlagFastBull = -p.FlagFastBull, -p.FlagFastBear
	m.DiamondWTBear, m.DiamondWTBull = -p.DiamondWTBull, -p.DiamondWTBear
	return m
}

// mirrorPairs are the flags that trade places; gold has no counterpart.
var mirrorPairs = [][2]cipher.Flag{
	{cipher.WTPivotHigh, cipher.WTPivotLow}, {cipher.WT2ndPivotHigh, cipher.WT2ndPivotLow},
	{cipher.WTAnyPivotHigh, cipher.WTAnyPivotLow}, {cipher.RSIPivotHigh, cipher.RSIPivotLow},
	{cipher.RSIAnyPivotHigh, cipher.RSIAnyPivotLow}, {cipher.StochPivotHigh, cipher.StochPivotLow},
	{cipher.WTBearDiv, cipher.WTBullDiv}, {cipher.WTBearHidden, cipher.WTBullHidden},
	{cipher.WT2ndBearDiv, cipher.WT2ndBullDiv}, {cipher.WT2ndBearHidden, cipher.WT2ndBullHidden},
	{cipher.RSIBearDiv, cipher.RSIBullDiv}, {cipher.RSIBearHidden, cipher.RSIBullHidden},
	{cipher.StochBearDiv, cipher.StochBullDiv}, {cipher.StochBearHidden, cipher.StochBullHidden},
	{cipher.CrossDown, cipher.CrossUp}, {cipher.WTIsOverbought, cipher.WTIsOversold}, {cipher.Sell, cipher.Buy},
	{cipher.SellDiv, cipher.BuyDiv}, {cipher.ShortEMA, cipher.LongEMA}, {cipher.RedX, cipher.GreenX},
	{cipher.BlueDown, cipher.BlueUp}, {cipher.RedDiamond, cipher.GreenDiamond}, {cipher.DumpDiamond, cipher.MoonDiamond},
	{cipher.YellowXBear, cipher.YellowXBull}, {cipher.BearCandle, cipher.BullCandle}, {cipher.BearFlag, cipher.BullFlag},
	{cipher.BearDiamond, cipher.BullDiamond},
}

// TestLawsMirror: quantum treats up and down alike.
func TestLawsMirror(t *testing.T) {
	p := cipher.Default(cipher.Quantum)
	p.StochLog, p.MFOffset, p.RSIDivDots, p.StochDivDots = false, 0, true, true
	for name, interval := range series {
		c := readCandles(t, name)
		upright := batch(t, p, interval, c)
		mirror := batch(t, mirroredParams(p), interval, mapped(c, func(k core.Candle) core.Candle {
			k.Open, k.High, k.Low, k.Close = -k.Open, -k.Low, -k.High, -k.Close
			return k
		}))
		for i := range c.Len() {
			a, b := at(&upright, i), at(&mirror, i)
			for _, r := range []cipher.Reading{cipher.WT1, cipher.WT2, cipher.FastWT, cipher.MF, cipher.AWT1, cipher.AWT2,
				cipher.HTFFastWT, cipher.HTFFastWTSmooth, cipher.EMA1, cipher.EMA8} {
				if x, y := a.Values[r], b.Values[r]; bits(x) != bits(-y) && !(x == 0 && y == 0) && x == x {
					t.Fatalf("%s, bar %d: %v is %v, mirrored %v", name, i, r, x, y)
				}
			}
			for _, r := range []cipher.Reading{cipher.RSI, cipher.ARSI, cipher.StochK, cipher.StochD} {
				if x, y := a.Values[r], b.Values[r]; math.Abs(x-(100-y)) > 1e-9 {
					t.Fatalf("%s, bar %d: %v is %v, mirrored %v", name, i, r, x, y)
				}
			}
			for _, pair := range mirrorPairs {
				if a.Flags.Has(pair[0]) != b.Flags.Has(pair[1]) || a.Flags.Has(pair[1]) != b.Flags.Has(pair[0]) {
					t.Fatalf("%s, bar %d: %v and %v do not trade places", name, i, pair[0], pair[1])
				}
			}
		}
	}
}
