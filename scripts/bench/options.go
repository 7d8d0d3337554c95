package main

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bench/race"
)

// options are what the command line says.
type options struct {
	sizes []int    // bars a run, ascending
	only  []string // sections, by id; empty is all
	pool  int      // bars a sample goes over, at least
	race  race.Options
}

// fewest is how few bars a run may have: more than every loop needs before its
// first reading.
const fewest = 500

func parseOptions(args []string) (options, error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := f.Bool("quick", false, "small sizes and one sample: shows that it runs, not how fast")
	sizes := f.String("sizes", "1000,10000,100000,1000000", "bars a run")
	only := f.String("only", "", "sections, comma-separated: "+strings.Join(ids(), ", "))
	samples := f.Int("samples", 9, "samples of each contestant, at least")
	budget := f.Duration("budget", 700*time.Millisecond, "more samples are taken for this long")
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	o := options{pool: 1 << 17, race: race.Options{Samples: *samples, Budget: *budget}}
	if *quick {
		*sizes = "1000,4000"
		o.pool = 1 << 12
		o.race = race.Options{Samples: 1}
	}
	for field := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < fewest {
			return options{}, fmt.Errorf("-sizes: %q is not a whole number of bars from %d on", field, fewest)
		}
		o.sizes = append(o.sizes, n)
	}
	slices.Sort(o.sizes)
	if *only != "" {
		o.only = strings.Split(*only, ",")
	}
	for _, id := range o.only {
		if !slices.Contains(ids(), id) {
			return options{}, fmt.Errorf("-only: no section %q; there are %s", id, strings.Join(ids(), ", "))
		}
	}
	if *samples < 1 {
		return options{}, fmt.Errorf("-samples: %d is below 1", *samples)
	}
	return o, nil
}

func ids() []string {
	var all []string
	for _, s := range sections() {
		all = append(all, s.id)
	}
	return all
}

func (o options) wants(id string) bool { return len(o.only) == 0 || slices.Contains(o.only, id) }
