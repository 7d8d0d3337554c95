package series

import (
	"hash/fnv"
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

func TestBarsAreTheSameEverywhere(t *testing.T) {
	h := fnv.New64a()
	c := Bars(1, 10_000)
	for i := range c.Len() {
		bar := c.At(i)
		for _, v := range [...]float64{bar.Open, bar.High, bar.Low, bar.Close, bar.Volume} {
			bits := math.Float64bits(v)
			for range 8 {
				h.Write([]byte{byte(bits)})
				bits >>= 8
			}
		}
	}
	const want = 0xc19fe432e1e5471f
	if got := h.Sum64(); got != want {
		t.Errorf("FNV-1a of Bars(1, 10000) is %#x, want %#x", got, uint64(want))
	}
}

func TestBarsAreValid(t *testing.T) {
	c := Bars(2, 100_000)
	for i := range c.Len() {
		bar := c.At(i)
		if err := core.CheckPrices(bar, i); err != nil {
			t.Fatal(err)
		}
		if err := core.CheckVolume(bar.Volume, i); err != nil || bar.Volume == 0 {
			t.Fatalf("bar %d: volume %v, %v", i, bar.Volume, err)
		}
		if bar.Low <= 0 {
			t.Fatalf("bar %d: low %v", i, bar.Low)
		}
	}
}

// TestMovesAreUnpredictable looks for what a branch predictor would learn: the
// direction after each history of eight.
func TestMovesAreUnpredictable(t *testing.T) {
	const bars, histories = 1_000_000, 256
	var seen, ups [histories]float64
	c := Bars(3, bars)
	history := 0
	for i, close := range c.Close {
		up := 0
		if close > c.Open[i] {
			up = 1
		}
		seen[history]++
		ups[history] += float64(up)
		history = (2*history + up) % histories
	}
	for h := range histories {
		if share := ups[h] / seen[h]; math.Abs(share-0.5) > 0.05 {
			t.Errorf("after history %08b %.3f of %v moves are up", h, share, seen[h])
		}
	}
}
