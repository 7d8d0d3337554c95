package volume_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// FuzzRestore feeds bytes to Restore, as they are and with their hash put right.
func FuzzRestore(f *testing.F) {
	for _, b := range snapshots(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		goOn(t, b)
		goOn(t, sealed(append([]byte(nil), b...)))
	})
}

// FuzzCompute feeds any numbers as parameters and bars: there is an error, or
// a profile that conserves and whose levels are in order; and an engine over
// the same bars agrees.
func FuzzCompute(f *testing.F) {
	seed := func(p volume.Params, c core.Columns) {
		var b []byte
		for _, v := range p.Vector() {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
		for i := range c.Len() {
			k := c.At(i)
			for _, v := range []float64{k.Open, k.High, k.Low, k.Close, k.Volume} {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			}
		}
		f.Add(b)
	}
	seed(volume.Default(), walk(20))
	sized := volume.Default()
	sized.Rows, sized.RowSize, sized.VolumeUnit = 0, 7, 0x1p-20
	seed(sized, walk(5))
	seed(volume.Default(), pile(1, 5, 2, 8))
	f.Fuzz(func(t *testing.T, b []byte) {
		var numbers []float64
		for ; len(b) >= 8; b = b[8:] {
			numbers = append(numbers, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		if len(numbers) < volume.NumParams {
			return
		}
		p, err := volume.ParamsFromVector(numbers[:volume.NumParams])
		if err != nil {
			if code(err) != core.InvalidParam {
				t.Fatalf("ParamsFromVector = %v", err)
			}
			return
		}
		numbers = numbers[volume.NumParams:]
		var c core.Columns
		for i := 0; len(numbers) >= 5 && i < 64; i, numbers = i+1, numbers[5:] {
			c.Append(bar(i, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]))
		}
		got, err := volume.Compute(p, c)
		if err != nil {
			if code(err) == core.OK {
				t.Fatalf("Compute = %v, no *core.Error", err)
			}
			return
		}
		if got.Total > 0 && !(got.VAL <= got.POC && got.POC <= got.VAH) {
			t.Fatalf("val %v, poc %v, vah %v", got.VAL, got.POC, got.VAH)
		}
		mustEqual(t, "Compute", got, slowProfile(p, c, got.Unit))
		p.VolumeUnit = got.Unit
		e := newEngine(t, p, volume.Anchored(0))
		for i := range c.Len() {
			next(t, e, c.At(i))
		}
		streamed, err := e.Profile()
		if err != nil {
			t.Fatalf("Profile: %v", err)
		}
		mustEqual(t, "engine", streamed, got)
	})
}
