package host

import (
	"context"
	"errors"
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// Volume is volume.Engine in the module, in an instance of its own. It is not
// safe for concurrent use. Close it after use.
type Volume struct {
	engine
	params   volume.Params
	interval core.Interval
	bars     int
}

var volumeExports = engineExports{
	free: volumeFreeExport, next: volumeNextExport, peek: volumePeekExport, nextMany: volumeNextManyExport,
	events: volumeEventsExport, info: volumeInfoExport, snapshot: volumeSnapshotExport, restore: volumeRestoreExport,
}

const (
	// rangeWords are the words of a range before its bounds.
	rangeWords = 5
	// levelWords are the levels of one bar: the readings, the open time of the
	// range's first bar, and how many it has.
	levelWords = int(volume.NumReadings) + 2
)

// NewVolume is volume.New in the module.
func (h *Host) NewVolume(ctx context.Context, p volume.Params, interval core.Interval, r volume.Range) (*Volume, error) {
	v := p.Vector()
	span := append([]float64{float64(r.Kind), float64(r.Offset), float64(r.Length), float64(r.Bars), float64(r.From)}, times(r.Bounds)...)
	e, err := h.open(ctx, &volumeExports, len(v)+len(span),
		func(in *instance, at uint32) {
			words := in.floats(at, len(v)+len(span))
			copy(words[copy(words, v[:]):], span)
		},
		func(in *instance, at uint32) (int32, error) {
			return in.call(volumeNewExport, uint64(at), uint64(len(v)), math.Float64bits(float64(interval)), uint64(at)+wordSize*uint64(len(v)), uint64(len(span)))
		})
	if err != nil {
		return nil, err
	}
	return &Volume{engine: e, params: p, interval: interval}, nil
}

// RestoreVolume is volume.Restore in the module.
func (h *Host) RestoreVolume(ctx context.Context, snapshot []byte) (*Volume, error) {
	e, err := h.restore(ctx, &volumeExports, snapshot)
	if err != nil {
		return nil, err
	}
	v := &Volume{engine: e}
	info, err := v.info(infoHead + volume.NumParams + rangeWords)
	if err == nil {
		v.interval, v.bars = core.Interval(info[0]), int(info[1])
		v.params, err = volume.ParamsFromVector(info[infoHead : infoHead+volume.NumParams])
	}
	if err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// Bars is how many bars have been committed.
func (e *Volume) Bars() int { return e.bars }

// Params are the parameters the engine was made with.
func (e *Volume) Params() volume.Params { return e.params }

// Interval is the length of the engine's bars.
func (e *Volume) Interval() core.Interval { return e.interval }

// Next is volume.Engine's: it commits a closed bar and writes the levels after
// it to out.
func (e *Volume) Next(bar core.Candle, out *volume.Levels) error {
	err := e.levels(e.exports.next, bar, out)
	if err == nil {
		e.bars++
	}
	return err
}

// Peek is volume.Engine's: it writes what Next would give, and changes nothing.
func (e *Volume) Peek(bar core.Candle, out *volume.Levels) error {
	return e.levels(e.exports.peek, bar, out)
}

func (e *Volume) levels(f export, bar core.Candle, out *volume.Levels) error {
	at, err := e.step(f, bar, levelWords)
	if err == nil {
		*out = levelsOf(e.in.floats(at, levelWords))
	}
	return err
}

func levelsOf(w []float64) volume.Levels {
	return volume.Levels{
		POC: w[volume.POC], VAH: w[volume.VAH], VAL: w[volume.VAL], Total: w[volume.Total],
		Enclosed: w[volume.Enclosed], VWAP: w[volume.VWAP], SD: w[volume.SD],
		Start: int64(w[volume.NumReadings]), Count: int(w[volume.NumReadings+1]),
	}
}

// NextMany commits the bars of c, writes the developing levels to the columns
// of out and appends the events to out.Events, with levels in new memory. It
// goes in slices and returns the context's error where that ended between two
// of them. On any error the bars before it, Bars of them, are committed.
func (e *Volume) NextMany(ctx context.Context, c core.Columns, out *volume.Columns) error {
	want := wanted{events: true}
	for r, column := range out.Values {
		if column != nil {
			want.mask |= 1 << r
		}
	}
	return e.nextMany(ctx, c, want, &e.bars, func(from, done int, f frame) error {
		for r, column := range out.Values {
			if column != nil {
				copy(column[from:from+done], e.in.floats(f.column(r), done))
			}
		}
		var err error
		out.Events, err = e.takeEvents(out.Events)
		return err
	})
}

// AppendEvents is volume.Engine's, with levels in new memory.
func (e *Volume) AppendEvents(dst []volume.Event) ([]volume.Event, error) {
	if err := e.listEvents(); err != nil {
		return dst, err
	}
	return e.takeEvents(dst)
}

// takeEvents appends the events the last call has listed.
func (e *Volume) takeEvents(dst []volume.Event) ([]volume.Event, error) {
	err := e.in.eachEvent(func(head [eventHead]float64, points []float64) {
		event := volume.Event{
			Signal: volume.Signal(head[0]), Side: core.Side(head[1]),
			OpenTime: int64(head[2]), KnownAt: int64(head[3]), Price: head[4],
		}
		for ; len(points) > 0; points = points[pointWords:] {
			event.Levels = append(event.Levels, volume.Level{Price: points[2], Start: int64(points[0])})
		}
		dst = append(dst, event)
	})
	return dst, err
}

// Profile is volume.Engine's: the whole profile after the bar last committed.
func (e *Volume) Profile() (*volume.Profile, error) {
	if err := e.usable(); err != nil {
		return nil, err
	}
	return e.in.readProfile(0, func(_, out uint32, capacity int) (int32, error) {
		return e.in.call(volumeProfileExport, e.handle, uint64(out), uint64(capacity))
	})
}

// Previous is volume.Engine's: the session finished last.
func (e *Volume) Previous() (volume.Session, bool, error) {
	w, err := e.words(volumePreviousExport)
	if err != nil || len(w) == 0 {
		return volume.Session{}, false, err
	}
	const shape = 2 + levelWords
	return volume.Session{
		Start: int64(w[0]), End: int64(w[1]), Levels: levelsOf(w[2:shape]),
		Shape: volume.Shape(w[shape]), LowNodes: nodesOf(w[shape+2:]),
	}, true, nil
}

// AppendNaked is volume.Engine's: it appends the naked points of control, by
// price ascending.
func (e *Volume) AppendNaked(dst []volume.Naked) ([]volume.Naked, error) {
	const nakedWords = 3
	w, err := e.words(volumeNakedExport)
	for ; err == nil && len(w) > 0; w = w[nakedWords:] {
		dst = append(dst, volume.Naked{Price: w[0], Start: int64(w[1]), Age: int(w[2])})
	}
	return dst, err
}

// words asks for a result of the engine's with as much room as it needs. The
// view is good until the next call.
func (e *engine) words(f export) ([]float64, error) {
	if err := e.usable(); err != nil {
		return nil, err
	}
	for room := usualProfile; ; {
		at, err := e.in.words(room)
		if err != nil {
			return nil, err
		}
		words, err := e.in.call(f, e.handle, uint64(at), uint64(room))
		if err != nil {
			return nil, err
		}
		if int(words) <= room {
			return e.in.floats(at, int(words)), nil
		}
		room = int(words)
	}
}
