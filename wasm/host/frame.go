package host

import (
	"math/bits"

	"github.com/quantum-signals/quantum/core"
)

const (
	// sliceBars are the bars of one call of next_many: its columns fit a
	// second-level cache, and the context is asked between two of them. Not a
	// power of two, which would lay all columns over the same lines of the cache.
	sliceBars = 4000
	// candleColumns are open time, open, high, low, close and volume.
	candleColumns = 6
)

// frame says where the columns of a call lie, stride words apart.
type frame struct {
	candles, out uint32
	stride       int
	mask         uint32 // the columns wanted, a bit each
}

// frameOf lays out a call over the bars of c and copies them into the module.
func (in *instance) frameOf(c core.Columns, before int, mask uint32) (frame, error) {
	stride := c.Len()
	at, err := in.words(before + (candleColumns+bits.OnesCount32(mask))*stride)
	if err != nil {
		return frame{}, err
	}
	at += uint32(before * wordSize)
	f := frame{candles: at, out: at + uint32(candleColumns*stride*wordSize), stride: stride, mask: mask}
	words := in.floats(at, candleColumns*stride)
	for i, t := range c.OpenTime {
		words[i] = float64(t)
	}
	for k, column := range [][]float64{c.Open, c.High, c.Low, c.Close, c.Volume} {
		copy(words[(k+1)*stride:], column[:stride])
	}
	return f, nil
}

// column is the offset of a wanted column of the result.
func (f frame) column(i int) uint32 {
	place := bits.OnesCount32(f.mask & (1<<i - 1))
	return f.out + uint32(place*f.stride*wordSize)
}
