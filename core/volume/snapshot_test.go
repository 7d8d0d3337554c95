package volume_test

import (
	"encoding/binary"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// sealed is b with its last eight bytes made the hash of the rest, so that what
// is wrong inside is looked at.
func sealed(b []byte) []byte {
	if len(b) < 8 {
		return b
	}
	h := uint64(0xcbf29ce484222325)
	for _, c := range b[:len(b)-8] {
		h = (h ^ uint64(c)) * 0x100000001b3
	}
	return binary.LittleEndian.AppendUint64(b[:len(b)-8:len(b)-8], h)
}

// snapshots are of engines of every kind of range and layout, after some bars.
func snapshots(t fatal) (all [][]byte) {
	sized := volume.Default()
	sized.Rows, sized.RowSize, sized.Spread = 0, 25, volume.Close
	bars := walk(300)
	ranges := []volume.Range{
		{Length: 60}, {Kind: volume.RangeWeek}, {Kind: volume.RangeMonth}, volume.Rolling(20), volume.Anchored(60000 * 30),
		{Kind: volume.RangeBounds, Bounds: []int64{60000 * 100, 60000 * 200}},
	}
	for _, r := range ranges {
		for _, p := range []volume.Params{volume.Default(), sized} {
			e := newEngine(t, p, r)
			all = append(all, snapshot(t, e))
			for i := range bars.Len() {
				next(t, e, bars.At(i))
			}
			all = append(all, snapshot(t, e))
		}
	}
	return all
}

// TestSnapshotHead: a snapshot begins with magic, version and parameter hash,
// and one of another engine, cut short, or with any byte changed is refused.
func TestSnapshotHead(t *testing.T) {
	for n, b := range snapshots(t) {
		if string(b[:4]) != "QVOL" || string(b[8:8+len(core.EngineVersion)]) != core.EngineVersion {
			t.Fatalf("snapshot %d begins %q", n, b[:16])
		}
		other := append([]byte(nil), b...)
		other[8] = '9'
		if _, err := volume.Restore(sealed(other)); code(err) != core.InvalidSnapshot || err.Error() != "version is not of engine 1.0.0" {
			t.Errorf("snapshot %d with version %q: Restore = %v, want a refusal", n, other[8:13], err)
		}
		for cut := 0; cut < len(b); cut += 1 + cut/20 {
			if _, err := volume.Restore(b[:cut]); code(err) != core.InvalidSnapshot {
				t.Fatalf("snapshot %d cut to %d bytes: Restore = %v, want a refusal", n, cut, err)
			}
			if _, err := volume.Restore(sealed(b[:cut])); code(err) != core.InvalidSnapshot {
				t.Fatalf("snapshot %d cut to %d bytes and sealed: Restore = %v, want a refusal", n, cut, err)
			}
		}
		for at := 0; at < len(b); at += 1 + at/50 {
			other := append([]byte(nil), b...)
			other[at] ^= 0x10
			if _, err := volume.Restore(other); code(err) != core.InvalidSnapshot {
				t.Fatalf("snapshot %d with byte %d changed: Restore = %v, want a refusal", n, at, err)
			}
		}
	}
}

// TestLawsHostile: whatever bytes claim, Restore refuses them or gives an engine
// that writes the same bytes and goes on without harm.
func TestLawsHostile(t *testing.T) {
	seeds := snapshots(t)
	rapid.Check(t, func(t *rapid.T) {
		b := append([]byte(nil), rapid.SampledFrom(seeds).Draw(t, "snapshot")...)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			at := rapid.IntRange(0, len(b)-9).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				b[at] = byte(rapid.IntRange(0, 255).Draw(t, "byte"))
			case 1:
				v := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -1e100, 5e-324, 0, math.Copysign(0, -1), 30000}).Draw(t, "float")
				if at+8 <= len(b) {
					binary.LittleEndian.PutUint64(b[at:], math.Float64bits(v))
				}
			case 2:
				v := rapid.SampledFrom([]int64{-1, 0, 1, math.MaxInt64, math.MinInt64, 1 << 62, 1 << 32, 300}).Draw(t, "whole")
				if at+8 <= len(b) {
					binary.LittleEndian.PutUint64(b[at:], uint64(v))
				}
			}
		}
		goOn(t, sealed(b))
	})
}

// goOn restores b and, if that works, holds the engine to its promises.
func goOn(t fatal, b []byte) {
	e, err := volume.Restore(b)
	if err != nil {
		if code(err) != core.InvalidSnapshot {
			t.Fatalf("Restore = %v, want invalid_snapshot", err)
		}
		return
	}
	if again := snapshot(t, e); string(again) != string(b) {
		t.Fatalf("a restored engine writes other bytes")
	}
	at, _ := e.LastOpenTime()
	for i := range 3 {
		k := bar(0, 30000, 30010+float64(i), 29990, 30001, 3)
		k.OpenTime = at + int64(i+1)*int64(e.Interval())
		var peeked, levels volume.Levels
		first, second := e.Peek(k, &peeked), e.Next(k, &levels)
		if (first == nil) != (second == nil) {
			t.Fatalf("Peek = %v, Next = %v", first, second)
		}
		if first == nil && !sameLevels(peeked, levels) {
			t.Fatalf("Peek gave %+v, Next %+v", peeked, levels)
		}
		if _, err := e.Profile(); err != nil && code(err) != core.NoBars {
			t.Fatalf("Profile = %v", err)
		}
		e.AppendEvents(nil)
		e.AppendNaked(nil)
	}
}
