package host

import (
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// used is what the module has dealt out.
func used(t testing.TB, in *instance) int {
	t.Helper()
	return int(must(t)(in.call(memoryUsedExport)))
}

func TestGrowingProfileKeepsNoGarbage(t *testing.T) {
	h := newHost(t, Options{})
	e := mustVolume(t, h, volume.Default(), core.Minute, volume.Anchored(0))
	native, err := volume.New(volume.Default(), core.Minute, volume.Anchored(0))
	if err != nil {
		t.Fatal(err)
	}
	c := generate(4000, core.Minute, 11)
	var out volume.Levels
	for i := range c.Len() {
		if err := e.Next(c.At(i), &out); err != nil {
			t.Fatal(err)
		}
		if err := native.Next(c.At(i), nil); err != nil {
			t.Fatal(err)
		}
		// A profile of 24 rows leaves some kilobytes behind each time.
		if _, err := e.Profile(); err != nil {
			t.Fatal(err)
		}
	}
	snapshot, err := native.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	if most := 20*len(snapshot) + 2<<20; used(t, e.in) > most {
		t.Errorf("an engine whose snapshot is %d bytes has %d in use after 4000 bars and profiles, want at most %d", len(snapshot), used(t, e.in), most)
	}
	sameState(t, c.Len(), e, native)
}

func TestMovedEngineKeepsItsEvents(t *testing.T) {
	h := newHost(t, Options{})
	p := volume.Default()
	e := mustVolume(t, h, p, core.Minute, volume.Range{Length: 60})
	native, err := volume.New(p, core.Minute, volume.Range{Length: 60})
	if err != nil {
		t.Fatal(err)
	}
	c := generate(3000, core.Minute, 12)
	var out volume.Levels
	events := 0
	for i := range c.Len() {
		sameOutcome(t, i, e.Next(c.At(i), &out), native.Next(c.At(i), nil))
		want := native.AppendEvents(nil)
		events += len(want)
		if i%100 != 99 {
			continue
		}
		for range 300 { // leaves enough behind that the engine moves
			if _, err := e.Profile(); err != nil {
				t.Fatal(err)
			}
		}
		got, err := e.AppendEvents(nil)
		if err != nil {
			t.Fatal(err)
		}
		sameEvents(t, i, got, want)
	}
	if events < 200 {
		t.Errorf("%d events in 3000 bars: too few to show anything", events)
	}
}

func TestVolumeRunsOutOfMemoryAsAStatus(t *testing.T) {
	in := newRaw(t)
	before := used(t, in)
	p := volume.Default().Vector()
	at := uint64(must(t)(in.call(reserveExport, uint64(8+rangeWords+levelWords)*wordSize)))
	words := in.floats(uint32(at), 8+rangeWords)
	copy(words, p[:])
	copy(words[8:], []float64{float64(volume.RangeAnchored), 0, 0, 0, 0})
	handle := uint64(must(t)(in.call(volumeNewExport, at, 8, math.Float64bits(float64(core.Minute)), at+8*wordSize, rangeWords)))
	e := engine{in: in, handle: handle, exports: &volumeExports}

	// Prices that stay within the first bar's move no row, so that a bar costs little.
	bar := core.Candle{Open: 15, High: 20, Low: 10, Close: 15, Volume: 1}
	var err error
	bars := 0
	for ; err == nil && bars < 3_000_000; bars++ {
		bar.OpenTime += int64(core.Minute)
		_, err = e.step(volumeNextExport, bar, levelWords)
	}
	if code(err) != core.OutOfMemory {
		t.Fatalf("after %d bars: %v, want out_of_memory", bars, err)
	}
	if _, err := e.info(infoHead + volume.NumParams + rangeWords); err != nil {
		t.Errorf("a full engine does not describe itself: %v", err)
	}
	if bars < 1_500_000 {
		t.Errorf("memory was full after %d bars, want at least 1,500,000", bars)
	}
	must(t)(in.call(volumeFreeExport, handle))
	must(t)(in.call(releaseExport, uint64(in.frame)))
	must(t)(in.call(releaseExport, at))
	if got := used(t, in); got > before+64<<10 {
		t.Errorf("%d bytes are in use after all was freed, %d before", got, before)
	}
	t.Logf("%d bars fit", bars)
}

func TestVolumeEnginesEndWithTheMemoryTheyBeganWith(t *testing.T) {
	h := newHost(t, Options{Idle: 1})
	c := generate(30, core.Minute, 13)
	cycle := func() {
		e, err := h.NewVolume(t.Context(), volume.Default(), core.Minute, volume.Daily())
		if err != nil {
			t.Fatal(err)
		}
		out := volume.MakeColumns(c.Len())
		if err := e.NextMany(t.Context(), c, &out); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 { // the frame grows to what it has to be
		cycle()
	}
	in := h.idle[0]
	began, size := used(t, in), in.memory.Size()
	many := *engines / 10 // each has ten times the bars of one of cipher's
	for range many {
		cycle()
	}
	if got := used(t, in); got != began || in.memory.Size() != size {
		t.Errorf("after %d engines %d bytes of %d are in use, %d of %d before", many, got, in.memory.Size(), began, size)
	}
	t.Logf("volume: %d bytes in use of a memory of %d before, %d of %d after %d engines", began, size, used(t, in), in.memory.Size(), many)
}
