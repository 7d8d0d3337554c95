package host

import (
	"context"
	"errors"
	"math"
	"math/bits"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// Cipher is cipher.Compute in the module: it fills the columns of out that are
// there for a whole series. The error is a *core.Error as core gives it, the
// context's where that ended between two slices of the series, or ErrTrap.
func (h *Host) Cipher(ctx context.Context, p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) error {
	if mask := cipherMask(out); !whole(mask) && c.Len()*(candleColumns+bits.OnesCount32(mask)) <= onceWords {
		return h.cipherAtOnce(ctx, p, interval, c, out)
	}
	return h.cipherInSlices(ctx, p, interval, c, out, nil)
}

// AppendSeriesEvents appends the events of a whole series, oldest first, as
// cipher.AppendSeriesEvents does. Errors are those of Cipher.
func (h *Host) AppendSeriesEvents(ctx context.Context, dst []cipher.Event, p cipher.Params, interval core.Interval, c core.Columns) ([]cipher.Event, error) {
	err := h.cipherInSlices(ctx, p, interval, c, nil, &dst)
	return dst, err
}

func (h *Host) cipherInSlices(ctx context.Context, p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns, events *[]cipher.Event) error {
	e, err := h.NewCipher(ctx, p, interval)
	if err != nil {
		return err
	}
	return errors.Join(e.NextMany(ctx, c, out, events), e.Close())
}

// onceWords bounds what one call computes: half of the module's memory.
const onceWords = 4 << 20

// whole reports whether the columns need all that an engine computes anyway.
func whole(mask uint32) bool { return mask>>cipher.NumReadings != 0 }

// cipherAtOnce computes some readings of a series and only what they are made
// of.
func (h *Host) cipherAtOnce(ctx context.Context, p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := h.acquire(ctx)
	if err != nil {
		return err
	}
	defer h.giveBack(in)
	v := p.Vector()
	f, err := in.frameOf(c, len(v), cipherMask(out))
	if err != nil {
		return err
	}
	params := f.candles - uint32(len(v)*wordSize)
	copy(in.floats(params, len(v)), v[:])
	_, err = in.call(cipherExport, uint64(params), uint64(len(v)), math.Float64bits(float64(interval)),
		uint64(f.candles), uint64(f.out), uint64(c.Len()), uint64(f.mask))
	if err == nil {
		in.readCipher(out, 0, c.Len(), f)
	}
	return err
}
