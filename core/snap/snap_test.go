package snap_test

import (
	"encoding/hex"
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core/snap"
)

func TestBytesAreLittleEndianAndFixed(t *testing.T) {
	var w snap.Writer
	w.Bool(true)
	w.Int8(-2)
	w.Count(0x01020304)
	w.Int64(-2)
	w.Uint64(0x0102030405060708)
	w.Float(1)
	w.Float(math.Float64frombits(0xFFF8000000000123)) // some NaN
	w.Floats([]float64{math.Copysign(0, -1)})
	const want = "01" + "fe" + "04030201" + "feffffffffffffff" + "0807060504030201" +
		"000000000000f03f" + "000000000000f87f" + "01000000" + "0000000000000080"
	if got := hex.EncodeToString(w.Bytes); got != want {
		t.Errorf("wrote %s, want %s", got, want)
	}
	r := snap.NewReader(w.Bytes)
	if !r.Bool() || r.Int8() != -2 || r.Count(0x01020304) != 0x01020304 || r.Int64() != -2 || r.Uint64() != 0x0102030405060708 || r.Float() != 1 {
		t.Error("reads something else")
	}
	if v := r.Float(); math.Float64bits(v) != 0x7FF8000000000000 {
		t.Errorf("absent reads %#x", math.Float64bits(v))
	}
	var one [1]float64
	if v := r.Floats(one[:]); len(v) != 1 || !math.Signbit(v[0]) || !r.Done() {
		t.Errorf("Floats reads %v, Done %v", v, r.Done())
	}
}

// TestReaderFailsForGood: the first value that is not there, or breaks its
// bound, fails the reader; after it come zeros.
func TestReaderFailsForGood(t *testing.T) {
	full := make([]byte, 64)
	for i := range full {
		full[i] = 7
	}
	spoil := map[string]func(r *snap.Reader){
		"a count above its bound":     func(r *snap.Reader) { r.Count(0x07070706) },
		"a bool that is 7":            func(r *snap.Reader) { r.Bool() },
		"more bytes than there are":   func(r *snap.Reader) { r.Next(65) },
		"more floats than are wanted": func(r *snap.Reader) { r.Floats(make([]float64, 3)) },
		"a requirement":               func(r *snap.Reader) { r.Require(false) },
	}
	for name, run := range spoil {
		r := snap.NewReader(full)
		if r.Uint64() != 0x0707070707070707 || !r.OK() {
			t.Fatal("reads something else")
		}
		run(&r)
		if r.OK() || r.Done() || r.Uint64() != 0 || r.Float() != 0 || r.Count(9) != 0 || r.Int8() != 0 || r.Int64() != 0 || r.Bool() || len(r.Floats(make([]float64, 9))) != 0 {
			t.Errorf("%s: the reader goes on", name)
		}
	}
	r := snap.NewReader([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f})
	if v := r.Floats(make([]float64, 2)); len(v) != 0 || r.OK() {
		t.Errorf("an absent value in a window reads %v", v)
	}
}
