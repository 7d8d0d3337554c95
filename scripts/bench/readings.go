package main

import (
	"errors"
	"fmt"

	"bench/floor"
	"bench/peer"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// plain are the seven readings any library can compose, in floor's order.
var plain = [floor.Seven]cipher.Reading{
	floor.WT1: cipher.WT1, floor.WT2: cipher.WT2, floor.Strength: cipher.RSI,
	floor.StochK: cipher.StochK, floor.StochD: cipher.StochD, floor.MF: cipher.MF, floor.STC: cipher.STC,
}

func readingsSections() []section {
	return []section{
		{
			id:    "columns",
			title: "Seven plain readings as columns",
			note:  "wt1, wt2, rsi, stoch_k, stoch_d, mf, stc of cipher.Compute against go-talib's composition.",
			ways:  []string{"Quantum", "go-talib", "floor"},
			ratios: []ratio{
				{head: "go-talib takes", of: 1, to: 0, aim: 2, atLeast: true, judgedAt: 1000},
				{head: "of floor", of: 0, to: 2},
			},
			pieces: []piece{{
				name: "seven readings", as: "columns",
				ready: func(room int) []func(core.Columns) {
					return []func(core.Columns){
						into(sevenColumns, floor.Seven, room),
						func(c core.Columns) { peer.Readings(c) },
						into(floorColumns, floor.Seven, room),
					}
				},
				check: checkSeven,
			}},
		},
		{
			id:    "stream",
			title: "Seven plain readings as a stream",
			note:  "core/ta's Next, bar by bar, against the floor's.",
			ways:  []string{"Quantum", "floor"},
			ratios: []ratio{
				{head: "of floor", of: 0, to: 1, aim: 1.3, judgedAt: 10_000},
			},
			pieces: []piece{{
				name: "seven readings", as: "stream",
				ready: func(int) []func(core.Columns) {
					return []func(core.Columns){
						func(c core.Columns) { sevenStream(nil, c) },
						func(c core.Columns) { floorStream(nil, c) },
					}
				},
			}},
		},
	}
}

func sevenColumns(out [][]float64, c core.Columns) { cipherColumns(plain[:]...)(out, c) }

func floorColumns(out [][]float64, c core.Columns) { floor.Readings((*[floor.Seven][]float64)(out), c) }

// sevenStream streams the bars, and keeps the readings where out is given.
func sevenStream(out [][]float64, c core.Columns) {
	s := newStream()
	var at [floor.Seven]float64
	for i, close := range c.Close {
		s.next(c.Open[i], c.High[i], c.Low[i], close, &at)
		keep(out, &at, i)
	}
}

// floorStream does the same with plain loops.
func floorStream(out [][]float64, c core.Columns) {
	s := floor.NewStream()
	var at [floor.Seven]float64
	for i, close := range c.Close {
		s.Next(c.Open[i], c.High[i], c.Low[i], close, &at)
		keep(out, &at, i)
	}
}

func keep(out [][]float64, at *[floor.Seven]float64, i int) {
	for k := range out {
		out[k][i] = at[k]
	}
}

// checkSeven holds the ways to each other's bits, and go-talib's to theirs.
func checkSeven(c core.Columns) error {
	want := outputs(floor.Seven, c.Len())
	floorColumns(want, c)
	var failed []error
	for way, f := range map[string]fill{"cipher.Compute": sevenColumns, "core/ta's Next": sevenStream, "the floor's Next": floorStream} {
		got := outputs(floor.Seven, c.Len())
		f(got, c)
		if err := sameBits(got, want); err != nil {
			failed = append(failed, fmt.Errorf("seven readings: %s against the plain loops: %w", way, err))
		}
	}
	peers := peer.Readings(c)
	if err := alike(want, peers[:]); err != nil {
		failed = append(failed, fmt.Errorf("seven readings: %w", err))
	}
	return errors.Join(failed...)
}
