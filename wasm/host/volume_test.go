package host

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// volumeCases are parameters and ranges that take every road through the
// engine, and over how many bars.
var volumeCases = []struct {
	name   string
	bars   int
	params volume.Params
	span   volume.Range
}{
	{"days", parityBars / 2, volume.Default(), volume.Daily()},
	{"days by row size", 50_000, withRowSize(25), volume.Daily()},
	{"weeks of single rows", 20_000, withSingle(), volume.Range{Kind: volume.RangeWeek}},
	{"months", 20_000, volume.Default(), volume.Range{Kind: volume.RangeMonth, Offset: 90}},
	{"rolling by row size", 50_000, withRowSize(25), volume.Rolling(500)},
	{"rolling by count", 5_000, volume.Default(), volume.Rolling(200)},
	{"anchored by row size", 50_000, withRowSize(50), volume.Anchored(1_600_500_000_000)},
	{"anchored by count", 5_000, volume.Default(), volume.Anchored(0)},
	{"bounds", 20_000, volume.Default(), volume.Range{Kind: volume.RangeBounds, Bounds: []int64{1_600_100_000_000, 1_600_200_000_000, 1_600_900_000_000}}},
}

func withRowSize(size float64) volume.Params {
	p := volume.Default()
	p.Rows, p.RowSize = 0, size
	return p
}

func withSingle() volume.Params {
	p := volume.Default()
	p.Rows, p.Expansion, p.Spread, p.VolumeUnit = 60, volume.Single, volume.Close, 1.0/1024
	return p
}

func TestVolumeStreamsTheNativeBits(t *testing.T) {
	h := newHost(t, Options{})
	for i, tt := range volumeCases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := generate(tt.bars, core.Minute, uint64(100+i))
			native, err := volume.New(tt.params, core.Minute, tt.span)
			if err != nil {
				t.Fatal(err)
			}
			e := mustVolume(t, h, tt.params, core.Minute, tt.span)
			compareVolumes(t, e, native, c, tt.bars/4)
		})
	}
}

// compareVolumes feeds the bars to both engines and compares all they say:
// levels and events of each bar, the rest every so many bars.
func compareVolumes(t *testing.T, e *Volume, native *volume.Engine, c core.Columns, every int) {
	t.Helper()
	var want, got volume.Levels
	var wantEvents, gotEvents []volume.Event
	events, values := 0, 0
	for i := range c.Len() {
		bar := c.At(i)
		if i%50 == 49 {
			sameOutcome(t, i, e.Peek(bar, &got), native.Peek(bar, &want))
			sameLevels(t, i, &got, &want)
		}
		sameOutcome(t, i, e.Next(bar, &got), native.Next(bar, &want))
		sameLevels(t, i, &got, &want)
		values += levelWords
		var err error
		if gotEvents, err = e.AppendEvents(gotEvents[:0]); err != nil {
			t.Fatal(err)
		}
		wantEvents = native.AppendEvents(wantEvents[:0])
		sameEvents(t, i, gotEvents, wantEvents)
		events += len(wantEvents)
		if i%every == every-1 {
			sameState(t, i, e, native)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d values and %d events compared, 0 differ", values, events)
}

func sameOutcome(t *testing.T, bar int, got, want error) {
	t.Helper()
	if got != nil || want != nil {
		t.Fatalf("bar %d: %v, natively %v", bar, got, want)
	}
}

func sameLevels(t *testing.T, bar int, got, want *volume.Levels) {
	t.Helper()
	for r := range volume.NumReadings {
		if !sameBits(got.Value(r), want.Value(r)) {
			t.Fatalf("bar %d: %s is %v, natively %v", bar, r, got.Value(r), want.Value(r))
		}
	}
	if got.Start != want.Start || got.Count != want.Count {
		t.Fatalf("bar %d: range of %d bars from %d, natively of %d from %d", bar, got.Count, got.Start, want.Count, want.Start)
	}
}

func sameEvents(t *testing.T, bar int, got, want []volume.Event) {
	t.Helper()
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("bar %d: events are %+v, natively %+v", bar, got, want)
	}
}

// sameState compares snapshots, profiles, sessions and naked levels.
func sameState(t *testing.T, bar int, e *Volume, native *volume.Engine) {
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
	wantProfile, wantErr := native.Profile()
	profile, gotErr := e.Profile()
	if wantErr != nil || gotErr != nil {
		sameError(t, gotErr, wantErr)
	} else {
		sameProfile(t, profile, wantProfile)
	}
	wantSession, known := native.Previous()
	session, gotKnown, err := e.Previous()
	if err != nil || known != gotKnown || fmt.Sprint(session) != fmt.Sprint(wantSession) {
		t.Errorf("bar %d: previous session is %+v, natively %+v (%v)", bar, session, wantSession, err)
	}
	naked, err := e.AppendNaked(nil)
	if err != nil || !reflect.DeepEqual(naked, native.AppendNaked(nil)) {
		t.Errorf("bar %d: naked levels are %v, natively %v (%v)", bar, naked, native.AppendNaked(nil), err)
	}
}

func sameProfile(t *testing.T, got, want *volume.Profile) {
	t.Helper()
	flat := func(p *volume.Profile) []float64 {
		v := []float64{
			float64(p.Source), float64(p.Count), p.Unit, p.Total, p.POC, p.VAH, p.VAL, p.Enclosed, p.VWAP, p.SD,
			float64(p.Shape), float64(len(p.HighNodes)), float64(len(p.LowNodes)),
		}
		v = append(append(append(v, p.Edges...), p.Up...), p.Down...)
		for _, n := range append(p.HighNodes[:len(p.HighNodes):len(p.HighNodes)], p.LowNodes...) {
			v = append(v, float64(n.Row), n.Price, n.Volume, n.Prominence)
		}
		return v
	}
	g, w := flat(got), flat(want)
	if len(g) != len(w) {
		t.Fatalf("a profile of %d numbers, natively of %d", len(g), len(w))
	}
	for i := range w {
		if !sameBits(g[i], w[i]) {
			t.Fatalf("number %d of the profile is %v, natively %v", i, g[i], w[i])
		}
	}
}

func mustVolume(t testing.TB, h *Host, p volume.Params, interval core.Interval, r volume.Range) *Volume {
	t.Helper()
	e, err := h.NewVolume(t.Context(), p, interval, r)
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

func TestVolumeSeriesIsTheStream(t *testing.T) {
	h := newHost(t, Options{})
	for i, tt := range volumeCases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := generate(10_000, core.Minute, uint64(200+i))
			want, got := volume.MakeColumns(c.Len()), volume.MakeColumns(c.Len())
			if err := volume.Develop(tt.params, core.Minute, tt.span, c, &want); err != nil {
				t.Fatal(err)
			}
			e := mustVolume(t, h, tt.params, core.Minute, tt.span)
			if err := e.NextMany(t.Context(), c, &got); err != nil {
				t.Fatal(err)
			}
			for r := range want.Values {
				for k, v := range want.Values[r] {
					if !sameBits(got.Values[r][k], v) {
						t.Fatalf("bar %d: %s is %v, natively %v", k, volume.Reading(r), got.Values[r][k], v)
					}
				}
			}
			sameEvents(t, c.Len(), got.Events, want.Events)
		})
	}
}

func TestVolumeMovesBetweenHosts(t *testing.T) {
	h := newHost(t, Options{})
	for i, tt := range volumeCases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := generate(3000, core.Minute, uint64(300+i))
			native, err := volume.New(tt.params, core.Minute, tt.span)
			if err != nil {
				t.Fatal(err)
			}
			for from := 0; from < c.Len(); from += 500 {
				snapshot, err := native.AppendBinary(nil)
				if err != nil {
					t.Fatal(err)
				}
				e, err := h.RestoreVolume(t.Context(), snapshot)
				if err != nil {
					t.Fatal(err)
				}
				if e.Bars() != from || e.Interval() != core.Minute || e.Params().Hash() != tt.params.Hash() {
					t.Fatalf("restored at bar %d: the engine counts %d bars of %v", from, e.Bars(), e.Interval())
				}
				compareVolumes(t, e, native, c.Slice(from, from+500), 500)
				if snapshot, err = e.AppendBinary(nil); err != nil {
					t.Fatal(err)
				}
				if err := e.Close(); err != nil {
					t.Fatal(err)
				}
				if native, err = volume.Restore(snapshot); err != nil { // back again
					t.Fatal(err)
				}
			}
		})
	}
}

func TestProfileHasTheNativeBits(t *testing.T) {
	h := newHost(t, Options{})
	files, err := filepath.Glob(volumeVectors + "/*.csv.gz")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d candle files, %v: want at least 4", len(files), err)
	}
	series := map[string]core.Columns{"generated": generate(parityBars, core.Minute, 400)}
	for _, path := range files {
		series[filepath.Base(path)] = readCandles(t, path)
	}
	for name, c := range series {
		high := 0.0
		for _, v := range c.High {
			high = max(high, v)
		}
		for _, p := range []volume.Params{volume.Default(), withSingle(), withRowSize(high / 3000), manyRows()} {
			want, err := volume.Compute(p, c)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := h.Profile(t.Context(), p, c)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			sameProfile(t, got, want)
		}
	}
}

func manyRows() volume.Params {
	p := volume.Default()
	p.Rows = volume.MaxRows
	return p
}

func TestProfileOfTradesHasTheNativeBits(t *testing.T) {
	h := newHost(t, Options{})
	c := generate(20_000, core.Minute, 500)
	trades := volume.Trades{Time: c.OpenTime, Price: c.Close, Size: c.Volume}
	for i := range c.Len() {
		trades.Side = append(trades.Side, core.Side(i%3-1))
	}
	for _, p := range []volume.Params{volume.Default(), withRowSize(25)} {
		want, err := volume.FromTrades(p, trades)
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.ProfileOfTrades(t.Context(), p, trades)
		if err != nil {
			t.Fatal(err)
		}
		sameProfile(t, got, want)
	}
}

func TestVolumeRefusesInTheNativeWords(t *testing.T) {
	h := newHost(t, Options{})
	change := func(f func(*volume.Params)) volume.Params {
		p := volume.Default()
		f(&p)
		return p
	}
	for name, refuse := range map[string]struct {
		params   volume.Params
		interval core.Interval
		span     volume.Range
	}{
		"no rows":            {change(func(p *volume.Params) { p.Rows = -1 }), core.Minute, volume.Daily()},
		"rows and row size":  {change(func(p *volume.Params) { p.RowSize = 1 }), core.Minute, volume.Daily()},
		"value area of 0":    {change(func(p *volume.Params) { p.ValueArea = 0 }), core.Minute, volume.Daily()},
		"not a number":       {change(func(p *volume.Params) { p.NodeStrength = math.NaN() }), core.Minute, volume.Daily()},
		"unit of 3":          {change(func(p *volume.Params) { p.VolumeUnit = 3 }), core.Minute, volume.Daily()},
		"half a second":      {volume.Default(), 500, volume.Daily()},
		"rolling over none":  {volume.Default(), core.Minute, volume.Rolling(0)},
		"rolling over all":   {volume.Default(), core.Minute, volume.Rolling(1 << 40)},
		"no such range":      {volume.Default(), core.Minute, volume.Range{Kind: 9}},
		"a far offset":       {volume.Default(), core.Minute, volume.Range{Offset: -1 << 50}},
		"a negative length":  {volume.Default(), core.Minute, volume.Range{Length: -1}},
		"from after time":    {volume.Default(), core.Minute, volume.Anchored(core.MaxOpenTime + 1)},
		"no bounds":          {volume.Default(), core.Minute, volume.Range{Kind: volume.RangeBounds}},
		"bounds out of turn": {volume.Default(), core.Minute, volume.Range{Kind: volume.RangeBounds, Bounds: []int64{5, 4}}},
		"bounds after time":  {volume.Default(), core.Minute, volume.Range{Kind: volume.RangeBounds, Bounds: []int64{core.MaxOpenTime + 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, want := volume.New(refuse.params, refuse.interval, refuse.span)
			_, got := h.NewVolume(t.Context(), refuse.params, refuse.interval, refuse.span)
			sameError(t, got, want)
		})
	}
	for name, spoil := range map[string]func(c *core.Columns){
		"no bars":         func(c *core.Columns) { *c = core.Columns{} },
		"high below low":  func(c *core.Columns) { c.High[1] = 0 },
		"negative volume": func(c *core.Columns) { c.Volume[2] = -1 },
		"the same time":   func(c *core.Columns) { c.OpenTime[2] = c.OpenTime[1] },
		"volume too much": func(c *core.Columns) { c.Volume[0], c.Volume[1] = math.MaxFloat64, 1e-300 },
	} {
		t.Run(name, func(t *testing.T) {
			c := generate(3, core.Minute, 600)
			spoil(&c)
			p := volume.Default()
			if name == "volume too much" {
				p.VolumeUnit = 1
			}
			_, want := volume.Compute(p, c)
			_, got := h.Profile(t.Context(), p, c)
			sameError(t, got, want)
		})
	}
}
