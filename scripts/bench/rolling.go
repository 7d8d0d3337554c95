package main

import (
	"fmt"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// rowSizes are the heights of rows that go on for ever. A bar of the series spans
// one or two rows of 10 and about five of 1, a day fifteen and 150.
var rowSizes = [...]float64{10, 1}

// windows are how many bars a rolling profile looks back.
var windows = [...]int{500, 50, 5000}

// rollingSection has one way a window.
func rollingSection() section {
	s := section{
		id:    "rolling",
		title: "Volume profile, rolling",
		note:  "The levels of the last 500, 50 and 5,000 bars after every bar, in rows of one height.",
		ratios: []ratio{
			{head: "5,000 of 500", of: 2, to: 0, aim: 1.25, judgedAt: 100_000},
			{head: "50 of 500", of: 1, to: 0},
		},
	}
	for _, n := range windows {
		s.ways = append(s.ways, "last "+grouped(n))
	}
	for _, size := range rowSizes {
		s.pieces = append(s.pieces, piece{
			name: fmt.Sprintf("rows of %v", size), as: "stream", onlyMost: true,
			ready: func(int) []func(core.Columns) {
				ways := make([]func(core.Columns), len(windows))
				for i, n := range windows {
					ways[i] = func(c core.Columns) { develop(c, volume.Rolling(n), size, nil) }
				}
				return ways
			},
			check: func(c core.Columns) error { return checkDeveloping(c, volume.Rolling(500), size, 500) },
		})
	}
	return s
}

func sessionSection() section {
	s := section{
		id:    "sessions",
		title: "Volume profile, developing levels",
		note:  "The levels and events after every bar: of UTC days of one-minute bars, and of one range that never ends, whose rows grow in number with its bars (coarse rows alone).",
		ways:  []string{"days", "anchored"},
		ratios: []ratio{
			{head: "anchored of days", of: 1, to: 0},
		},
	}
	for _, size := range rowSizes {
		s.pieces = append(s.pieces, piece{
			name: fmt.Sprintf("rows of %v", size), as: "stream",
			ready: func(int) []func(core.Columns) {
				ways := []func(core.Columns){func(c core.Columns) { develop(c, volume.Daily(), size, nil) }, nil}
				if size == rowSizes[0] {
					ways[1] = func(c core.Columns) { develop(c, volume.Anchored(0), size, nil) }
				}
				return ways
			},
			check: func(c core.Columns) error { return checkDeveloping(c, volume.Anchored(0), size, c.Len()) },
		})
	}
	return s
}

// rowsOf lays rows of that height.
func rowsOf(size float64) volume.Params {
	p := volume.Default()
	p.Rows, p.RowSize = 0, size
	return p
}

// develop streams the bars through an engine. seen is nil in a race.
func develop(c core.Columns, r volume.Range, size float64, seen func(i int, l *volume.Levels)) {
	e := must(volume.New(rowsOf(size), core.Minute, r))
	var levels volume.Levels
	var events []volume.Event
	for i := range c.Len() {
		if err := e.Next(c.At(i), &levels); err != nil {
			panic(err)
		}
		events = e.AppendEvents(events[:0])
		if seen != nil {
			seen(i, &levels)
		}
	}
}

// checkDeveloping holds the levels after every 97th bar to those of a fresh
// profile over the same bars.
func checkDeveloping(c core.Columns, r volume.Range, size float64, window int) error {
	p := rowsOf(size)
	p.VolumeUnit = volume.DefaultUnit
	var failed error
	develop(c, r, size, func(i int, l *volume.Levels) {
		if failed != nil || i%97 != 0 {
			return
		}
		fresh := must(volume.Compute(p, c.Slice(max(0, i+1-window), i+1)))
		got := [...]float64{l.POC, l.VAH, l.VAL, l.Total, l.Enclosed}
		want := [...]float64{fresh.POC, fresh.VAH, fresh.VAL, fresh.Total, fresh.Enclosed}
		if got != want {
			failed = fmt.Errorf("%d bars: levels after bar %d are %v, a fresh profile's %v", window, i, got, want)
		}
	})
	return failed
}
