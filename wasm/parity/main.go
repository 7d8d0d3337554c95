// Command parity holds every host of the arithmetic against the same vector
// files and against each other, by bits:
//
//	parity prepare -dir D          writes what the hosts need: the cases, and the native events and snapshots
//	parity run -dir D -host NAME   runs all cases in this process, natively or, with -wazero, in the module
//	parity back -dir D             goes on natively from the snapshots every host has left
//	parity table -dir D HOST...    prints how the hosts compared; fails if a bit differs, or a host is missing
//	parity soak                    prints digests of what random candles gave, see -help
//
// scripts/parity.sh runs them all, and the hosts that are not Go between.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/quantum-signals/quantum/wasm/host"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "parity:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("prepare, run, back, table or soak?")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	dir := flags.String("dir", "build/parity", "where the cases, snapshots and results are")
	vectors := flags.String("vectors", "core", "where cipher/testdata and volume/testdata are")
	name := flags.String("host", "Go "+runtime.GOARCH, "what the table calls this host")
	wazero := flags.Bool("wazero", false, "compute in the module instead of natively")
	seed := flags.Uint("seed", 1, "where the random numbers of the soak begin")
	candles := flags.Int("candles", 1_000_000, "how many random candles the soak is")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	var a arithmetic = native{}
	if *wazero {
		h, err := host.New(ctx, host.Options{})
		if err != nil {
			return err
		}
		defer h.Close(ctx)
		a = module{ctx, h}
	}
	p := place{dir: *dir, vectors: *vectors}
	switch args[0] {
	case "prepare":
		return prepare(p)
	case "run":
		return runAll(a, p, *name)
	case "back":
		return back(p)
	case "table":
		return table(p, flags.Args(), out)
	case "soak":
		return printSoak(a, uint32(*seed), *candles, out)
	}
	return fmt.Errorf("no %s here", args[0])
}
