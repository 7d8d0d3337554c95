package host

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// trapping is a module whose one function, "trap", executes unreachable.
var trapping = []byte("\x00asm\x01\x00\x00\x00" + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x07\x08\x01\x04trap\x00\x00" + "\x0a\x05\x01\x03\x00\x00\x0b")

func TestTrappedInstanceIsReplaced(t *testing.T) {
	h := newHost(t, Options{})
	module, err := h.runtime.Instantiate(t.Context(), trapping)
	if err != nil {
		t.Fatal(err)
	}
	e := mustCipher(t, h, cipher.Default(cipher.Quantum), core.Minute)
	broken := e.in
	broken.exports[cipherNextExport] = module.ExportedFunction("trap")

	bar := generate(1, core.Minute, 1).At(0)
	var out cipher.Output
	if err := e.Next(bar, &out); !errors.Is(err, ErrTrap) {
		t.Fatalf("Next = %v, want ErrTrap", err)
	}
	if err := e.Peek(bar, &out); !errors.Is(err, ErrTrap) {
		t.Errorf("Peek after a trap = %v, want ErrTrap: the instance is not to be trusted", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if !broken.module.IsClosed() {
		t.Error("the trapped instance is still open")
	}
	for range 4 {
		if next := mustCipher(t, h, cipher.Default(cipher.Quantum), core.Minute); next.in == broken {
			t.Fatal("the trapped instance is in use again")
		} else if err := next.Next(bar, &out); err != nil {
			t.Errorf("Next in a new instance = %v", err)
		}
	}
}

func TestClosedEngineSaysSo(t *testing.T) {
	h := newHost(t, Options{})
	e := mustCipher(t, h, cipher.Default(cipher.Quantum), core.Minute)
	for range 2 { // twice is no error
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var out cipher.Output
	if err := e.Next(core.Candle{}, &out); !errors.Is(err, ErrClosed) {
		t.Errorf("Next after Close = %v, want ErrClosed", err)
	}
	if _, err := e.AppendBinary(nil); !errors.Is(err, ErrClosed) {
		t.Errorf("AppendBinary after Close = %v, want ErrClosed", err)
	}
	if err := e.NextMany(t.Context(), generate(1, core.Minute, 1), nil, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("NextMany after Close = %v, want ErrClosed", err)
	}
}

func TestBatchStopsWithItsContext(t *testing.T) {
	h := newHost(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := generate(10, core.Minute, 1)
	out := cipher.MakeColumns(c.Len())
	if err := h.Cipher(ctx, cipher.Default(cipher.Quantum), core.Minute, c, &out); !errors.Is(err, context.Canceled) {
		t.Errorf("Cipher with an ended context = %v, want context.Canceled", err)
	}
}

func TestManyGoroutinesShareAHost(t *testing.T) {
	h := newHost(t, Options{Idle: 2})
	c := generate(2000, core.Minute, 7)
	p := cipher.Default(cipher.Quantum)
	want := cipher.MakeColumns(c.Len())
	if err := cipher.Compute(p, core.Minute, c, &want); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got := cipher.MakeColumns(c.Len())
			for range 5 {
				if err := h.Cipher(t.Context(), p, core.Minute, c, &got); err != nil {
					t.Error(err)
					return
				}
				for i, flags := range want.Flags {
					if got.Flags[i] != flags || !sameBits(got.Values[cipher.WT1][i], want.Values[cipher.WT1][i]) {
						t.Errorf("bar %d differs between goroutines", i)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if len(h.idle) > 2 {
		t.Errorf("%d instances idle, want at most 2", len(h.idle))
	}
}

func TestStreamingAllocatesNothing(t *testing.T) {
	h := newHost(t, Options{})
	e := mustCipher(t, h, cipher.Default(cipher.Quantum), core.Minute)
	c := generate(3000, core.Minute, 8)
	var out cipher.Output
	i := 0
	if n := testing.AllocsPerRun(1000, func() {
		if err := e.Next(c.At(i), &out); err != nil {
			t.Fatal(err)
		}
		i++
	}); n != 0 {
		t.Errorf("Next allocates %v times a bar, want 0", n)
	}
}
