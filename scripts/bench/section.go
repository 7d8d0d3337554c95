package main

import "github.com/quantum-signals/quantum/core"

// section is one table: the same pieces of work, each done by several ways.
type section struct {
	id, title string
	note      string   // what the columns mean
	ways      []string // heads of the columns; the first is ours
	ratios    []ratio
	pieces    []piece
}

// ratio is one way's time over another's, and what we aim at.
type ratio struct {
	head     string
	of, to   int     // places in ways
	aim      float64 // 0 is none
	atLeast  bool    // the aim is a least, not a most
	judgedAt int     // bars from which on it is judged: in fewer, making ready counts
}

// piece is one row of a table for each size.
type piece struct {
	name, as string
	onlyMost bool // for the greatest size alone

	// ready makes its ways for series of up to room bars, in the section's
	// order, nil where there is none.
	ready func(room int) []func(c core.Columns)

	// check runs the ways over c and compares what they give.
	check func(c core.Columns) error
}
