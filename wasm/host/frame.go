package host

import "github.com/quantum-signals/quantum/core"

const (
	// sliceBars are the bars of one call of next_many: its columns fit a
	// second-level cache, and the context is asked between two of them. Not a
	// power of two, which would lay all columns over the same lines of the cache.
	sliceBars = 4000
	// candleColumns are open time, open, high, low, close and volume.
	candleColumns = 6
	// listWords is the room for the events of a slice. Where they do not fit
	// the module stops early and goes on with the next call.
	listWords = 4 * sliceBars
)

// frame says where the arguments of a next_many lie. Offsets are 0 where a
// result is not wanted.
type frame struct {
	candles, out, events uint32
	stride               int
}

// frameOf lays out a call over the bars of c and copies them into the module.
func (in *instance) frameOf(c core.Columns, want wanted) (frame, error) {
	stride := c.Len()
	at, err := in.words((candleColumns+want.width)*sliceBars + listWords)
	if err != nil {
		return frame{}, err
	}
	f := frame{candles: at, stride: stride}
	if want.columns {
		f.out = at + candleColumns*sliceBars*wordSize
	}
	if want.events {
		f.events = at + uint32((candleColumns+want.width)*sliceBars*wordSize)
	}
	words := in.floats(at, candleColumns*stride)
	for i, t := range c.OpenTime {
		words[i] = float64(t)
	}
	for k, column := range [][]float64{c.Open, c.High, c.Low, c.Close, c.Volume} {
		copy(words[(k+1)*stride:], column[:stride])
	}
	return f, nil
}

// column is the offset of a column of the result.
func (f frame) column(i int) uint32 { return f.out + uint32(i*f.stride*wordSize) }

// capacity is the room of the list of events in words.
func (f frame) capacity() uint64 {
	if f.events == 0 {
		return 0
	}
	return listWords
}
