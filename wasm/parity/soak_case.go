package main

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

// cipherCase is Cipher with some parameters at random; the defaults where
// they are refused.
func (s *soak) cipherCase(interval core.Interval) (*testCase, error) {
	c := &testCase{Kind: "cipher", Interval: interval}
	v := cipher.Default(cipher.Quantum).Vector()
	s.mutate(v[:], cipher.Catalog().Params)
	_, err := cipher.ParamsFromVector(v[:])
	refused, err := s.refused(err)
	if refused {
		v = cipher.Default(cipher.Quantum).Vector()
	}
	c.Params = v[:]
	return c, err
}

// volumeCase is the same of Volume, over a random range.
func (s *soak) volumeCase(interval core.Interval) (*testCase, error) {
	c := &testCase{Kind: "volume", Interval: interval}
	v := volume.Default().Vector()
	s.mutate(v[:], volume.Catalog().Params)
	_, err := volume.ParamsFromVector(v[:])
	refused, err := s.refused(err)
	if refused {
		v = volume.Default().Vector()
	}
	c.Params = v[:]
	start := int64(1_700_006_400_000)
	switch s.random.below(6) {
	case 0:
		c.Range = &span{Kind: "session"}
	case 1:
		c.Range = &span{Kind: "session", Offset: s.random.below(1440), Length: 60 * (1 + s.random.below(24))}
	case 2:
		c.Range = &span{Kind: "week", Offset: s.random.below(1440)}
	case 3:
		c.Range = &span{Kind: "bounds", Bounds: []int64{start, start + int64(interval)*50, start + int64(interval)*1000}}
	case 4:
		c.Range = &span{Kind: "rolling", Bars: 1 + s.random.below(200)}
	case 5:
		c.Range = &span{Kind: "anchored", From: start + int64(interval)*int64(s.random.below(100))}
	}
	return c, err
}

// mutate changes up to five parameters, mostly to what is allowed.
func (s *soak) mutate(v []float64, params []core.ParamInfo) {
	for range s.random.below(6) {
		i := s.random.below(len(v))
		low, high := params[i].Low, params[i].High
		if !(low > -1000) {
			low = -1000
		}
		if !(high < 1000) {
			high = 1000
		}
		low = math.Floor(low)
		switch s.random.below(20) {
		case 0:
			v[i] = hostile[s.random.below(len(hostile))]
		case 1:
			v[i] = params[i].High + 1
		case 2:
			v[i] = low + 0.5
		default:
			v[i] = low + float64(s.random.below(min(int(high-low), 200)+1))
		}
	}
}
