package monitor

import (
	"fmt"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// engines are what runs over one series: Quantum Cipher with everything on, and
// Quantum Volume over the UTC day. Not safe for concurrent use.
type engines struct {
	series server.Series
	cipher *cipher.Engine
	volume *volume.Engine

	cipherHash, volumeHash uint64

	out          cipher.Output
	cipherEvents []cipher.Event
	volumeEvents []volume.Event
}

// newEngines makes engines that have seen nothing.
func newEngines(s server.Series, o Options) (*engines, error) {
	c, err := cipher.New(*o.Cipher, s.Interval)
	if err != nil {
		return nil, fmt.Errorf("cipher engine of %s: %w", s, err)
	}
	v, err := volume.New(*o.Volume, s.Interval, volume.Daily())
	if err != nil {
		return nil, fmt.Errorf("volume engine of %s: %w", s, err)
	}
	return &engines{series: s, cipher: c, volume: v, cipherHash: o.Cipher.Hash(), volumeHash: o.Volume.Hash()}, nil
}

// restore takes over a snapshot, each engine by itself. One that another
// version or other parameters wrote is left: that engine begins anew. It gives
// the open time of the last bar inside the engine that has seen less.
func (e *engines) restore(snap *server.Snapshot) (after int64) {
	if snap == nil {
		return 0
	}
	c, err := cipher.Restore(snap.Cipher)
	fits := err == nil && c.Params() == e.cipher.Params() && c.Interval() == e.cipher.Interval()
	if fits {
		e.cipher = c
	}
	v, err := volume.Restore(snap.Volume)
	whole := err == nil && v.Params() == e.volume.Params() && v.Interval() == e.volume.Interval()
	if whole {
		e.volume = v
	}
	if fits && whole {
		return snap.OpenTime
	}
	return 0
}

// replay takes a stored bar, where an engine has not seen it.
func (e *engines) replay(bar core.Candle) error {
	if last, any := e.cipher.LastOpenTime(); !any || bar.OpenTime > last {
		if err := e.cipher.Next(bar, &e.out); err != nil {
			return fmt.Errorf("stored bar %d of %s: %w", bar.OpenTime, e.series, err)
		}
	}
	if last, any := e.volume.LastOpenTime(); !any || bar.OpenTime > last {
		e.nextVolume(bar)
	}
	return nil
}

// next takes a closed bar and gives its events: those of the cipher, then those
// of the volume, each in their engine's order. On an error, which is a
// *core.Error of the bar, nothing has changed.
func (e *engines) next(bar core.Candle) ([]server.Event, error) {
	if err := core.CheckVolume(bar.Volume, e.cipher.Bars()); err != nil {
		return nil, err
	}
	if err := e.cipher.Next(bar, &e.out); err != nil {
		return nil, err
	}
	counted := e.nextVolume(bar)
	e.cipherEvents = e.cipher.AppendEvents(e.cipherEvents[:0])
	e.volumeEvents = e.volumeEvents[:0]
	if counted {
		e.volumeEvents = e.volume.AppendEvents(e.volumeEvents)
	}
	return e.events(), nil
}

// nextVolume lets the volume engine take a bar. It refuses one whose volume is
// over what its unit can count; that bar is then missing from the profile, after
// a restart as well.
func (e *engines) nextVolume(bar core.Candle) bool { return e.volume.Next(bar, nil) == nil }

func (e *engines) events() []server.Event {
	count := len(e.cipherEvents) + len(e.volumeEvents)
	if count == 0 {
		return nil
	}
	list := make([]server.Event, 0, count)
	for i := range e.cipherEvents {
		v := &e.cipherEvents[i]
		event := server.Event{Kind: v.Kind(), Side: v.Side.String(), OpenTime: v.OpenTime, KnownAt: v.KnownAt, Price: v.Price}
		event.ID = server.EventID(core.EngineVersion, e.cipherHash, e.series, v.OpenTime, event.Kind)
		if v.HasPivots {
			event.Data = server.AppendPivots(nil, v.Pivots)
		}
		list = append(list, event)
	}
	for i := range e.volumeEvents {
		v := &e.volumeEvents[i]
		event := server.Event{Kind: v.Kind(), Side: v.Side.String(), OpenTime: v.OpenTime, KnownAt: v.KnownAt, Price: v.Price}
		event.ID = server.EventID(core.EngineVersion, e.volumeHash, e.series, v.OpenTime, event.Kind)
		event.Data = server.AppendLevels(nil, v.Levels)
		list = append(list, event)
	}
	return list
}

// snapshot is the engines' state now.
func (e *engines) snapshot() (*server.Snapshot, error) {
	c, err := e.cipher.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	v, err := e.volume.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	return &server.Snapshot{Cipher: c, Volume: v}, nil
}

// forming is the body of a forming bar's message: its fields, and every reading
// it would give if it closed now.
func (e *engines) forming(bar core.Candle) ([]byte, error) {
	if err := e.cipher.Peek(bar, &e.out); err != nil {
		return nil, err
	}
	b := server.AppendCandle([]byte{'{'}, bar)
	b = append(b, `,"readings":{`...)
	for i, v := range e.out.Values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(server.AppendText(b, cipher.Reading(i).String()), ':')
		b = server.AppendFloat(b, v)
	}
	return append(b, `}}`...), nil
}
