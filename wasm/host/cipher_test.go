package host

import (
	"bytes"
	"slices"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// parityBars are the bars native and wasm are compared over.
const parityBars = 200_000

func TestCipherHasTheNativeBits(t *testing.T) {
	h := newHost(t, Options{})
	for _, preset := range []cipher.Preset{cipher.Quantum, cipher.Classic} {
		t.Run(preset.String(), func(t *testing.T) {
			t.Parallel()
			p, c := cipher.Default(preset), generate(parityBars, core.Minute, 1)
			native, got := cipher.MakeColumns(c.Len()), cipher.MakeColumns(c.Len())
			if err := cipher.Compute(p, core.Minute, c, &native); err != nil {
				t.Fatal(err)
			}
			if err := h.Cipher(t.Context(), p, core.Minute, c, &got); err != nil {
				t.Fatal(err)
			}
			compareColumns(t, &got, &native)
		})
	}
}

// compareColumns logs how many values it compared and fails on any bit.
func compareColumns(t *testing.T, got, want *cipher.Columns) {
	t.Helper()
	values, differ := 0, 0
	report := func(name string, bar int, got, want any) {
		if differ++; differ <= 10 {
			t.Errorf("bar %d: %s is %v, natively %v", bar, name, got, want)
		}
	}
	for r := range want.Values {
		for i, v := range want.Values[r] {
			values++
			if !sameBits(got.Values[r][i], v) {
				report(cipher.Reading(r).String(), i, got.Values[r][i], v)
			}
		}
	}
	for i, v := range want.Flags {
		values += cipher.NumFlags
		if got.Flags[i] != v {
			report("flags", i, got.Flags[i], v)
		}
	}
	t.Logf("%d values compared, %d differ", values, differ)
}

func TestCipherStreamsTheNativeBits(t *testing.T) {
	h := newHost(t, Options{})
	for _, preset := range []cipher.Preset{cipher.Quantum, cipher.Classic} {
		t.Run(preset.String(), func(t *testing.T) {
			t.Parallel()
			streamCipher(t, h, cipher.Default(preset), core.Minute, generate(parityBars, core.Minute, 2))
		})
	}
}

// streamCipher feeds the bars to a native engine and one in the module, one at
// a time, and compares all they say.
func streamCipher(t *testing.T, h *Host, p cipher.Params, interval core.Interval, c core.Columns) {
	t.Helper()
	native, err := cipher.New(p, interval)
	if err != nil {
		t.Fatal(err)
	}
	e := mustCipher(t, h, p, interval)
	var want, got cipher.Output
	var wantEvents, gotEvents []cipher.Event
	events := 0
	for i := range c.Len() {
		bar := c.At(i)
		if i%1000 == 999 {
			if err := native.Peek(bar, &want); err != nil {
				t.Fatal(err)
			}
			if err := e.Peek(bar, &got); err != nil {
				t.Fatal(err)
			}
			compareOutputs(t, i, &got, &want)
		}
		if err := native.Next(bar, &want); err != nil {
			t.Fatal(err)
		}
		if err := e.Next(bar, &got); err != nil {
			t.Fatal(err)
		}
		compareOutputs(t, i, &got, &want)
		wantEvents = native.AppendEvents(wantEvents[:0])
		if gotEvents, err = e.AppendEvents(gotEvents[:0]); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(gotEvents, wantEvents) {
			t.Fatalf("bar %d: events are %+v, natively %+v", i, gotEvents, wantEvents)
		}
		events += len(wantEvents)
		if i%20_000 == 10_000 {
			compareSnapshots(t, i, e, native)
		}
		if t.Failed() {
			return
		}
	}
	if e.Bars() != native.Bars() {
		t.Errorf("the module's engine counts %d bars, the native one %d", e.Bars(), native.Bars())
	}
	t.Logf("%d values and %d events compared, 0 differ", c.Len()*(cipher.NumReadings+cipher.NumFlags), events)
}

func mustCipher(t testing.TB, h *Host, p cipher.Params, interval core.Interval) *Cipher {
	t.Helper()
	e, err := h.NewCipher(t.Context(), p, interval)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func compareOutputs(t *testing.T, bar int, got, want *cipher.Output) {
	t.Helper()
	for r, v := range want.Values {
		if !sameBits(got.Values[r], v) {
			t.Errorf("bar %d: %s is %v, natively %v", bar, cipher.Reading(r), got.Values[r], v)
		}
	}
	if got.Flags != want.Flags {
		t.Errorf("bar %d: flags are %x, natively %x", bar, got.Flags, want.Flags)
	}
}

func compareSnapshots(t *testing.T, bar int, e *Cipher, native *cipher.Engine) {
	t.Helper()
	want, err := native.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("bar %d: the module's snapshot of %d bytes is not the native one of %d", bar, len(got), len(want))
	}
}

func TestCipherMovesBetweenHosts(t *testing.T) {
	h := newHost(t, Options{})
	c := generate(3000, 15*core.Minute, 3)
	p := cipher.Default(cipher.Classic)
	whole := cipher.MakeColumns(c.Len())
	if err := cipher.Compute(p, 15*core.Minute, c, &whole); err != nil {
		t.Fatal(err)
	}

	native, err := cipher.New(p, 15*core.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var out, want cipher.Output
	for i := 0; i < c.Len(); { // a hundred bars here, a hundred there, and back
		for range 100 {
			if err := native.Next(c.At(i), &out); err != nil {
				t.Fatal(err)
			}
			i++
		}
		snapshot, err := native.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		e, err := h.RestoreCipher(t.Context(), snapshot)
		if err != nil {
			t.Fatal(err)
		}
		if e.Bars() != i || e.Interval() != 15*core.Minute || e.Params() != p {
			t.Fatalf("restored at bar %d: the engine counts %d bars of %v", i, e.Bars(), e.Interval())
		}
		for range 100 {
			if err := e.Next(c.At(i), &out); err != nil {
				t.Fatal(err)
			}
			for r := range out.Values {
				want.Values[r] = whole.Values[r][i]
			}
			want.Flags = whole.Flags[i]
			compareOutputs(t, i, &out, &want)
			i++
		}
		if snapshot, err = e.AppendBinary(nil); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if native, err = cipher.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSeriesEventsAreTheStreams(t *testing.T) {
	h := newHost(t, Options{})
	c := generate(20_000, core.Minute, 4)
	p := cipher.Default(cipher.Quantum)
	native, err := cipher.New(p, core.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var want []cipher.Event
	var out cipher.Output
	for i := range c.Len() {
		if err := native.Next(c.At(i), &out); err != nil {
			t.Fatal(err)
		}
		want = native.AppendEvents(want)
	}
	got, err := h.AppendSeriesEvents(t.Context(), nil, p, core.Minute, c)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the module gives %d events over the series, the native stream %d, or they differ", len(got), len(want))
	}
	if len(want) < 1000 {
		t.Errorf("the series has %d events only: it shows nothing", len(want))
	}
}

func TestInterpreterHasTheNativeBits(t *testing.T) {
	h := newHost(t, Options{Interpreter: true})
	streamCipher(t, h, cipher.Default(cipher.Quantum), core.Minute, generate(2000, core.Minute, 5))
}
