package host

import (
	"context"
	"errors"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// Cipher is cipher.Compute in the module: it fills the columns of out for a
// whole series. The error is a *core.Error as core gives it, the context's
// where that ended between two slices of the series, or ErrTrap.
func (h *Host) Cipher(ctx context.Context, p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) error {
	return h.cipher(ctx, p, interval, c, out, nil)
}

// AppendSeriesEvents appends the events of a whole series, oldest first, as
// cipher.AppendSeriesEvents does. Errors are those of Cipher.
func (h *Host) AppendSeriesEvents(ctx context.Context, dst []cipher.Event, p cipher.Params, interval core.Interval, c core.Columns) ([]cipher.Event, error) {
	err := h.cipher(ctx, p, interval, c, nil, &dst)
	return dst, err
}

func (h *Host) cipher(ctx context.Context, p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns, events *[]cipher.Event) error {
	e, err := h.NewCipher(ctx, p, interval)
	if err != nil {
		return err
	}
	return errors.Join(e.NextMany(ctx, c, out, events), e.Close())
}
