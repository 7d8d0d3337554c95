package host

import (
	"context"
	"errors"
	"math"

	"github.com/quantum-signals/quantum/core"
)

// ErrClosed is returned by an engine after its Close.
var ErrClosed = errors.New("host: the engine is closed")

// infoHead are the words of an engine's description before its parameters:
// interval, bars committed, open time of the last.
const infoHead = 3

// step calls next or peek and returns the offset of the words it wrote.
func (e *engine) step(f export, bar core.Candle, words int) (uint32, error) {
	if err := e.usable(); err != nil {
		return 0, err
	}
	at, err := e.in.words(words)
	if err != nil {
		return 0, err
	}
	_, err = e.in.call(f, e.handle, math.Float64bits(float64(bar.OpenTime)),
		math.Float64bits(bar.Open), math.Float64bits(bar.High), math.Float64bits(bar.Low), math.Float64bits(bar.Close),
		math.Float64bits(bar.Volume), uint64(at))
	return at, err
}

// wanted says what a caller of nextMany wants back: columns, a bit each, and
// whether events.
type wanted struct {
	mask   uint32
	events bool
}

// nextMany commits the bars of c in slices, counts them in bars, and hands the
// frame of each slice to take, with the place of its first bar in c.
func (e *engine) nextMany(ctx context.Context, c core.Columns, want wanted, bars *int, take func(from, done int, f frame) error) error {
	if err := e.usable(); err != nil {
		return err
	}
	for from := 0; from < c.Len(); {
		if err := ctx.Err(); err != nil {
			return err
		}
		done, err := e.slice(c.Slice(from, min(from+sliceBars, c.Len())), want, func(done int, f frame) error { return take(from, done, f) })
		if err != nil {
			return errors.Join(err, e.recount(bars))
		}
		from += done
		*bars += done
	}
	return nil
}

// slice commits the bars of c and returns how many it got to.
func (e *engine) slice(c core.Columns, want wanted, take func(done int, f frame) error) (int, error) {
	f, err := e.in.frameOf(c, 0, want.mask)
	if err != nil {
		return 0, err
	}
	var events uint64
	if want.events {
		events = 1
	}
	done, err := e.in.call(e.exports.nextMany, e.handle, uint64(f.candles), uint64(f.out), uint64(f.stride), uint64(c.Len()), uint64(f.mask), events)
	if err != nil {
		return 0, err
	}
	return int(done), take(int(done), f)
}

// recount reads how many bars are committed, after a call that left some out.
func (e *engine) recount(bars *int) error {
	if e.in.trapped {
		return nil
	}
	info, err := e.info(infoHead + maxInfo)
	if err == nil {
		*bars = int(info[1])
	}
	return err
}

// maxInfo is more words than follow the head of an engine's description.
const maxInfo = 128
