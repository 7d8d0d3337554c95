package host

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

func TestCipherRefusesInTheNativeWords(t *testing.T) {
	h := newHost(t, Options{})
	change := func(name string, value float64) func(*cipher.Params) {
		return func(p *cipher.Params) {
			switch name {
			case "rsi_period":
				p.RSIPeriod = int(value)
			case "mf_multiplier":
				p.MFMultiplier = value
			case "stc_fast_period":
				p.STCFastPeriod = int(value)
			case "diamond1_minutes":
				p.Diamond1Minutes = int(value)
			case "preset":
				p.Preset = cipher.Preset(value)
			}
		}
	}
	for name, refuse := range map[string]struct {
		change   func(*cipher.Params)
		interval core.Interval
	}{
		"a period of 0":             {change("rsi_period", 0), core.Minute},
		"a period beyond its bound": {change("rsi_period", 1001), core.Minute},
		"an open bound":             {change("mf_multiplier", 0), core.Minute},
		"not a number":              {change("mf_multiplier", math.NaN()), core.Minute},
		"infinite":                  {change("mf_multiplier", math.Inf(-1)), core.Minute},
		"fast above slow":           {change("stc_fast_period", 50), core.Minute},
		"no divisor of a day":       {change("diamond1_minutes", 7), core.Minute},
		"no such preset":            {change("preset", 2), core.Minute},
		"half a second":             {func(*cipher.Params) {}, 500},
		"five weeks":                {func(*cipher.Params) {}, 5 * core.Week},
		"a negative interval":       {func(*cipher.Params) {}, math.MinInt64},
	} {
		t.Run(name, func(t *testing.T) {
			p := cipher.Default(cipher.Quantum)
			refuse.change(&p)
			_, want := cipher.New(p, refuse.interval)
			_, got := h.NewCipher(t.Context(), p, refuse.interval)
			sameError(t, got, want)
		})
	}
}

func TestCipherRefusesBarsInTheNativeWords(t *testing.T) {
	h := newHost(t, Options{})
	p := cipher.Default(cipher.Quantum)
	good := core.Candle{OpenTime: 120_000, Open: 2, High: 3, Low: 1, Close: 2, Volume: 1}
	for name, spoil := range map[string]func(*core.Candle){
		"high below close":      func(c *core.Candle) { c.Close = 3.5 },
		"low above open":        func(c *core.Candle) { c.Low = 2.5 },
		"no close":              func(c *core.Candle) { c.Close = math.NaN() },
		"infinite high":         func(c *core.Candle) { c.High = math.Inf(1) },
		"beyond every price":    func(c *core.Candle) { c.Low = -1e101 },
		"too early":             func(c *core.Candle) { c.OpenTime = 119_999 },
		"the same bar":          func(c *core.Candle) { c.OpenTime = 60_000 },
		"after the end of time": func(c *core.Candle) { c.OpenTime = core.MaxOpenTime + 1 },
		"the greatest time":     func(c *core.Candle) { c.OpenTime = math.MaxInt64 },
		"the least time":        func(c *core.Candle) { c.OpenTime = math.MinInt64 },
	} {
		t.Run(name, func(t *testing.T) {
			native, err := cipher.New(p, core.Minute)
			if err != nil {
				t.Fatal(err)
			}
			e := mustCipher(t, h, p, core.Minute)
			bars := []core.Candle{{OpenTime: 60_000, Open: 2, High: 3, Low: 1, Close: 2}, good, good}
			spoil(&bars[1])
			bars[2].OpenTime = 180_000
			var out, want cipher.Output
			for i, bar := range bars {
				nativeErr, gotErr := native.Next(bar, &want), e.Next(bar, &out)
				if i == 1 {
					sameError(t, gotErr, nativeErr)
					sameError(t, e.Peek(bar, &out), native.Peek(bar, &want))
					continue
				}
				if nativeErr != nil || gotErr != nil {
					t.Fatalf("bar %d: %v, natively %v", i, gotErr, nativeErr)
				}
				compareOutputs(t, i, &out, &want)
			}

			c := core.MakeColumns(len(bars))
			for _, bar := range bars {
				c.Append(bar)
			}
			columns := cipher.MakeColumns(len(bars))
			sameError(t, h.Cipher(t.Context(), p, core.Minute, c, &columns), cipher.Compute(p, core.Minute, c, &columns))
		})
	}
}

func TestRefusedBarLeavesThoseBeforeIt(t *testing.T) {
	h := newHost(t, Options{})
	e := mustCipher(t, h, cipher.Default(cipher.Quantum), core.Minute)
	c := generate(sliceBars+500, core.Minute, 6)
	c.High[sliceBars+100] = 0
	err := e.NextMany(t.Context(), c, nil, nil)
	var refusal *core.Error
	if !errors.As(err, &refusal) || refusal.Index != sliceBars+100 || refusal.Field != "high" {
		t.Fatalf("NextMany = %v, want a refusal of the high of bar %d", err, sliceBars+100)
	}
	if e.Bars() != sliceBars+100 {
		t.Errorf("%d bars are committed, want the %d before the refused one", e.Bars(), sliceBars+100)
	}
	c.High[sliceBars+100] = 1e9
	if err := e.NextMany(t.Context(), c.Slice(e.Bars(), c.Len()), nil, nil); err != nil {
		t.Errorf("the engine does not go on after a refusal: %v", err)
	}
}

func TestRestoreRefusesInTheNativeWords(t *testing.T) {
	h := newHost(t, Options{})
	native, err := cipher.New(cipher.Default(cipher.Quantum), core.Minute)
	if err != nil {
		t.Fatal(err)
	}
	good, err := native.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(at int) []byte {
		b := append([]byte(nil), good...)
		b[at] ^= 1
		return b
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "one byte": {1}, "no magic": flip(0), "another version": flip(9), "a changed bit": flip(len(good) / 2),
		"cut short": good[:len(good)-1], "too long": append(good[:len(good):len(good)], 0),
	} {
		t.Run(name, func(t *testing.T) {
			_, want := cipher.Restore(b)
			_, got := h.RestoreCipher(t.Context(), b)
			sameError(t, got, want)
		})
	}
}

// sameError fails unless got says what want says, number by number and as one
// sentence.
func sameError(t *testing.T, got, want error) {
	t.Helper()
	var g, w *core.Error
	if !errors.As(got, &g) || !errors.As(want, &w) {
		t.Fatalf("error is %v, natively %v: want a *core.Error of both", got, want)
	}
	if g.Error() != w.Error() {
		t.Errorf("error says %q, natively %q", g, w)
	}
	number := func(v float64) any {
		if v != v {
			return "absent"
		}
		return v
	}
	flat := func(e *core.Error) []any {
		return []any{e.Code, e.Rule, e.Field, e.Index, number(e.Value), number(e.Low), number(e.High), e.Text}
	}
	if !reflect.DeepEqual(flat(g), flat(w)) {
		t.Errorf("error is %+v, natively %+v", flat(g), flat(w))
	}
}
