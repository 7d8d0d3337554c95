package host

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"github.com/tetratelabs/wazero/api"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// FuzzABI calls the module's exports in any order with any arguments. Whatever
// comes, each call ends in a result or a known status, and the module goes on
// giving the native bits.
func FuzzABI(f *testing.F) {
	every := make([]byte, 0, 64*int(exportCount))
	for e := range exportCount {
		every = append(every, byte(e), byte(e)*7, 3, 1, 5, 2, 4, 6, 0)
	}
	f.Add(every)
	f.Add([]byte("cipher_new, next, next, snapshot, restore"))
	f.Add([]byte{2, 200, 2, 250, 3, 1, 6, 1, 1, 6, 6, 1, 1, 6, 10, 130, 1, 2, 3, 4, 5, 6})
	h := newHost(f, Options{})
	c := generate(80, core.Minute, 9)
	p := cipher.Default(cipher.Quantum)
	want := cipher.MakeColumns(c.Len())
	if err := cipher.Compute(p, core.Minute, c, &want); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		in, err := newInstance(context.Background(), h.runtime, h.compiled)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = in.module.Close(context.Background()) }()
		s := newHostile(t, in, script)
		for range 200 {
			if len(s.script) == 0 {
				break
			}
			s.call(t)
		}
		s.goesOn(t, p, c, &want)
	})
}

// hostile turns bytes into calls.
type hostile struct {
	in     *instance
	script []byte
	places []uint64 // offsets worth trying
	made   []uint64 // results so far: handles, offsets, lengths
}

// blockWords are the words of memory a hostile host fills and points into.
const blockWords = 4096

func newHostile(t *testing.T, in *instance, script []byte) *hostile {
	t.Helper()
	at := must(t)(in.call(reserveExport, blockWords*wordSize))
	words := in.floats(uint32(at), blockWords)
	vector := cipher.Default(cipher.Quantum).Vector()
	n := copy(words, vector[:])
	c := generate(100, core.Minute, uint64(len(script)))
	n += copy(words[n:], times(c.OpenTime))
	for _, column := range [][]float64{c.Open, c.High, c.Low, c.Close, c.Volume} {
		n += copy(words[n:], column)
	}
	for i := 0; i+8 <= len(script) && n < len(words); i, n = i+8, n+1 {
		words[n] = math.Float64frombits(binary.LittleEndian.Uint64(script[i:]))
	}
	base := uint64(at)
	end := base + blockWords*wordSize
	return &hostile{in: in, script: script, places: []uint64{
		base, base + wordSize*cipher.NumParams, base + wordSize*2000, end - wordSize, end, end - 4, base + 1, base - wordSize,
		0, 8, 1024, 65536, uint64(in.memory.Size()) - wordSize, uint64(in.memory.Size()), math.MaxUint32, math.MaxUint32 - 7, 1 << 31,
	}}
}

func (s *hostile) byte() byte {
	if len(s.script) == 0 {
		return 0
	}
	b := s.script[0]
	s.script = s.script[1:]
	return b
}

var (
	counts  = []uint64{0, 1, 2, 5, 8, 60, 65, 99, 100, 600, 4096, 1 << 16, 1 << 20, 1<<28 + 1, 1 << 29, 1 << 31, math.MaxUint32, math.MaxInt32}
	numbers = []float64{
		0, 1, -1, 100, 60_000, 86_400_000, 1.6e12, 0.5, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, 5e-324, 1e100, -1e100,
		1 << 53, 1<<63 - 1, -(1 << 63), math.Copysign(0, -1), 1e-300,
	}
)

// call makes one call of the script.
func (s *hostile) call(t *testing.T) {
	t.Helper()
	f := export(s.byte()) % exportCount
	definition := s.in.exports[f].Definition()
	var arguments []uint64
	for _, kind := range definition.ParamTypes() {
		arguments = append(arguments, s.argument(kind))
	}
	result, err := s.in.call(f, arguments...)
	if s.in.trapped {
		t.Fatalf("%s(%v): %v", exportNames[f], arguments, err)
	}
	if err != nil && (result < int32(core.InvalidPointer) || code(err) != core.Code(result)) {
		t.Fatalf("%s(%v) = %d, %v: not a known status", exportNames[f], arguments, result, err)
	}
	if result > 0 {
		s.made = append(s.made, uint64(uint32(result)))
	}
}

func (s *hostile) argument(kind api.ValueType) uint64 {
	b := s.byte()
	if kind == api.ValueTypeF64 {
		if b&1 == 0 { // mostly what a candle holds
			return math.Float64bits(numbers[int(b>>1)%8])
		}
		return math.Float64bits(numbers[int(b>>1)%len(numbers)])
	}
	pick := int(b >> 2)
	switch b & 3 {
	case 0:
		return s.places[pick%len(s.places)]
	case 1:
		return counts[pick%len(counts)]
	case 2:
		if len(s.made) > 0 {
			return s.made[len(s.made)-1-pick%len(s.made)]
		}
		return uint64(pick)
	}
	return s.places[pick%3] // where arguments should be
}

// goesOn checks that nothing the calls did has touched what the module knows.
func (s *hostile) goesOn(t *testing.T, p cipher.Params, c core.Columns, want *cipher.Columns) {
	t.Helper()
	vector := p.Vector()
	at, err := s.in.call(reserveExport, uint64(len(vector)+outputWords)*wordSize)
	if code(err) == core.OutOfMemory {
		return // the calls took all of it
	}
	if err != nil {
		t.Fatal(err)
	}
	copy(s.in.floats(uint32(at), len(vector)), vector[:])
	handle, err := newHandle(s.in, uint64(at))
	if code(err) == core.OutOfMemory {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	e := Cipher{engine: engine{in: s.in, handle: uint64(handle), exports: &cipherExports}}
	var out cipher.Output
	for i := range c.Len() {
		if err := e.Next(c.At(i), &out); code(err) == core.OutOfMemory {
			return // for the frame
		} else if err != nil {
			t.Fatal(err)
		}
		for r, v := range out.Values {
			if !sameBits(v, want.Values[r][i]) {
				t.Fatalf("after the calls, bar %d: %s is %v, natively %v", i, cipher.Reading(r), v, want.Values[r][i])
			}
		}
	}
}
