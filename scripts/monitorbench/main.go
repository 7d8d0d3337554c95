// Command monitorbench measures one monitor process over a local Redis: closed
// bars committed a second, and how long each takes from its close to the outbox
// when all series close at once.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
)

// settings say what is measured.
type settings struct {
	file    string
	series  []int
	warm    int
	bursts  int
	writers int
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench-monitor:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	counts := flag.String("series", "100,1000,5000", "numbers of series, each measured by itself")
	profile := flag.String("cpuprofile", "", "write a profile of the processor's time to this file")
	var s settings
	flag.StringVar(&s.file, "candles", "core/cipher/testdata/walk.csv.gz", "candles that are played, as minutes")
	flag.IntVar(&s.warm, "warm", 200, "bars each series catches up over before the bursts")
	flag.IntVar(&s.bursts, "bursts", 10, "times all series close a bar at once")
	flag.IntVar(&s.writers, "writers", 0, "pipelines that commit at once; the monitor's default if 0")
	flag.Parse()
	for text := range strings.SplitSeq(*counts, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("series %q: want whole numbers from 1, with commas between", text)
		}
		s.series = append(s.series, n)
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return s.measure(ctx, os.Stdout)
}

// measure prints a row for each number of series.
func (s settings) measure(ctx context.Context, to io.Writer) error {
	bars, err := walk(s.file, s.warm+s.bursts)
	if err != nil {
		return err
	}
	fmt.Fprintf(to, "one monitor process, cipher and volume with everything on, Redis on a unix socket, append-only file each second; %d processors, %s\n", runtime.GOMAXPROCS(0), runtime.Version())
	fmt.Fprintf(to, "catching up over %d bars a series, then %d bursts: all series close one bar at the same moment\n\n", s.warm, s.bursts)
	fmt.Fprintln(to, header)
	for _, n := range s.series {
		r, err := measure(ctx, s, bars, n)
		if err != nil {
			return fmt.Errorf("%d series: %w", n, err)
		}
		fmt.Fprintln(to, r)
	}
	fmt.Fprint(to, legend)
	return nil
}
