package main

import (
	"fmt"
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// stream is an engine of either kind, what it says as words.
type stream struct {
	engine
	// next commits a bar, and peek does not; the bits of what they give are good until the next call.
	next, peek func(core.Candle) ([]uint64, error)
	// events are those of the bar committed last, each as wasm/ABI.md lays it out.
	events func() ([][]float64, error)
	// flags is the place of the word whose bits are a value each, -1 where there is none.
	flags int
}

func streamCipher(e cipherEngine) *stream {
	var out cipher.Output
	words := make([]uint64, cipher.NumReadings+1)
	give := func(err error) ([]uint64, error) {
		for i, v := range out.Values {
			words[i] = math.Float64bits(v)
		}
		words[cipher.NumReadings] = uint64(out.Flags)
		return words, err
	}
	var events []cipher.Event
	return &stream{
		engine: e,
		next:   func(bar core.Candle) ([]uint64, error) { return give(e.Next(bar, &out)) },
		peek:   func(bar core.Candle) ([]uint64, error) { return give(e.Peek(bar, &out)) },
		events: func() (list [][]float64, err error) {
			events, err = e.AppendEvents(events[:0])
			for _, event := range events {
				list = append(list, cipherEvent(event))
			}
			return list, err
		},
		flags: cipher.NumReadings,
	}
}

func cipherEvent(e cipher.Event) []float64 {
	words := []float64{float64(e.Flag), float64(e.Side), float64(e.OpenTime), float64(e.KnownAt), e.Price, 0}
	if e.HasPivots {
		words[5] = float64(len(e.Pivots))
		for _, p := range e.Pivots {
			words = append(words, float64(p.OpenTime), p.Level, p.Price)
		}
	}
	return words
}

func streamVolume(e volumeEngine) *stream {
	var out volume.Levels
	words := make([]uint64, volume.NumReadings+2)
	give := func(err error) ([]uint64, error) {
		for r := range volume.NumReadings {
			words[r] = math.Float64bits(out.Value(r))
		}
		words[volume.NumReadings] = math.Float64bits(float64(out.Start))
		words[volume.NumReadings+1] = math.Float64bits(float64(out.Count))
		return words, err
	}
	var events []volume.Event
	return &stream{
		engine: e,
		next:   func(bar core.Candle) ([]uint64, error) { return give(e.Next(bar, &out)) },
		peek:   func(bar core.Candle) ([]uint64, error) { return give(e.Peek(bar, &out)) },
		events: func() (list [][]float64, err error) {
			events, err = e.AppendEvents(events[:0])
			for _, event := range events {
				list = append(list, volumeEvent(event))
			}
			return list, err
		},
		flags: -1,
	}
}

func volumeEvent(e volume.Event) []float64 {
	words := []float64{float64(e.Signal), float64(e.Side), float64(e.OpenTime), float64(e.KnownAt), e.Price, float64(len(e.Levels))}
	for _, l := range e.Levels {
		words = append(words, float64(l.Start), core.Absent(), l.Price)
	}
	return words
}

// open makes the engine of a case, or restores it.
func (c *testCase) open(a arithmetic, snapshot []byte) (*stream, error) {
	if c.Kind == "volume" {
		if snapshot != nil {
			e, err := a.RestoreVolume(snapshot)
			return streamVolume(e), err
		}
		p, err := volume.ParamsFromVector(c.Params)
		if err != nil {
			return nil, err
		}
		e, err := a.Volume(p, c.Interval, c.Range.volumeRange())
		return streamVolume(e), err
	}
	if snapshot != nil {
		e, err := a.RestoreCipher(snapshot)
		return streamCipher(e), err
	}
	p, err := cipher.ParamsFromVector(c.Params)
	if err != nil {
		return nil, err
	}
	e, err := a.Cipher(p, c.Interval)
	return streamCipher(e), err
}

// said is what an engine gave over some bars.
type said struct {
	words  [][]uint64 // a bar each
	events [][]float64
	half   []byte // the snapshot before bar Half
	end    []byte
}

// feed commits bars from one place on to the case's end.
func (c *testCase) feed(s *stream, bars core.Columns, from int) (*said, error) {
	all := &said{}
	var err error
	for i := from; i < bars.Len(); i++ {
		if i == c.Half && from == 0 {
			if all.half, err = s.AppendBinary(nil); err != nil {
				return nil, err
			}
		}
		words, err := s.next(bars.At(i))
		if err != nil {
			return nil, fmt.Errorf("bar %d: %w", i, err)
		}
		all.words = append(all.words, append([]uint64(nil), words...))
		events, err := s.events()
		if err != nil {
			return nil, err
		}
		all.events = append(all.events, events...)
	}
	if all.end, err = s.AppendBinary(nil); err != nil {
		return nil, err
	}
	return all, s.Close()
}
