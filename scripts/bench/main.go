// Command bench prints how long Quantum's core takes a bar, against plain loops
// of the same arithmetic and against go-talib, and how good volume profiles
// from bars are against those from trades:
//
//	go run . [-quick] [-sizes 1000,100000] [-only blocks]
//	go run . accuracy -trades FILE[,FILE...]
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	run := speed
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "accuracy" {
		run, args = compareProfiles, args[1:]
	}
	if err := run(os.Stdout, args); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// speed is the command without a name: it prints one table a section.
func speed(w io.Writer, args []string) error {
	o, err := parseOptions(args)
	if err != nil {
		return err
	}
	fmt.Fprint(w, "# Speed of the core\n\n")
	writeMachine(w)
	fmt.Fprintf(w, `
ns per bar: the median of at least %d samples taken in turns, the best in brackets. Ratios are medians over the turns.
allocs: of one run over the bars, Quantum's. Every sample goes over at least %s unpredictable bars, in runs of the given size.
`, o.race.Samples, grouped(o.pool))
	var verdicts []verdict
	for _, s := range sections() {
		if !o.wants(s.id) {
			continue
		}
		more, err := s.measure(w, o)
		if err != nil {
			return err
		}
		verdicts = append(verdicts, more...)
	}
	writeVerdicts(w, verdicts)
	return nil
}

func sections() []section {
	all := []section{blocksSection()}
	all = append(all, readingsSections()...)
	all = append(all, engineSections()...)
	return append(all, volumeSections()...)
}
