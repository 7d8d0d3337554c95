package host

import (
	"errors"
	"flag"
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// engines is how many of each kind are made, fed and freed to see what stays
// behind; scripts/parity.sh --long makes a million.
var engines = flag.Int("engines", 50_000, "how many engines to make, feed and free")

// newRaw returns an instance of the module to call as a host in another
// language would.
func newRaw(t testing.TB) *instance {
	t.Helper()
	h := newHost(t, Options{})
	in, err := h.acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// must is for calls that have to succeed.
func must(t testing.TB) func(result int32, err error) int32 {
	return func(result int32, err error) int32 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
}

// code is the status of an error of the module's.
func code(err error) core.Code {
	var e *core.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return core.OK
}

// putParams reserves and fills a parameter vector and a row of output.
func putParams(t testing.TB, in *instance, p cipher.Params) (params, out uint64) {
	t.Helper()
	v := p.Vector()
	at := must(t)(in.call(reserveExport, uint64(len(v)+outputWords)*wordSize))
	copy(in.floats(uint32(at), len(v)), v[:])
	return uint64(at), uint64(at) + uint64(len(v))*wordSize
}

func newHandle(in *instance, params uint64) (int32, error) {
	return in.call(cipherNewExport, params, cipher.NumParams, math.Float64bits(float64(core.Minute)))
}

func TestEnginesEndWithTheMemoryTheyBeganWith(t *testing.T) {
	in := newRaw(t)
	params, out := putParams(t, in, cipher.Default(cipher.Quantum))
	c := generate(3, core.Minute, 1)
	snapshot := uint64(must(t)(in.call(reserveExport, 64<<10)))
	cycle := func(i int) {
		handle := uint64(must(t)(newHandle(in, params)))
		e := engine{in: in, handle: handle, exports: &cipherExports}
		for k := range c.Len() {
			bar := c.At(k)
			must(t)(in.call(cipherNextExport, handle, math.Float64bits(float64(bar.OpenTime)), math.Float64bits(bar.Open), math.Float64bits(bar.High),
				math.Float64bits(bar.Low), math.Float64bits(bar.Close), math.Float64bits(bar.Volume), out))
		}
		if i%100 == 0 { // what else may take memory: refusals, descriptions, snapshots, restored engines
			if _, err := e.info(infoHead + cipher.NumParams); err != nil {
				t.Fatal(err)
			}
			if _, err := in.call(cipherNextExport, handle, 0, 0, 0, 0, 0, 0, out); code(err) != core.OutOfOrder {
				t.Fatalf("a bar of 1970 after one of 2020 is refused with %v, want out_of_order", err)
			}
			length := must(t)(in.call(cipherSnapshotExport, handle, snapshot, 64<<10))
			must(t)(in.call(cipherFreeExport, uint64(must(t)(in.call(cipherRestoreExport, snapshot, uint64(length))))))
			if _, err := in.call(cipherRestoreExport, snapshot, uint64(length-1)); code(err) != core.InvalidSnapshot {
				t.Fatalf("a snapshot cut short is refused with %v, want invalid_snapshot", err)
			}
			at := must(t)(in.call(reserveExport, uint64(1+i%1000)))
			must(t)(in.call(releaseExport, uint64(at)))
		}
		must(t)(in.call(cipherFreeExport, handle))
	}
	for i := range 1000 {
		cycle(i)
	}
	used, pages := must(t)(in.call(memoryUsedExport)), in.memory.Size()
	for i := range *engines {
		cycle(i)
	}
	got := must(t)(in.call(memoryUsedExport))
	if got != used || in.memory.Size() != pages {
		t.Errorf("after %d engines %d bytes of %d are in use, want the %d of %d before", *engines, got, in.memory.Size(), used, pages)
	}
	t.Logf("cipher: %d bytes in use of a memory of %d before, %d of %d after %d engines", used, pages, got, in.memory.Size(), *engines)
}

func TestMemoryComesBackInAnyOrder(t *testing.T) {
	in := newRaw(t)
	params, _ := putParams(t, in, cipher.Default(cipher.Quantum))
	used := must(t)(in.call(memoryUsedExport))
	var pages uint32
	for round := range 4 {
		var handles, blocks []uint64
		for i := range 500 {
			handles = append(handles, uint64(must(t)(newHandle(in, params))))
			blocks = append(blocks, uint64(must(t)(in.call(reserveExport, uint64(1+i*37%5000)))))
		}
		for i := range handles { // a stride that meets each once, another in each round
			k := i * [...]int{1, 499, 7, 123}[round] % len(handles)
			must(t)(in.call(cipherFreeExport, handles[k]))
			must(t)(in.call(releaseExport, blocks[k]))
		}
		if round == 1 {
			pages = in.memory.Size()
		}
	}
	if got := in.memory.Size(); got != pages {
		t.Errorf("memory went on growing from %d to %d bytes though all was freed", pages, got)
	}
	// The tables of handles and blocks stay as long as the longest they were.
	if got := must(t)(in.call(memoryUsedExport)); got-used > 64<<10 {
		t.Errorf("%d bytes more are in use after all was freed", got-used)
	}
}

func TestRunningOutOfMemoryIsAStatus(t *testing.T) {
	for name, p := range map[string]cipher.Params{"default periods": cipher.Default(cipher.Quantum), "longest periods": longest()} {
		t.Run(name, func(t *testing.T) {
			in := newRaw(t)
			params, out := putParams(t, in, p)
			var handles []uint64
			var err error
			for err == nil {
				var handle int32
				if handle, err = newHandle(in, params); err == nil {
					handles = append(handles, uint64(handle))
				}
			}
			if code(err) != core.OutOfMemory {
				t.Fatalf("after %d engines: %v, want out_of_memory", len(handles), err)
			}
			for _, size := range []uint64{1 << 20, 64 << 20, 1 << 31, math.MaxUint32} {
				if _, err := in.call(reserveExport, size); code(err) != core.OutOfMemory {
					t.Errorf("reserve(%d) of a full module: %v, want out_of_memory", size, err)
				}
			}
			for err = nil; err == nil; { // the last bytes
				_, err = in.call(reserveExport, 1)
			}
			if code(err) != core.OutOfMemory {
				t.Fatalf("reserving all that is left: %v, want out_of_memory", err)
			}
			bar := generate(1, core.Minute, 1).At(0)
			for _, handle := range handles { // engines work on in a full module
				for _, f := range []export{cipherPeekExport, cipherNextExport} {
					must(t)(in.call(f, handle, math.Float64bits(float64(bar.OpenTime)), math.Float64bits(bar.Open), math.Float64bits(bar.High),
						math.Float64bits(bar.Low), math.Float64bits(bar.Close), math.Float64bits(bar.Volume), out))
				}
				if _, err := in.call(cipherNextExport, handle, 0, 0, 0, 0, 0, 0, out); code(err) != core.OutOfOrder {
					t.Fatalf("a bad bar in a full module: %v, want out_of_order", err)
				}
			}
			if _, err := in.call(cipherSnapshotExport, handles[0], 0, 0); code(err) != core.OutOfMemory {
				t.Errorf("a snapshot in a full module: %v, want out_of_memory", err)
			}
			for _, handle := range handles {
				must(t)(in.call(cipherFreeExport, handle))
			}
			must(t)(newHandle(in, params))
			t.Logf("%d engines fit", len(handles))
		})
	}
}

// longest are parameters with every period at its bound.
func longest() cipher.Params {
	p := cipher.Default(cipher.Classic)
	for _, period := range []*int{
		&p.WTChannelPeriod, &p.WTAveragePeriod, &p.WTSignalPeriod, &p.AWTChannelPeriod, &p.AWTAveragePeriod, &p.AWTSignalPeriod,
		&p.MFPeriod, &p.RSIPeriod, &p.ARSIPeriod, &p.StochRSIPeriod, &p.StochPeriod, &p.StochKPeriod, &p.StochDPeriod,
		&p.STCPeriod, &p.STCSlowPeriod,
	} {
		*period = 1000
	}
	return p
}

func TestHandlesAreNotTakenForEachOther(t *testing.T) {
	in := newRaw(t)
	params, out := putParams(t, in, cipher.Default(cipher.Quantum))
	first := uint64(must(t)(newHandle(in, params)))
	must(t)(in.call(cipherFreeExport, first))
	second := uint64(must(t)(newHandle(in, params)))
	for _, handle := range []uint64{first, 0, second + 1, second + 1<<16, second | 1<<30, math.MaxInt32, 1 << 31, math.MaxUint32} {
		for _, f := range []export{cipherFreeExport, cipherNextExport, cipherPeekExport, cipherNextManyExport, cipherEventsExport, cipherInfoExport, cipherSnapshotExport} {
			if _, err := in.call(f, handle, out, out, out, out, out, out, out); code(err) != core.InvalidHandle {
				t.Errorf("%s(%#x) = %v, want invalid_handle", exportNames[f], handle, err)
			}
		}
		for _, f := range []export{volumeFreeExport, volumeNextExport, volumeProfileExport} {
			if _, err := in.call(f, second, out, out, out, out, out, out, out); code(err) != core.InvalidHandle {
				t.Errorf("%s of a cipher's handle = %v, want invalid_handle", exportNames[f], err)
			}
		}
	}
	must(t)(in.call(cipherFreeExport, second))
}

// TestNoCallLeavesMemoryBehind makes every call that a host may make any number
// of times, well and badly.
func TestNoCallLeavesMemoryBehind(t *testing.T) {
	in := newRaw(t)
	params, out := putParams(t, in, cipher.Default(cipher.Quantum))
	c := generate(100, core.Minute, 14)
	block := uint64(must(t)(in.call(reserveExport, 64<<10)))
	words := in.floats(uint32(block), 8<<10)
	copy(words, times(c.OpenTime))
	for k, column := range [][]float64{c.Open, c.High, c.Low, c.Close, c.Volume} {
		copy(words[(k+1)*c.Len():], column)
	}
	const room = 1000 // words before the room for results
	results := block + room*wordSize
	volumeParams := results + 6000*wordSize
	v := volume.Default().Vector()
	copy(words[room+6000:], v[:])
	minute := math.Float64bits(float64(core.Minute))
	try := func(f export, arguments ...uint64) { _, _ = in.call(f, arguments...) } // some are meant to be refused
	calls := func(i int) {
		try(cipherExport, params, cipher.NumParams, minute, block, results, 100, 7)
		try(cipherExport, params, cipher.NumParams-1, minute, block, results, 100, 7)
		try(cipherExport, params, cipher.NumParams, math.Float64bits(1.5), block, results, 100, 7)
		try(volumeExport, volumeParams, volume.NumParams, block, 100, results, 5000)
		try(volumeExport, volumeParams, volume.NumParams, block, 0, results, 5000)
		try(volumeTradesExport, volumeParams, volume.NumParams, block, 100, results, 5000)
		try(catalogExport)
		handles := []uint64{
			uint64(must(t)(newHandle(in, params))),
			uint64(must(t)(in.call(volumeNewExport, volumeParams, volume.NumParams, minute, volumeParams+8*wordSize, rangeWords))),
		}
		for k, e := range []*engineExports{&cipherExports, &volumeExports} {
			for range 2 { // the second time all bars come too late
				try(e.nextMany, handles[k], block, results, 100, 100, 3, 1)
				try(e.nextMany, handles[k], block, results, 100, 100, 0, 0)
				try(e.next, handles[k], minute, minute, minute, minute, minute, minute, out)
				try(e.peek, handles[k], minute, minute, minute, minute, minute, minute, out)
			}
			try(e.events, handles[k])
			try(eventsExport)
			try(e.info, handles[k], results)
			length, _ := in.call(e.snapshot, handles[k], results, 40<<10)
			if restored, err := in.call(e.restore, results, uint64(length)); err == nil {
				try(e.free, uint64(restored))
			}
		}
		for _, f := range []export{volumeProfileExport, volumePreviousExport, volumeNakedExport} {
			try(f, handles[1], results, 5000)
		}
		for k, e := range []*engineExports{&cipherExports, &volumeExports} {
			must(t)(in.call(e.free, handles[k]))
		}
		if in.trapped {
			t.Fatalf("round %d trapped", i)
		}
	}
	for i := range 10 {
		calls(i)
	}
	before := used(t, in)
	for i := range 1000 {
		calls(i)
	}
	if got := used(t, in); got != before {
		t.Errorf("a thousand rounds of calls left %d bytes behind", got-before)
	}
}
