package cipher_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

func TestDefaultsAreTheSpecifications(t *testing.T) {
	p := cipher.Default(cipher.Quantum)
	want := cipher.Params{
		WTChannelPeriod: 9, WTAveragePeriod: 12, WTSignalPeriod: 3,
		AWTChannelPeriod: 9, AWTAveragePeriod: 13, AWTSignalPeriod: 3,
		WTOverbought: 53, WTOversold: -53, WTOversoldExtreme: -75,
		AWTOverboughtExtreme: 100, AWTOversoldExtreme: -80,
		MFPeriod: 60, MFMultiplier: 150, MFOffset: 2.5,
		RSIPeriod: 14, ARSIPeriod: 14, StochRSIPeriod: 14,
		StochPeriod: 14, StochKPeriod: 3, StochDPeriod: 3, StochLog: true,
		STCPeriod: 10, STCFastPeriod: 23, STCSlowPeriod: 50, STCFactor: 0.5,
		RibbonPeriods: [8]int{5, 11, 15, 18, 21, 24, 28, 34},
		WTDivHigh:     45, WTDivLow: -65, WTDiv2High: 15, WTDiv2Low: -40,
		RSIDivHigh: 60, RSIDivLow: 30, HiddenUnlimited: true, WTDivDots: true, WTDiv2Dots: true,
		GoldRise: 5, GoldRSI: 30, YellowBearWT: 45, YellowBullWT: 55,
		YellowRSIFloor: 15, YellowRSILow: 30, YellowRSIHigh: 70, YellowRSICeiling: 85,
		FlagMinutes: 720, Diamond1Minutes: 60, Diamond2Minutes: 240,
	}
	if p != want {
		t.Errorf("Default(Quantum) = %+v,\nwant %+v", p, want)
	}
	want.Preset = cipher.Classic
	if p := cipher.Default(cipher.Classic); p != want {
		t.Errorf("Default(Classic) = %+v,\nwant %+v", p, want)
	}
}

// TestBounds takes every parameter of the catalog to its bounds and beyond.
func TestBounds(t *testing.T) {
	beyond := func(v float64, up bool) float64 {
		if up {
			return math.Nextafter(v, math.Inf(1))
		}
		return math.Nextafter(v, math.Inf(-1))
	}
	for _, info := range cipher.Catalog().Params {
		p := cipher.Default(cipher.Quantum)
		accept := func(v float64) {
			t.Helper()
			if err := p.Set(info.Name, v); err != nil {
				t.Errorf("Set(%q, %v): %v", info.Name, v, err)
			}
			if got, ok := p.Get(info.Name); got != v || !ok {
				t.Errorf("Get(%q) = %v, %v after Set to %v", info.Name, got, ok, v)
			}
		}
		refuse := func(v float64) {
			t.Helper()
			before := p
			var refused *core.Error
			if err := p.Set(info.Name, v); !errors.As(err, &refused) {
				t.Errorf("Set(%q, %v): %v, want a *core.Error", info.Name, v, err)
			} else if refused.Code != core.InvalidParam || refused.Field != info.Name || refused.Index != -1 ||
				refused.Value != v && v == v || refused.Low != info.Low || refused.High != info.High {
				t.Errorf("Set(%q, %v): %+v", info.Name, v, *refused)
			}
			if p != before {
				t.Errorf("Set(%q, %v) refused and changed", info.Name, v)
			}
		}
		accept(info.Default)
		accept(info.High)
		if info.LowOpen {
			refuse(info.Low)
			accept(beyond(info.Low, true))
		} else {
			accept(info.Low)
			refuse(beyond(info.Low, false))
		}
		for _, v := range []float64{beyond(info.High, true), math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e300} {
			refuse(v)
		}
		if info.Kind != core.KindFloat {
			refuse(info.Low + 0.5)
		}
		if info.Unit == "minutes" {
			refuse(7)
			accept(0)
			accept(1)
		}
	}
}

func TestUnknownParametersAreRefused(t *testing.T) {
	p := cipher.Default(cipher.Quantum)
	var refused *core.Error
	if err := p.Set("wt_chanel_period", 9); !errors.As(err, &refused) || refused.Rule != core.RuleKnown || refused.Field != "wt_chanel_period" {
		t.Errorf("Set of an unknown name: %v", err)
	}
	if _, ok := p.Get("wt_chanel_period"); ok {
		t.Error("Get finds an unknown name")
	}
}

func TestFastPeriodStaysBelowSlow(t *testing.T) {
	p := cipher.Default(cipher.Quantum)
	if err := p.Set("stc_fast_period", 50); err != nil {
		t.Fatal(err)
	}
	_, err := cipher.New(p, core.Minute)
	vector := p.Vector()
	_, fromVector := cipher.ParamsFromVector(vector[:])
	for _, err := range []error{p.Validate(), err, fromVector} {
		var refused *core.Error
		if !errors.As(err, &refused) || refused.Field != "stc_fast_period" || refused.Rule != core.RuleBelow || refused.Value != 50 || refused.High != 50 {
			t.Errorf("fast 50, slow 50: %v", err)
		}
	}
}

func TestTheZeroParamsAreRefused(t *testing.T) {
	var refused *core.Error
	if err := (cipher.Params{}).Validate(); !errors.As(err, &refused) || refused.Field != "wt_channel_period" {
		t.Errorf("Params{}.Validate() = %v", err)
	}
	if _, err := cipher.New(cipher.Default(cipher.Quantum), 1500); !errors.As(err, &refused) || refused.Field != "interval" {
		t.Errorf("New with an interval of 1.5 s: %v", err)
	}
}

func TestVectorGoesThereAndBack(t *testing.T) {
	for _, p := range []cipher.Params{cipher.Default(cipher.Quantum), cipher.Default(cipher.Classic), changed(t)} {
		v := p.Vector()
		if v[0] != float64(p.Preset) {
			t.Errorf("the vector begins with %v, want the preset", v[0])
		}
		back, err := cipher.ParamsFromVector(v[:])
		if err != nil || back != p {
			t.Errorf("ParamsFromVector(Vector()) = %+v, %v, want %+v", back, err, p)
		}
		if back.Hash() != p.Hash() {
			t.Errorf("hashes %x and %x", back.Hash(), p.Hash())
		}
	}
	for _, n := range []int{0, cipher.NumParams - 1, cipher.NumParams + 1} {
		var refused *core.Error
		if _, err := cipher.ParamsFromVector(make([]float64, n)); !errors.As(err, &refused) || refused.Field != "params" {
			t.Errorf("ParamsFromVector of %d numbers: %v", n, err)
		}
	}
	v := cipher.Default(cipher.Quantum).Vector()
	v[3] = 0
	var refused *core.Error
	if _, err := cipher.ParamsFromVector(v[:]); !errors.As(err, &refused) || refused.Field != "wt_signal_period" {
		t.Errorf("ParamsFromVector with a bad period: %v", err)
	}
}

func TestHashIsOfValuesNotOfSigns(t *testing.T) {
	p, q := cipher.Default(cipher.Quantum), cipher.Default(cipher.Quantum)
	q.FlagMFBear = math.Copysign(0, -1)
	if p.Hash() != q.Hash() {
		t.Error("0 and -0 hash apart")
	}
	if err := q.Set("flag_mf_bear", math.Copysign(0, -1)); err != nil || math.Signbit(q.FlagMFBear) {
		t.Errorf("Set keeps the sign of zero: %v", err)
	}
	q.GoldRise = 6
	if p.Hash() == q.Hash() {
		t.Error("other parameters hash the same")
	}
	sum := fnv.New64a()
	for _, v := range p.Vector() {
		sum.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	}
	if got, want := p.Hash(), sum.Sum64(); got != want {
		t.Errorf("hash of the defaults = %#x, want that of the vector's bits, %#x", got, want)
	}
}

// TestEnginesAreMadeFromVectorsToo: what crosses the wasm boundary makes the
// same engine, and is refused alike.
func TestEnginesAreMadeFromVectorsToo(t *testing.T) {
	for _, p := range []cipher.Params{cipher.Default(cipher.Classic), changed(t)} {
		v := p.Vector()
		engine, err := cipher.NewFromVector(v[:], core.Hour)
		if err != nil {
			t.Fatal(err)
		}
		var back [cipher.NumParams]float64
		if engine.Vector(&back); engine.Params() != p || back != v {
			t.Errorf("Params() = %+v, Vector gives %v, want %+v", engine.Params(), back, p)
		}
		if !bytes.Equal(snapshot(t, engine), snapshot(t, mustNew(t, p, core.Hour))) {
			t.Error("another engine than New makes")
		}
	}
	v := cipher.Default(cipher.Quantum).Vector()
	v[1] = 0.5
	var refused *core.Error
	if _, err := cipher.NewFromVector(v[:], core.Hour); !errors.As(err, &refused) || refused.Field != "wt_channel_period" {
		t.Errorf("a period of 0.5: %v", err)
	}
	if _, err := cipher.NewFromVector(v[:3], core.Hour); !errors.As(err, &refused) || refused.Field != "params" {
		t.Errorf("three numbers: %v", err)
	}
}
