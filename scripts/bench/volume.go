package main

import (
	"fmt"
	"math"

	"bench/floor"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

func volumeSections() []section {
	profiles := section{
		id:    "profile",
		title: "Volume profile, one shot",
		note:  "volume.Compute, checks, levels, nodes and VWAP included, against a plain loop that lays binary64 volume into rows it finds by arithmetic.",
		ways:  []string{"Quantum", "floor"},
		ratios: []ratio{
			{head: "of floor", of: 0, to: 1, aim: 1.5, judgedAt: 10_000},
		},
	}
	for _, rows := range []int{24, 100, 1000} {
		profiles.pieces = append(profiles.pieces, piece{
			name: fmt.Sprintf("%d rows", rows), as: "columns",
			ready: func(int) []func(core.Columns) {
				return []func(core.Columns){
					func(c core.Columns) { profile(c, rows) },
					func(c core.Columns) { floor.Profile(c, rows) },
				}
			},
			check: func(c core.Columns) error { return checkProfile(c, rows) },
		})
	}
	return []section{profiles, rollingSection(), sessionSection()}
}

func profile(c core.Columns, rows int) *volume.Profile {
	p := volume.Default()
	p.Rows = rows
	return must(volume.Compute(p, c))
}

// checkProfile holds the profile to the volume of its bars, exactly, and each
// row to the plain loop's.
func checkProfile(c core.Columns, rows int) error {
	p, plain := profile(c, rows), floor.Profile(c, rows)
	var units float64
	for _, v := range c.Volume {
		units += math.RoundToEven(v / p.Unit)
	}
	if units*p.Unit != p.Total {
		return fmt.Errorf("%d rows hold %v, the bars %v", rows, p.Total, units*p.Unit)
	}
	for i := range rows {
		got, want := p.Up[i]+p.Down[i], plain[2*i]+plain[2*i+1]
		if math.Abs(got-want) > 1e-9*p.Total {
			return fmt.Errorf("row %d of %d holds %v, by the plain loop %v", i, rows, got, want)
		}
	}
	return nil
}
