package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/wasm/host"
)

// twins are both engines of a series, each natively and in WebAssembly.
type twins struct {
	host     *host.Host
	cipher   *cipher.Engine
	volume   *volume.Engine // knows the bars up to volumeAfter
	cipher2  *host.Cipher
	volume2  *host.Volume
	readings int // compared so far

	volumeAfter int64 // nothing is known of volume events up to here
}

// twins are the engines as a checkpoint of the origin left them, the volume
// engine as the first one after it did that holds it.
func (o *origin) twins(ctx context.Context, from checkpoint) (t *twins, err error) {
	t = &twins{}
	if t.cipher, err = from.engine(o.series.Interval); err != nil {
		return nil, err
	}
	begins, known, err := o.oldestVolume(ctx, from)
	if err != nil {
		return nil, err
	}
	t.volumeAfter = begins.Last
	if !known {
		t.volumeAfter = math.MaxInt64
	}
	if t.volume, err = begins.volumes(o.series.Interval); err != nil {
		return nil, err
	}
	if t.host, err = host.New(ctx, host.Options{Idle: 2}); err != nil {
		return nil, err
	}
	if err = t.double(ctx); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// double takes the native engines over into WebAssembly.
func (t *twins) double(ctx context.Context) error {
	seed, err := t.cipher.AppendBinary(nil)
	if err != nil {
		return err
	}
	if t.cipher2, err = t.host.RestoreCipher(ctx, seed); err != nil {
		return err
	}
	if seed, err = t.volume.AppendBinary(nil); err != nil {
		return err
	}
	t.volume2, err = t.host.RestoreVolume(ctx, seed)
	return err
}

func (t *twins) close() { _ = t.host.Close(context.Background()) } // its engines go with it

// run takes the bars and gives their events as the origin must have them: of
// each bar those of the cipher, then those of the volume. A bit that differs is
// an error.
func (t *twins) run(series server.Series, candles core.Columns) ([]committed, error) {
	var events []committed
	cipherHash, volumeHash := t.cipher.Params().Hash(), t.volume.Params().Hash()
	for i := range candles.Len() {
		bar := candles.At(i)
		signals, err := t.nextCipher(bar)
		if err != nil {
			return nil, fmt.Errorf("bar %d: %w", bar.OpenTime, err)
		}
		for _, e := range signals {
			c := committed{Kind: e.Kind(), Side: e.Side.String(), OpenTime: e.OpenTime, KnownAt: e.KnownAt, Price: server.AppendFloat(nil, e.Price)}
			c.ID = server.EventID(core.EngineVersion, cipherHash, series, e.OpenTime, c.Kind)
			if e.HasPivots {
				c.Data = server.AppendPivots(nil, e.Pivots)
			}
			events = append(events, c)
		}
		if bar.OpenTime <= t.volumeAfter {
			continue
		}
		moves, err := t.nextVolume(bar)
		if err != nil {
			return nil, fmt.Errorf("bar %d: %w", bar.OpenTime, err)
		}
		for _, e := range moves {
			c := committed{Kind: e.Kind(), Side: e.Side.String(), OpenTime: e.OpenTime, KnownAt: e.KnownAt, Price: server.AppendFloat(nil, e.Price)}
			c.ID = server.EventID(core.EngineVersion, volumeHash, series, e.OpenTime, c.Kind)
			c.Data = server.AppendLevels(nil, e.Levels)
			events = append(events, c)
		}
	}
	return events, nil
}

func (t *twins) nextCipher(bar core.Candle) ([]cipher.Event, error) {
	var a, b cipher.Output
	if err := t.cipher.Next(bar, &a); err != nil {
		return nil, err
	}
	if err := t.cipher2.Next(bar, &b); err != nil {
		return nil, fmt.Errorf("in WebAssembly: %w", err)
	}
	for r := range a.Values {
		if err := t.same(cipher.Reading(r), a.Values[r], b.Values[r]); err != nil {
			return nil, err
		}
	}
	events := t.cipher.AppendEvents(nil)
	twin, err := t.cipher2.AppendEvents(nil)
	if err != nil || !slices.Equal(twin, events) {
		return nil, errors.Join(fmt.Errorf("the events are %v natively and %v in WebAssembly", events, twin), err)
	}
	return events, nil
}

// nextVolume commits a bar. One the volume engine refuses, since its volume is
// more than the unit of the engine counts, is left out, as the origin does.
func (t *twins) nextVolume(bar core.Candle) ([]volume.Event, error) {
	var a, b volume.Levels
	refused, refused2 := t.volume.Next(bar, &a), t.volume2.Next(bar, &b)
	if (refused == nil) != (refused2 == nil) {
		return nil, fmt.Errorf("the volume engine says %v natively and %v in WebAssembly", refused, refused2) //nolint:errorlint // neither is the cause
	}
	if refused != nil {
		return nil, nil //nolint:nilerr // both refuse it: nothing to compare
	}
	for r := range volume.NumReadings {
		if err := t.same(r, a.Value(r), b.Value(r)); err != nil {
			return nil, err
		}
	}
	events := t.volume.AppendEvents(nil)
	twin, err := t.volume2.AppendEvents(nil)
	same := slices.EqualFunc(twin, events, func(x, y volume.Event) bool {
		return x.Signal == y.Signal && x.Side == y.Side && x.OpenTime == y.OpenTime && x.KnownAt == y.KnownAt && x.Price == y.Price && slices.Equal(x.Levels, y.Levels)
	})
	if err != nil || !same {
		return nil, errors.Join(fmt.Errorf("the events are %v natively and %v in WebAssembly", events, twin), err)
	}
	return events, nil
}

// same counts a reading, and is an error where its bits are not the same.
func (t *twins) same(name fmt.Stringer, native, wasm float64) error {
	t.readings++
	if x, y := math.Float64bits(native), math.Float64bits(wasm); x != y {
		return fmt.Errorf("%s is %016x natively and %016x in WebAssembly", name, x, y)
	}
	return nil
}
