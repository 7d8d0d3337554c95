package host

import (
	"context"
	"errors"
	"math"
	"unsafe"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// Cipher is cipher.Engine in the module, in an instance of its own. It is not
// safe for concurrent use. Close it after use.
type Cipher struct {
	engine
	params   cipher.Params
	interval core.Interval
	bars     int
}

var cipherExports = engineExports{
	free: cipherFreeExport, next: cipherNextExport, peek: cipherPeekExport, nextMany: cipherNextManyExport,
	events: cipherEventsExport, info: cipherInfoExport, snapshot: cipherSnapshotExport, restore: cipherRestoreExport,
}

// outputWords are the readings and the flags of one bar.
const outputWords = cipher.NumReadings + 1

// NewCipher is cipher.New in the module.
func (h *Host) NewCipher(ctx context.Context, p cipher.Params, interval core.Interval) (*Cipher, error) {
	v := p.Vector()
	e, err := h.open(ctx, &cipherExports, len(v),
		func(in *instance, at uint32) { copy(in.floats(at, len(v)), v[:]) },
		func(in *instance, at uint32) (int32, error) {
			return in.call(cipherNewExport, uint64(at), uint64(len(v)), math.Float64bits(float64(interval)))
		})
	if err != nil {
		return nil, err
	}
	return &Cipher{engine: e, params: p, interval: interval}, nil
}

// RestoreCipher is cipher.Restore in the module.
func (h *Host) RestoreCipher(ctx context.Context, snapshot []byte) (*Cipher, error) {
	e, err := h.restore(ctx, &cipherExports, snapshot)
	if err != nil {
		return nil, err
	}
	c := &Cipher{engine: e}
	info, err := c.info(infoHead + cipher.NumParams)
	if err == nil {
		c.interval, c.bars = core.Interval(info[0]), int(info[1])
		c.params, err = cipher.ParamsFromVector(info[infoHead:])
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Bars is how many bars have been committed.
func (e *Cipher) Bars() int { return e.bars }

// Params are the parameters the engine was made with.
func (e *Cipher) Params() cipher.Params { return e.params }

// Interval is the length of the engine's bars.
func (e *Cipher) Interval() core.Interval { return e.interval }

// Next is cipher.Engine's: it commits a closed bar and writes what it gives to
// out.
func (e *Cipher) Next(bar core.Candle, out *cipher.Output) error {
	err := e.output(e.exports.next, bar, out)
	if err == nil {
		e.bars++
	}
	return err
}

// Peek is cipher.Engine's: it writes what Next would give, and changes nothing.
func (e *Cipher) Peek(bar core.Candle, out *cipher.Output) error {
	return e.output(e.exports.peek, bar, out)
}

func (e *Cipher) output(f export, bar core.Candle, out *cipher.Output) error {
	at, err := e.step(f, bar, outputWords)
	if err != nil {
		return err
	}
	// Output is those words and nothing else; the module holds itself to it.
	*out = *(*cipher.Output)(unsafe.Pointer(unsafe.SliceData(e.in.bits(at, outputWords))))
	return nil
}

// NextMany commits the bars of c, writes their columns to out and appends their
// events to events; either may be nil. It goes in slices and returns the
// context's error where that ended between two of them. On any error the bars
// before it, Bars of them, are committed.
func (e *Cipher) NextMany(ctx context.Context, c core.Columns, out *cipher.Columns, events *[]cipher.Event) error {
	return e.nextMany(ctx, c, wanted{cipherMask(out), events != nil}, &e.bars, func(from, done int, f frame) error {
		e.in.readCipher(out, from, done, f)
		if events == nil {
			return nil
		}
		var err error
		*events, err = e.takeEvents(*events)
		return err
	})
}

// cipherMask is the columns of out that are there.
func cipherMask(out *cipher.Columns) uint32 {
	var mask uint32
	if out == nil {
		return mask
	}
	for r, column := range out.Values {
		if column != nil {
			mask |= 1 << r
		}
	}
	if out.Flags != nil {
		mask |= 1 << cipher.NumReadings
	}
	return mask
}

// readCipher copies the columns of a frame to out, from bar from on.
func (in *instance) readCipher(out *cipher.Columns, from, done int, f frame) {
	if out == nil {
		return
	}
	for r, column := range out.Values {
		if column != nil {
			copy(column[from:from+done], in.floats(f.column(r), done))
		}
	}
	if out.Flags != nil {
		for i, bits := range in.bits(f.column(cipher.NumReadings), done) {
			out.Flags[from+i] = cipher.Flags(bits)
		}
	}
}

// AppendEvents is cipher.Engine's: it appends the events of the bar last
// committed.
func (e *Cipher) AppendEvents(dst []cipher.Event) ([]cipher.Event, error) {
	if err := e.listEvents(); err != nil {
		return dst, err
	}
	return e.takeEvents(dst)
}

// takeEvents appends the events the last call has listed.
func (e *Cipher) takeEvents(dst []cipher.Event) ([]cipher.Event, error) {
	err := e.in.eachEvent(func(head [eventHead]float64, points []float64) {
		event := cipher.Event{
			Flag: cipher.Flag(head[0]), Side: core.Side(head[1]),
			OpenTime: int64(head[2]), KnownAt: int64(head[3]), Price: head[4],
			HasPivots: len(points) > 0,
		}
		for i := range len(points) / pointWords {
			p := points[i*pointWords:]
			event.Pivots[i] = cipher.Pivot{OpenTime: int64(p[0]), Level: p[1], Price: p[2]}
		}
		dst = append(dst, event)
	})
	return dst, err
}
