package outcomes

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// Occurrence is an event at a bar of a series. It is known at that bar's close.
type Occurrence struct {
	Kind string // as in "cipher.buy"
	Side core.Side
	Bar  int // place in the candles
}

// Setup is the parameters the engines run with.
type Setup struct {
	Cipher cipher.Params
	Volume volume.Params
	Range  volume.Range // sessions whose levels the volume events speak of
}

// DefaultSetup is what the monitors run: the preset's parameters and UTC days.
func DefaultSetup(preset cipher.Preset) Setup {
	return Setup{Cipher: cipher.Default(preset), Volume: volume.Default(), Range: volume.Daily()}
}

// Occurrences lists the events of a series, oldest first for each engine. Those
// of a bar depend on no later bar. The error is a *core.Error.
func Occurrences(s Setup, interval core.Interval, c core.Columns) ([]Occurrence, error) {
	out := cipher.Columns{Flags: make([]cipher.Flags, c.Len())}
	if err := cipher.Compute(s.Cipher, interval, c, &out); err != nil {
		return nil, err
	}
	var all []Occurrence
	for i, flags := range out.Flags {
		for f := range cipher.Flag(cipher.NumFlags) {
			if flags.Has(f) && f.IsEvent() {
				all = append(all, Occurrence{"cipher." + f.String(), f.Side(), i})
			}
		}
	}
	engine, err := volume.New(s.Volume, interval, s.Range)
	if err != nil {
		return nil, err
	}
	var events []volume.Event
	for i := range c.Len() {
		if err := engine.Next(c.At(i), nil); err != nil {
			return nil, err
		}
		events = engine.AppendEvents(events[:0])
		for _, e := range events {
			all = append(all, Occurrence{e.Kind(), e.Side, i})
		}
	}
	return all, nil
}

// group is one line of the table for each horizon: a kind, and the side where
// its events speak for either.
type group struct {
	kind string
	side core.Side
}

// eitherSide are the kinds whose events carry a side of their own.
var eitherSide = map[string]bool{"volume.poc_shift": true, "volume.value_reentry": true, "volume.lvn_cross": true}

// groups lists every kind of both catalogs, in their order.
func groups() []group {
	var all []group
	for _, catalog := range []core.Catalog{cipher.Catalog(), volume.Catalog()} {
		for _, e := range catalog.Events {
			if eitherSide[e.Kind] {
				all = append(all, group{e.Kind, core.Bull}, group{e.Kind, core.Bear})
				continue
			}
			all = append(all, group{e.Kind, e.Side})
		}
	}
	return all
}
