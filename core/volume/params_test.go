package volume_test

import (
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// TestParamsCatalog: the catalog names every parameter in vector order, with
// the defaults of Default, and Set holds its bounds.
func TestParamsCatalog(t *testing.T) {
	c, p := volume.Catalog(), volume.Default()
	if c.Engine != "volume" || c.Version != core.EngineVersion || len(c.Params) != volume.NumParams ||
		len(c.Readings) != int(volume.NumReadings) || len(c.Events) != int(volume.NumSignals) {
		t.Fatalf("catalog of %s %s: %d parameters, %d readings, %d events", c.Engine, c.Version, len(c.Params), len(c.Readings), len(c.Events))
	}
	for i, info := range c.Params {
		value, ok := p.Get(info.Name)
		if !ok || value != p.Vector()[i] {
			t.Errorf("Get(%q) = %v, %v, want %v", info.Name, value, ok, p.Vector()[i])
		}
		if info.Default == info.Default && info.Default != value {
			t.Errorf("%s: default %v, Default has %v", info.Name, info.Default, value)
		}
		if info.Default != info.Default && value != 0 {
			t.Errorf("%s: no default, Default has %v", info.Name, value)
		}
		if info.Meaning == "" {
			t.Errorf("%s has no meaning", info.Name)
		}
		q := volume.Default()
		if err := q.Set(info.Name, info.High+max(1, info.High)); code(err) != core.InvalidParam {
			t.Errorf("Set(%q) above %v = %v, want a refusal", info.Name, info.High, err)
		}
		for _, bad := range []float64{math.NaN(), math.Inf(1), -1} {
			if err := q.Set(info.Name, bad); code(err) != core.InvalidParam || q != volume.Default() {
				t.Errorf("Set(%q, %v) = %v, want a refusal that changes nothing", info.Name, bad, err)
			}
		}
	}
	for i, e := range c.Events {
		if want := (volume.Event{Signal: volume.Signal(i)}).Kind(); e.Kind != want || e.Meaning == "" {
			t.Errorf("event %d is %q, want %q", i, e.Kind, want)
		}
	}
	for i, r := range c.Readings {
		if want := volume.Reading(i).String(); r.Name != want || c.Columns[i] != want {
			t.Errorf("reading %d is %q, want %q", i, r.Name, want)
		}
	}
	if text := string(c.AppendJSON(nil)); len(text) < 1000 {
		t.Errorf("the catalog's JSON has %d bytes", len(text))
	}
}

// TestParamsRowSize: a row size puts the default rows aside, and fights with
// rows that were asked for, in either order.
func TestParamsRowSize(t *testing.T) {
	type set struct {
		name  string
		value float64
	}
	tests := []struct {
		sets  []set
		valid bool
	}{
		{nil, true},
		{[]set{{"row_size", 50}}, true},
		{[]set{{"rows", 24}}, true},
		{[]set{{"rows", 24}, {"row_size", 50}}, false},
		{[]set{{"row_size", 50}, {"rows", 24}}, false},
		{[]set{{"row_size", 50}, {"row_size", 25}}, true},
	}
	for _, tt := range tests {
		p := volume.Default()
		for _, s := range tt.sets {
			if err := p.Set(s.name, s.value); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Validate(); (err == nil) != tt.valid {
			t.Errorf("%v: Validate = %v, want valid %v", tt.sets, err, tt.valid)
		}
		v := p.Vector()
		q, err := volume.ParamsFromVector(v[:])
		if (err == nil) != tt.valid || tt.valid && q.Vector() != v {
			t.Errorf("%v: ParamsFromVector(%v) = %v, %v", tt.sets, v, q, err)
		}
		if tt.valid && q.Hash() != p.Hash() {
			t.Errorf("%v: the hash depends on more than the vector", tt.sets)
		}
	}
}

// TestParamsRefusals: what is refused, and in which words.
func TestParamsRefusals(t *testing.T) {
	tests := []struct {
		name  string
		value float64
		want  string
	}{
		{"rows", 0, "rows is 0, must be a whole number from 1 to 5000"},
		{"rows", 5001, "rows is 5001, must be a whole number from 1 to 5000"},
		{"rows", 2.5, "rows is 2.5, must be a whole number from 1 to 5000"},
		{"row_size", 0, "row_size is 0, must be above 0 and at most 1e+100"},
		{"value_area", 0, "value_area is 0, must be above 0 and at most 1"},
		{"value_area", 1.0000000000000002, "value_area is 1.0000000000000002, must be above 0 and at most 1"},
		{"expansion", 2, "expansion is 2, must be a whole number from 0 to 1"},
		{"node_strength", 1, "node_strength is 1, must be at least 0 and below 1"},
		{"node_smoothing", 11, "node_smoothing is 11, must be a whole number from 0 to 10"},
		{"volume_unit", 3, "volume_unit is 3, must be a power of two"},
		{"volume_unit", -2, "volume_unit is -2, must be a power of two"},
		{"row_count", 3, "row_count is not a known name"},
	}
	for _, tt := range tests {
		p := volume.Default()
		if err := p.Set(tt.name, tt.value); code(err) != core.InvalidParam || err.Error() != tt.want {
			t.Errorf("Set(%q, %v) = %v, want %s", tt.name, tt.value, err, tt.want)
		}
	}
	if _, err := volume.ParamsFromVector([]float64{24}); code(err) != core.InvalidParam {
		t.Errorf("ParamsFromVector of one number = %v, want a refusal", err)
	}
	for _, unit := range []float64{5e-324, 0x1p-1022, 1, 0x1p1023} {
		p := volume.Default()
		if err := p.Set("volume_unit", unit); err != nil {
			t.Errorf("Set(volume_unit, %v) = %v", unit, err)
		}
	}
}

// TestRangeRefusals: ranges that break a bound.
func TestRangeRefusals(t *testing.T) {
	tests := []struct {
		r    volume.Range
		want string
	}{
		{volume.Rolling(0), "bars is 0, must be a whole number from 1 to 1000000"},
		{volume.Rolling(volume.MaxRollingBars + 1), "bars is 1000001, must be a whole number from 1 to 1000000"},
		{volume.Range{Kind: 6}, "range is 6, must be a whole number from 0 to 5"},
		{volume.Range{Length: -1}, "length is -1, must be a whole number from 0 to 527040"},
		{volume.Range{Offset: 50000}, "offset is 50000, must be a whole number from -44640 to 44640"},
		{volume.Range{Kind: volume.RangeBounds}, "bounds is 0, must be a whole number from 1 to 100000"},
		{volume.Range{Kind: volume.RangeBounds, Bounds: []int64{5, 5}}, "bounds is 5, must be above 5"},
		{volume.Anchored(math.MaxInt64), "from is 9.223372036854776e+18, must be a whole number from -8.64e+15 to 8.64e+15"},
	}
	for _, tt := range tests {
		e, err := volume.New(volume.Default(), core.Minute, tt.r)
		if e != nil || code(err) != core.InvalidParam || err.Error() != tt.want {
			t.Errorf("New(%+v) = %v, want %s", tt.r, err, tt.want)
		}
	}
	if _, err := volume.New(volume.Params{}, core.Minute, volume.Daily()); code(err) != core.InvalidParam {
		t.Errorf("New without parameters = %v, want a refusal", err)
	}
	if _, err := volume.New(volume.Default(), 7, volume.Daily()); code(err) != core.InvalidParam {
		t.Errorf("New with an interval of 7 ms = %v, want a refusal", err)
	}
}
