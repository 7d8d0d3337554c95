package main

import (
	"context"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/wasm/host"
)

// engine computes whole series.
type engine interface {
	// cipher fills the columns of out and gives the events.
	cipher(ctx context.Context, p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) ([]cipher.Event, error)
	profile(ctx context.Context, p volume.Params, c core.Columns) (*volume.Profile, error)
	trades(ctx context.Context, p volume.Params, t volume.Trades) (*volume.Profile, error)
	close(ctx context.Context) error
}

// openEngine opens the engine of that name: native, or wasm.
func openEngine(ctx context.Context, name string) (engine, error) {
	if name == "native" {
		return native{}, nil
	}
	h, err := host.New(ctx, host.Options{Idle: 1})
	if err != nil {
		return nil, err
	}
	return module{h}, nil
}

// native is core, compiled into this binary.
type native struct{}

func (native) cipher(_ context.Context, p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) ([]cipher.Event, error) {
	if err := cipher.Compute(p, interval, c, out); err != nil {
		return nil, err
	}
	return cipher.AppendSeriesEvents([]cipher.Event{}, p, interval, c, out)
}

func (native) profile(_ context.Context, p volume.Params, c core.Columns) (*volume.Profile, error) {
	return volume.Compute(p, c)
}

func (native) trades(_ context.Context, p volume.Params, t volume.Trades) (*volume.Profile, error) {
	return volume.FromTrades(p, t)
}

func (native) close(context.Context) error { return nil }

// module is core, compiled to quantum.wasm.
type module struct{ host *host.Host }

func (m module) cipher(ctx context.Context, p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) ([]cipher.Event, error) {
	if err := m.host.Cipher(ctx, p, interval, c, out); err != nil {
		return nil, err
	}
	return m.host.AppendSeriesEvents(ctx, []cipher.Event{}, p, interval, c)
}

func (m module) profile(ctx context.Context, p volume.Params, c core.Columns) (*volume.Profile, error) {
	return m.host.Profile(ctx, p, c)
}

func (m module) trades(ctx context.Context, p volume.Params, t volume.Trades) (*volume.Profile, error) {
	return m.host.ProfileOfTrades(ctx, p, t)
}

func (m module) close(ctx context.Context) error { return m.host.Close(ctx) }
