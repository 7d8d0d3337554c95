package cipher_test

import (
	"encoding/hex"
	"errors"
	"hash/fnv"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// resealed is the snapshot with another hash at its end, so that what lies
// inside gets read.
func resealed(b []byte) []byte {
	if len(b) < 8 {
		return b
	}
	sum := fnv.New64a()
	sum.Write(b[:len(b)-8])
	out := append([]byte{}, b[:len(b)-8]...)
	for i := range 8 {
		out = append(out, byte(sum.Sum64()>>(8*i)))
	}
	return out
}

func halfway(t testing.TB, p cipher.Params) *cipher.Engine {
	t.Helper()
	engine := mustNew(t, p, 15*core.Minute)
	c := randomBars(400, 15*core.Minute)
	out := cipher.MakeColumns(400)
	if err := engine.NextColumns(c, &out); err != nil {
		t.Fatal(err)
	}
	return engine
}

func TestDamagedSnapshotsAreRefused(t *testing.T) {
	good := snapshot(t, halfway(t, cipher.Default(cipher.Quantum)))
	refuse := func(what string, b []byte) {
		t.Helper()
		var refused *core.Error
		if _, err := cipher.Restore(b); !errors.As(err, &refused) || refused.Code != core.InvalidSnapshot {
			t.Errorf("%s: %v, want invalid_snapshot", what, err)
		}
	}
	refuse("nothing", nil)
	for n := range len(good) {
		refuse("cut short", good[:n])
		refuse("cut short and resealed", resealed(good[:n]))
	}
	for i := range good {
		flipped := append([]byte{}, good...)
		flipped[i] ^= 0x10
		refuse("a flipped bit", flipped)
	}
	refuse("a byte too many", resealed(append(append([]byte{}, good...), make([]byte, 8)...)))
	other := append([]byte{}, good...)
	copy(other[8:], "9.9.9")
	refuse("another engine's version", resealed(other))
	params := append([]byte{}, good...)
	params[13] ^= 1 // the hash of the parameters
	refuse("a hash of other parameters", resealed(params))
}

// TestSnapshotBytes pins the layout: changing it takes a new engine version.
func TestSnapshotBytes(t *testing.T) {
	fresh := snapshot(t, mustNew(t, cipher.Default(cipher.Quantum), core.Minute))
	const head = "51435048" + "05000000" + "312e302e30" // QCPH, 5, 1.0.0
	if got := hex.EncodeToString(fresh[:13]); got != head {
		t.Errorf("a snapshot begins with %s, want %s", got, head)
	}
	sum := fnv.New64a()
	sum.Write(snapshot(t, halfway(t, cipher.Default(cipher.Quantum))))
	sum.Write(snapshot(t, halfway(t, cipher.Default(cipher.Classic))))
	sum.Write(snapshot(t, halfway(t, changed(t))))
	if got, want := sum.Sum64(), uint64(0x8412a27e83e49f17); got != want {
		t.Errorf("the snapshots' hash is %#x, want %#x", got, want)
	}
}

// FuzzRestore gives Restore bytes that no engine wrote. What it does not refuse
// goes on without a panic, and writes itself back.
func FuzzRestore(f *testing.F) {
	for _, p := range []cipher.Params{cipher.Default(cipher.Quantum), cipher.Default(cipher.Classic), changed(f)} {
		f.Add(snapshot(f, halfway(f, p)))
		f.Add(snapshot(f, mustNew(f, p, core.Minute)))
	}
	f.Add([]byte{})
	c := randomBars(120, core.Minute)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, candidate := range [][]byte{b, resealed(b)} {
			engine, err := cipher.Restore(candidate)
			if err != nil {
				var refused *core.Error
				if !errors.As(err, &refused) || refused.Code != core.InvalidSnapshot {
					t.Fatalf("Restore: %v, want invalid_snapshot", err)
				}
				continue
			}
			last, _ := engine.LastOpenTime()
			var out cipher.Output
			for i := range c.Len() {
				bar := c.At(i)
				bar.OpenTime = last + int64(i+1)*int64(engine.Interval())
				if engine.Peek(bar, &out) == nil && engine.Next(bar, &out) != nil {
					t.Fatal("Next refuses what Peek took")
				}
				engine.AppendEvents(nil)
			}
			if _, err := cipher.Restore(snapshot(t, engine)); err != nil {
				t.Fatalf("Restore of its own snapshot: %v", err)
			}
		}
	})
}

// FuzzNext feeds bars of any bits: each is refused or gives readings that
// Compute gives too.
func FuzzNext(f *testing.F) {
	f.Add([]byte("some bars are made of eight bytes for each of five fields......."), false)
	f.Add(make([]byte, 400), true)
	f.Fuzz(func(t *testing.T, b []byte, classic bool) {
		p := cipher.Default(cipher.Quantum)
		if classic {
			p = cipher.Default(cipher.Classic)
		}
		p.WTChannelPeriod, p.WTAveragePeriod, p.MFPeriod, p.RSIPeriod, p.StochRSIPeriod, p.StochPeriod = 2, 2, 3, 2, 2, 2
		p.STCPeriod, p.STCFastPeriod, p.STCSlowPeriod, p.RibbonPeriods = 2, 2, 3, [8]int{1, 2, 3, 1, 2, 3, 1, 2}
		engine, c := mustNew(t, p, core.Minute), core.MakeColumns(0)
		var outputs []cipher.Output
		for ; len(b) >= 6; b = b[6:] {
			bar := rawBar(b, int64(c.Len())*60_000)
			var out cipher.Output
			if engine.Next(bar, &out) == nil {
				c.Append(bar)
				outputs = append(outputs, out)
			}
		}
		columns := batch(t, p, core.Minute, c)
		for i := range outputs {
			got := at(&columns, i)
			if d := difference(&got, &outputs[i]); d != "" {
				t.Fatalf("bar %d of %d: %s", i, c.Len(), d)
			}
		}
	})
}
