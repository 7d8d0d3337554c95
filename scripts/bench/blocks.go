package main

import (
	"fmt"

	"github.com/quantum-signals/quantum/core"
)

// fill is one way of a block: it begins from nothing and fills the columns of
// out, each as long as c.
type fill func(out [][]float64, c core.Columns)

// block is a building block of the cipher: by core and by a plain loop, as
// columns and one bar at a time, and by go-talib where it has the parts.
type block struct {
	name                string
	outputs             int
	column, plainColumn fill
	stream, plainStream fill
	peer                func(c core.Columns) [][]float64
}

func blocksSection() section {
	s := section{
		id:    "blocks",
		title: "Building blocks",
		note:  "floor: a plain loop of the same arithmetic, same bits.",
		ways:  []string{"Quantum", "floor", "go-talib"},
		ratios: []ratio{
			{head: "of floor", of: 0, to: 1, aim: 1.15, judgedAt: 10_000},
			{head: "go-talib takes", of: 2, to: 0},
		},
	}
	for _, b := range append(averages(), oscillators()...) {
		s.pieces = append(s.pieces,
			piece{
				name: b.name, as: "columns",
				ready: func(room int) []func(core.Columns) {
					ways := []func(core.Columns){into(b.column, b.outputs, room), into(b.plainColumn, b.outputs, room), nil}
					if b.peer != nil {
						ways[2] = func(c core.Columns) { b.peer(c) }
					}
					return ways
				},
				check: func(c core.Columns) error { return b.check(c) },
			},
			piece{
				name: b.name, as: "stream",
				ready: func(room int) []func(core.Columns) {
					return []func(core.Columns){into(b.stream, b.outputs, room), into(b.plainStream, b.outputs, room), nil}
				},
			})
	}
	return s
}

// into runs f into columns of its own.
func into(f fill, count, room int) func(core.Columns) {
	memory := outputs(count, room)
	return func(c core.Columns) { f(shorten(memory, c.Len()), c) }
}

// check holds all ways to the bits of the plain loop.
func (b block) check(c core.Columns) error {
	want := outputs(b.outputs, c.Len())
	b.plainColumn(want, c)
	for way, f := range map[string]fill{"core's Column": b.column, "core's Next": b.stream, "the floor's Next": b.plainStream} {
		got := outputs(b.outputs, c.Len())
		f(got, c)
		if err := sameBits(got, want); err != nil {
			return fmt.Errorf("%s: %s against the plain loop: %w", b.name, way, err)
		}
	}
	if b.peer == nil {
		return nil
	}
	if err := alike(want, b.peer(c)); err != nil {
		return fmt.Errorf("%s: %w", b.name, err)
	}
	return nil
}
