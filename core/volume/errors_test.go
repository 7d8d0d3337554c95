package volume_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// code is the code of a *core.Error, OK of none.
func code(err error) core.Code {
	var e *core.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return core.OK
}

// bar is a bar at minute i.
func bar(i int, open, high, low, close, volume float64) core.Candle {
	return core.Candle{OpenTime: int64(i) * int64(core.Minute), Open: open, High: high, Low: low, Close: close, Volume: volume}
}

func columns(bars ...core.Candle) core.Columns {
	c := core.MakeColumns(len(bars))
	for _, b := range bars {
		c.Append(b)
	}
	return c
}

// TestErrors: each refusal says where, what and which bound, as one sentence.
func TestErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := bar(0, 10, 11, 9, 10, 5)
	by := func(name string, value float64) volume.Params {
		p := volume.Default()
		if err := p.Set(name, value); err != nil {
			t.Fatal(err)
		}
		return p
	}
	wide := columns(good, bar(1, 10, 11, 9, 10, 1), bar(2, 1e6, 1e6, 9, 9, 1))
	tests := []struct {
		name   string
		params volume.Params
		bars   core.Columns
		code   core.Code
		want   string
	}{
		{"no bars", volume.Default(), core.Columns{}, core.NoBars, "bars is 0, must be at least 1"},
		{"a NaN", volume.Default(), columns(good, bar(1, nan, 11, 9, 10, 5)), core.InvalidBar, "bar 1: open is NaN, must be from -1e+100 to 1e+100"},
		{"an infinity", volume.Default(), columns(good, bar(1, 10, inf, 9, 10, 5)), core.InvalidBar, "bar 1: high is +Inf, must be from -1e+100 to 1e+100"},
		{"high below the close", volume.Default(), columns(bar(0, 10, 10, 9, 10.5, 5)), core.InvalidBar, "bar 0: high is 10, must be at least 10.5"},
		{"low above the open", volume.Default(), columns(bar(0, 10, 11, 10.5, 11, 5)), core.InvalidBar, "bar 0: low is 10.5, must be at most 10"},
		{"no time at all", volume.Default(), columns(good, core.Candle{OpenTime: 1 << 53, Open: 10, High: 11, Low: 9, Close: 10, Volume: 5}), core.InvalidBar, "bar 1: open_time is 9.007199254740992e+15, must be from -8.64e+15 to 8.64e+15"},
		{"less than no volume", volume.Default(), columns(good, bar(1, 10, 11, 9, 10, -1)), core.InvalidBar, "bar 1: volume is -1, must be from 0 to 1.7976931348623157e+308"},
		{"no number of volume", volume.Default(), columns(good, bar(1, 10, 11, 9, 10, nan)), core.InvalidBar, "bar 1: volume is NaN, must be from 0 to 1.7976931348623157e+308"},
		{"two bars of one time", volume.Default(), columns(good, bar(0, 10, 11, 9, 10, 5)), core.OutOfOrder, "bar 1: open_time is 0, must be above 0"},
		{"bars out of order", volume.Default(), columns(bar(2, 10, 11, 9, 10, 5), good), core.OutOfOrder, "bar 1: open_time is 0, must be above 120000"},
		{"a short column", volume.Default(), core.Columns{OpenTime: []int64{1, 2}, Open: []float64{1}}, core.InvalidBar, "bar 1: open has another number of entries than there are times"},
		{"the first fault counts", volume.Default(), columns(bar(0, 10, 11, 9, 10, -1), bar(0, nan, 11, 9, 10, 5)), core.InvalidBar, "bar 0: volume is -1, must be from 0 to 1.7976931348623157e+308"},
		{"rows and row_size", volume.Params{Rows: 24, RowSize: 1, ValueArea: 0.7}, wide, core.InvalidParam, "rows needs exactly one of rows, row_size"},
		{"neither", volume.Params{ValueArea: 0.7}, wide, core.InvalidParam, "rows needs exactly one of rows, row_size"},
		{"the zero value", volume.Params{}, wide, core.InvalidParam, "value_area is 0, must be above 0 and at most 1"},
		{"too many rows", by("row_size", 1), wide, core.Overflow, "row_size is 1, which does not fit; row_size of at least 200.03820764152832 would"},
		{"rows thinner than prices", by("row_size", 1e-300), columns(good), core.Overflow, "row_size is 1e-300, which does not fit; row_size of at least 0.00040008001600320064 would"},
		{"volume over the unit", by("volume_unit", 0x1p-60), columns(good), core.Overflow, "bar 0: volume is 5, which does not fit; volume_unit of at least 1.734723475976807e-18 would"},
		{"volumes over the unit", by("volume_unit", 0x1p-60), columns(bar(0, 10, 11, 9, 10, 4), bar(1, 10, 11, 9, 10, 4)), core.Overflow, "bar 1: volume is 4, which does not fit; volume_unit of at least 1.734723475976807e-18 would"},
		{"more volume than there is room for squares", volume.Default(), columns(bar(0, 10, 11, 9, 10, 1e101)), core.Overflow, "volume is 1e+101, must be at most 1e+100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := volume.Compute(tt.params, tt.bars)
			if p != nil || code(err) != tt.code || err.Error() != tt.want {
				t.Errorf("Compute = %v, %v %v\nwant %v %s", p, code(err), err, tt.code, tt.want)
			}
		})
	}
}

// TestErrorsOfTrades: likewise for trades.
func TestErrorsOfTrades(t *testing.T) {
	tests := []struct {
		name   string
		trades volume.Trades
		code   core.Code
		want   string
	}{
		{"none", volume.Trades{}, core.NoBars, "bars is 0, must be at least 1"},
		{"no price", volume.Trades{Time: []int64{1}}, core.InvalidBar, "bar 0: price has another number of entries than there are times"},
		{"no size", volume.Trades{Time: []int64{1}, Price: []float64{1}}, core.InvalidBar, "bar 0: size has another number of entries than there are times"},
		{"a side too many", volume.Trades{Time: []int64{1}, Price: []float64{1}, Size: []float64{1}, Side: []core.Side{0, 0}}, core.InvalidBar, "bar 1: side has another number of entries than there are times"},
		{"price no number", volume.Trades{Time: []int64{1}, Price: []float64{math.NaN()}, Size: []float64{1}}, core.InvalidBar, "bar 0: price is NaN, must be from -1e+100 to 1e+100"},
		{"size below 0", volume.Trades{Time: []int64{1, 1}, Price: []float64{1, 2}, Size: []float64{1, -2}}, core.InvalidBar, "bar 1: size is -2, must be from 0 to 1.7976931348623157e+308"},
		{"no such side", volume.Trades{Time: []int64{1}, Price: []float64{1}, Size: []float64{1}, Side: []core.Side{2}}, core.InvalidBar, "bar 0: side is 2, must be from -1 to 1"},
		{"back in time", volume.Trades{Time: []int64{5, 4}, Price: []float64{1, 2}, Size: []float64{1, 2}}, core.OutOfOrder, "bar 1: time is 4, must be at least 5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := volume.FromTrades(volume.Default(), tt.trades)
			if p != nil || code(err) != tt.code || err.Error() != tt.want {
				t.Errorf("FromTrades = %v, %v %v\nwant %v %s", p, code(err), err, tt.code, tt.want)
			}
		})
	}
}

// TestErrorsOfEngines: an engine refuses what breaks its rules and is as if it
// had never been asked.
func TestErrorsOfEngines(t *testing.T) {
	sized := volume.Default()
	sized.Rows, sized.RowSize = 0, 1
	ranges := []volume.Range{volume.Daily(), volume.Rolling(3), volume.Anchored(0), {Kind: volume.RangeWeek}}
	tests := []struct {
		name string
		bar  core.Candle
		code core.Code
		want string
	}{
		{"in no order", bar(1, 10, 11, 9, 10, 5), core.OutOfOrder, "bar 2: open_time is 60000, must be at least 120000"},
		{"high below low", bar(2, 10, 9, 9, 10, 5), core.InvalidBar, "bar 2: high is 9, must be at least 10"},
		{"volume no number", bar(2, 10, 11, 9, 10, math.NaN()), core.InvalidBar, "bar 2: volume is NaN, must be from 0 to 1.7976931348623157e+308"},
		{"over the unit", bar(2, 10, 11, 9, 10, 1e18), core.Overflow, "bar 2: volume is 1e+18, which does not fit; volume_unit of at least 0.25 would"},
		{"beyond all time", core.Candle{OpenTime: math.MaxInt64, Open: 1, High: 1, Low: 1, Close: 1}, core.InvalidBar, "bar 2: open_time is 9.223372036854776e+18, must be from -8.64e+15 to 8.64e+15"},
	}
	for _, r := range ranges {
		for _, p := range []volume.Params{volume.Default(), sized} {
			e := newEngine(t, p, r)
			next(t, e, bar(0, 10, 11, 9, 10, 5))
			next(t, e, bar(1, 10, 11, 9, 10, 5))
			before := snapshot(t, e)
			for _, tt := range tests {
				var out volume.Levels
				for call, err := range map[string]error{"Next": e.Next(tt.bar, nil), "Peek": e.Peek(tt.bar, &out)} {
					if code(err) != tt.code || err.Error() != tt.want {
						t.Errorf("%v, %s: %s = %v %v\nwant %v %s", r, tt.name, call, code(err), err, tt.code, tt.want)
					}
				}
			}
			if string(snapshot(t, e)) != string(before) {
				t.Errorf("%v: a refused bar changed the engine", r)
			}
			if p.RowSize != 0 {
				if err := e.Next(bar(2, 1e5, 1e5, 9, 10, 1), nil); code(err) != core.Overflow {
					t.Errorf("%v: 100,000 rows: Next = %v, want overflow", r, err)
				}
			}
		}
	}
}

// TestErrorsOfUnits: many bars that fit alone are refused together, and the
// unit named then takes them.
func TestErrorsOfUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars, size := drawBars(t, 1, 12)
		for i := range bars.Volume {
			bars.Volume[i] *= float64(rapid.IntRange(1, 9).Draw(t, "times"))
		}
		p := drawParams(t, size)
		p.VolumeUnit = math.Ldexp(1, -rapid.IntRange(30, 80).Draw(t, "unit"))
		_, err := volume.Compute(p, bars)
		if err == nil {
			return
		}
		var e *core.Error
		if !errors.As(err, &e) || e.Code != core.Overflow || e.Rule != core.RuleFits || e.Text != "volume_unit" {
			t.Fatalf("Compute = %v, want overflow and the unit that fits", err)
		}
		p.VolumeUnit = e.Low
		if _, err := volume.Compute(p, bars); err != nil {
			t.Fatalf("with the unit %v that was to fit: %v", e.Low, err)
		}
	})
}

// TestErrorsOfRows: the row size an error names is one that fits.
func TestErrorsOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e100, 1e100).Draw(t, "low")
		high := low + math.Abs(low)*rapid.Float64Range(0, 1).Draw(t, "height")
		high = min(high, 1e100)
		p := volume.Default()
		p.Rows, p.RowSize = 0, rapid.Float64Range(5e-324, 1e100).Draw(t, "size")
		if rapid.Bool().Draw(t, "the least there are") {
			low = 5e-324 * float64(rapid.IntRange(-20000, 20000).Draw(t, "low"))
			high = low + 5e-324*float64(rapid.IntRange(0, 20000).Draw(t, "height"))
			p.RowSize = 5e-324 * float64(rapid.IntRange(1, 9).Draw(t, "size"))
		}
		c := columns(bar(0, low, high, low, high, 1))
		got, err := volume.Compute(p, c)
		var e *core.Error
		switch {
		case err == nil && got.Len() <= volume.MaxRows && got.Edges[got.Len()] >= high && got.Edges[0]-low <= 1e-15*max(math.Abs(low), p.RowSize):
			return
		case !errors.As(err, &e) || e.Code != core.Overflow || e.Rule != core.RuleFits || e.Text != "row_size":
			t.Fatalf("Compute = %v, %v, want rows or the size that fits", got, err)
		}
		p.RowSize = e.Low
		if _, err := volume.Compute(p, c); err != nil {
			t.Fatalf("with the size %v that was to fit: %v", e.Low, err)
		}
	})
}
