package main

import (
	"context"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/wasm/host"
)

// arithmetic is the engines as a host has them.
type arithmetic interface {
	Columns(p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) error
	Cipher(p cipher.Params, interval core.Interval) (cipherEngine, error)
	RestoreCipher(snapshot []byte) (cipherEngine, error)
	Profile(p volume.Params, c core.Columns) (*volume.Profile, error)
	ProfileOfTrades(p volume.Params, t volume.Trades) (*volume.Profile, error)
	Volume(p volume.Params, interval core.Interval, r volume.Range) (volumeEngine, error)
	RestoreVolume(snapshot []byte) (volumeEngine, error)
}

// engine is what both kinds have in common.
type engine interface {
	AppendBinary(b []byte) ([]byte, error)
	Bars() int
	Close() error
}

type cipherEngine interface {
	engine
	Next(bar core.Candle, out *cipher.Output) error
	Peek(bar core.Candle, out *cipher.Output) error
	AppendEvents(dst []cipher.Event) ([]cipher.Event, error)
}

type volumeEngine interface {
	engine
	Next(bar core.Candle, out *volume.Levels) error
	Peek(bar core.Candle, out *volume.Levels) error
	AppendEvents(dst []volume.Event) ([]volume.Event, error)
	Profile() (*volume.Profile, error)
}

// native is core itself.
type native struct{}

type nativeCipher struct{ *cipher.Engine }

func (nativeCipher) Close() error { return nil }

func (e nativeCipher) AppendEvents(dst []cipher.Event) ([]cipher.Event, error) {
	return e.Engine.AppendEvents(dst), nil
}

type nativeVolume struct{ *volume.Engine }

func (nativeVolume) Close() error { return nil }

// AppendEvents copies the levels, which are the engine's own until its next call.
func (e nativeVolume) AppendEvents(dst []volume.Event) ([]volume.Event, error) {
	from := len(dst)
	dst = e.Engine.AppendEvents(dst)
	for i := from; i < len(dst); i++ {
		dst[i].Levels = append([]volume.Level(nil), dst[i].Levels...)
	}
	return dst, nil
}

func (native) Columns(p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) error {
	return cipher.Compute(p, interval, c, out)
}

func (native) Cipher(p cipher.Params, interval core.Interval) (cipherEngine, error) {
	e, err := cipher.New(p, interval)
	return nativeCipher{e}, err
}

func (native) RestoreCipher(snapshot []byte) (cipherEngine, error) {
	e, err := cipher.Restore(snapshot)
	return nativeCipher{e}, err
}

func (native) Profile(p volume.Params, c core.Columns) (*volume.Profile, error) {
	return volume.Compute(p, c)
}

func (native) ProfileOfTrades(p volume.Params, t volume.Trades) (*volume.Profile, error) {
	return volume.FromTrades(p, t)
}

func (native) Volume(p volume.Params, interval core.Interval, r volume.Range) (volumeEngine, error) {
	e, err := volume.New(p, interval, r)
	return nativeVolume{e}, err
}

func (native) RestoreVolume(snapshot []byte) (volumeEngine, error) {
	e, err := volume.Restore(snapshot)
	return nativeVolume{e}, err
}

// module is quantum.wasm on wazero.
type module struct {
	ctx  context.Context
	host *host.Host
}

func (m module) Columns(p cipher.Params, interval core.Interval, c core.Columns, out *cipher.Columns) error {
	return m.host.Cipher(m.ctx, p, interval, c, out)
}

func (m module) Cipher(p cipher.Params, interval core.Interval) (cipherEngine, error) {
	return m.host.NewCipher(m.ctx, p, interval)
}

func (m module) RestoreCipher(snapshot []byte) (cipherEngine, error) {
	return m.host.RestoreCipher(m.ctx, snapshot)
}

func (m module) Profile(p volume.Params, c core.Columns) (*volume.Profile, error) {
	return m.host.Profile(m.ctx, p, c)
}

func (m module) ProfileOfTrades(p volume.Params, t volume.Trades) (*volume.Profile, error) {
	return m.host.ProfileOfTrades(m.ctx, p, t)
}

func (m module) Volume(p volume.Params, interval core.Interval, r volume.Range) (volumeEngine, error) {
	return m.host.NewVolume(m.ctx, p, interval, r)
}

func (m module) RestoreVolume(snapshot []byte) (volumeEngine, error) {
	return m.host.RestoreVolume(m.ctx, snapshot)
}
