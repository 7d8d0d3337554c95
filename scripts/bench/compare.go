package main

import (
	"fmt"
	"math"
)

// sameBits compares two sets of columns bit for bit.
func sameBits(got, want [][]float64) error {
	for k := range want {
		for i, w := range want[k] {
			if math.Float64bits(got[k][i]) != math.Float64bits(w) {
				return fmt.Errorf("output %d, bar %d: %v (%#016x), want %v (%#016x)",
					k, i, got[k][i], math.Float64bits(got[k][i]), w, math.Float64bits(w))
			}
		}
	}
	return nil
}

// settled is how many bars a peer's other seeds and orders of summation may
// show; drift is how far its readings, of the order of 100 or of the price, may
// be off after that.
const (
	settled = 400
	drift   = 1e-9
)

// alike compares our columns with a peer's shorter ones, which end on the same
// bar.
func alike(ours, peers [][]float64) error {
	for k, column := range peers {
		short := len(ours[k]) - len(column)
		for i := settled; i < len(column); i++ {
			want := ours[k][short+i]
			if bound := drift * max(100, math.Abs(want)); !(math.Abs(column[i]-want) <= bound) {
				return fmt.Errorf("go-talib's output %d, bar %d: %v, ours %v", k, short+i, column[i], want)
			}
		}
	}
	return nil
}

// outputs are count columns of n bars.
func outputs(count, n int) [][]float64 {
	columns := make([][]float64, count)
	for i := range columns {
		columns[i] = make([]float64, n)
	}
	return columns
}

// shorten are the columns' first n bars.
func shorten(columns [][]float64, n int) [][]float64 {
	short := make([][]float64, len(columns))
	for i, c := range columns {
		short[i] = c[:n]
	}
	return short
}

// must is for constructors given good parameters.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
