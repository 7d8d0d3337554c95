package host

import (
	"context"
	"fmt"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// Profile is volume.Compute in the module. The error is a *core.Error as core
// gives it, the context's, or ErrTrap.
func (h *Host) Profile(ctx context.Context, p volume.Params, c core.Columns) (*volume.Profile, error) {
	return h.profile(ctx, volumeExport, p, c.Len(), [][]float64{times(c.OpenTime), c.Open, c.High, c.Low, c.Close, c.Volume})
}

// ProfileOfTrades is volume.FromTrades in the module. Errors are those of
// Profile.
func (h *Host) ProfileOfTrades(ctx context.Context, p volume.Params, t volume.Trades) (*volume.Profile, error) {
	sides := make([]float64, t.Len())
	for i, side := range t.Side {
		sides[i] = float64(side)
	}
	return h.profile(ctx, volumeTradesExport, p, t.Len(), [][]float64{times(t.Time), t.Price, t.Size, sides})
}

func times(t []int64) []float64 {
	v := make([]float64, len(t))
	for i, ms := range t {
		v[i] = float64(ms)
	}
	return v
}

// profile calls volume or volume_trades over count rows of columns.
func (h *Host) profile(ctx context.Context, f export, p volume.Params, count int, columns [][]float64) (*volume.Profile, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in, err := h.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer h.giveBack(in)
	vector := p.Vector()
	return in.readProfile(len(vector)+len(columns)*count, func(at, out uint32, capacity int) (int32, error) {
		words := in.floats(at, len(vector)+len(columns)*count)
		n := copy(words, vector[:])
		for _, column := range columns {
			n += copy(words[n:], column[:count])
		}
		return in.call(f, uint64(at), uint64(len(vector)), uint64(at)+wordSize*uint64(len(vector)), uint64(count), uint64(out), uint64(capacity))
	})
}

// The layout of a profile, in words.
const (
	profileHead  = 14
	profileRows  = 11
	nodeWords    = 4
	usualProfile = profileHead + 3*200 + 1 + 100*nodeWords
)

// readProfile makes a call that writes a profile behind arguments words of
// arguments, with as much room as it needs, and reads it.
func (in *instance) readProfile(arguments int, call func(at, out uint32, capacity int) (int32, error)) (*volume.Profile, error) {
	for room := usualProfile; ; {
		at, err := in.words(arguments + room)
		if err != nil {
			return nil, err
		}
		out := at + uint32(arguments*wordSize)
		words, err := call(at, out, room)
		if err != nil {
			return nil, err
		}
		if int(words) <= room {
			return profileOf(in.floats(out, int(words)))
		}
		room = int(words)
	}
}

func profileOf(w []float64) (*volume.Profile, error) {
	rows, high, low := int(w[profileRows]), int(w[profileRows+1]), int(w[profileRows+2])
	if want := profileHead + 3*rows + 1 + nodeWords*(high+low); len(w) != want {
		return nil, fmt.Errorf("host: a profile of %d words, want %d", len(w), want)
	}
	p := &volume.Profile{
		Source: volume.Source(w[0]), Count: int(w[1]), Unit: w[2],
		Total: w[3], POC: w[4], VAH: w[5], VAL: w[6], Enclosed: w[7], VWAP: w[8], SD: w[9],
		Shape: volume.Shape(w[10]),
	}
	rest := w[profileHead:]
	take := func(n int) []float64 {
		column := append([]float64(nil), rest[:n]...)
		rest = rest[n:]
		return column
	}
	p.Edges, p.Up, p.Down = take(rows+1), take(rows), take(rows)
	p.HighNodes, p.LowNodes = nodesOf(take(high*nodeWords)), nodesOf(take(low*nodeWords))
	return p, nil
}

func nodesOf(w []float64) []volume.Node {
	var nodes []volume.Node
	for ; len(w) > 0; w = w[nodeWords:] {
		nodes = append(nodes, volume.Node{Row: int(w[0]), Price: w[1], Volume: w[2], Prominence: w[3]})
	}
	return nodes
}
