package core

import (
	"errors"
	"math"
	"testing"
)

func TestCheckPrices(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name string
		bar  Candle
		want string // the error, empty if the bar is good
	}{
		{"an ordinary bar", Candle{Open: 10, High: 12, Low: 9, Close: 11}, ""},
		{"a flat bar", Candle{Open: 7, High: 7, Low: 7, Close: 7}, ""},
		{"negative prices, as of a spread", Candle{Open: -3, High: -1, Low: -4, Close: -2}, ""},
		{"the greatest price", Candle{Open: 1e100, High: 1e100, Low: -1e100, Close: 0}, ""},
		{"high below open", Candle{Open: 10, High: 9.5, Low: 9, Close: 9.2}, "bar 3: high is 9.5, must be at least 10"},
		{"low above close", Candle{Open: 10, High: 12, Low: 9.5, Close: 9}, "bar 3: low is 9.5, must be at most 9"},
		{"open is no number", Candle{Open: nan, High: 12, Low: 9, Close: 11}, "bar 3: open is NaN, must be from -1e+100 to 1e+100"},
		{"high is infinite", Candle{Open: 10, High: inf, Low: 9, Close: 11}, "bar 3: high is +Inf, must be from -1e+100 to 1e+100"},
		{"low is infinite", Candle{Open: 10, High: 12, Low: -inf, Close: 11}, "bar 3: low is -Inf, must be from -1e+100 to 1e+100"},
		{"close is too great", Candle{Open: 10, High: 1e101, Low: 9, Close: 1e101}, "bar 3: high is 1e+101, must be from -1e+100 to 1e+100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := CheckPrices(tt.bar, 3)
			if got := text(err); got != tt.want {
				t.Errorf("CheckPrices(%+v) = %q, want %q", tt.bar, got, tt.want)
			}
			var e *Error
			if err != nil && (!errors.As(err, &e) || e.Code != InvalidBar || e.Index != 3) {
				t.Errorf("CheckPrices(%+v) = %#v, want InvalidBar at bar 3", tt.bar, err)
			}
		})
	}
}

func TestCheckVolume(t *testing.T) {
	for volume, want := range map[float64]string{
		0:               "",
		math.MaxFloat64: "",
		-0.5:            "bar 0: volume is -0.5, must be from 0 to 1.7976931348623157e+308",
		math.Inf(1):     "bar 0: volume is +Inf, must be from 0 to 1.7976931348623157e+308",
	} {
		if got := text(CheckVolume(volume, 0)); got != want {
			t.Errorf("CheckVolume(%v) = %q, want %q", volume, got, want)
		}
	}
	if err := CheckVolume(math.NaN(), 0); err == nil {
		t.Error("CheckVolume(NaN) = nil, want an error")
	}
}

func TestCheckOrder(t *testing.T) {
	const last = 1_700_000_000_000
	if err := CheckOrder(last, last+60_000, Minute, 1); err != nil {
		t.Errorf("the very next bar: %v", err)
	}
	if err := CheckOrder(last, last+600_000, Minute, 1); err != nil {
		t.Errorf("after a gap: %v", err)
	}
	want := "bar 1: open_time is 1700000059999, must be at least 1700000060000"
	if got := text(CheckOrder(last, last+59_999, Minute, 1)); got != want {
		t.Errorf("overlapping bar: %q, want %q", got, want)
	}
}

func TestColumnsKeepBarsInOrder(t *testing.T) {
	cols := MakeColumns(2)
	for i := range 5 { // beyond the room made
		v := float64(i)
		cols.Append(Candle{int64(i), v, v + 3, v - 1, v + 2, 10 * v})
	}
	if cols.Len() != 5 {
		t.Fatalf("Len() = %d, want 5", cols.Len())
	}
	part := cols.Slice(2, 4)
	if got, want := part.At(1), (Candle{3, 3, 6, 2, 5, 30}); part.Len() != 2 || got != want {
		t.Errorf("Slice(2, 4).At(1) = %+v of %d, want %+v of 2", got, part.Len(), want)
	}
}

func TestAbsentIsOneValue(t *testing.T) {
	const bits = 0x7FF8000000000000
	if got := math.Float64bits(Absent()); got != bits {
		t.Errorf("Absent() = %#x, want %#x", got, uint64(bits))
	}
	odd := math.Float64frombits(0xFFF8000000000123)
	if got := math.Float64bits(Canonical(odd)); got != bits {
		t.Errorf("Canonical(other NaN) = %#x, want %#x", got, uint64(bits))
	}
	negativeZero := math.Copysign(0, -1)
	if got := Canonical(negativeZero); math.Float64bits(got) != math.Float64bits(negativeZero) {
		t.Errorf("Canonical(-0) = %#x, want its own bits", math.Float64bits(got))
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
