package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
)

// computeFlags are what cipher and volume share.
type computeFlags struct {
	file, format, engine, onInvalid, interval string
	params                                    []string // name=value
	paramsFile                                string
}

var formats = []string{"table", "csv", "json", "ndjson", "arrow"}

func newCompute(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:     "compute",
		Short:   "Compute readings and profiles from a file of candles",
		Example: "  quantum compute cipher --file candles.csv.gz --format csv > readings.csv\n  quantum compute volume --file candles.csv.gz --param rows=50",
		Args:    known,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newComputeCipher(s), newComputeVolume(s))
	return c
}

func (f *computeFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.file, "file", "", "candles as CSV, gzip and zstd welcome, - for standard input")
	flags.StringVar(&f.format, "format", "table", "one of "+strings.Join(formats, ", "))
	flags.StringVar(&f.engine, "engine", "native", "native, or wasm: the module browsers load")
	flags.StringVar(&f.onInvalid, "on-invalid", "error", "error, or skip: leave invalid bars out and list them on standard error")
	flags.StringVar(&f.interval, "interval", "", "length of a bar, as in 15m; the smallest step of the file if absent")
	flags.StringArrayVar(&f.params, "param", nil, "a parameter as name=value, repeatable")
	flags.StringVar(&f.paramsFile, "params", "", "a JSON file of parameters")
}

// check refuses flags that mean nothing.
func (f *computeFlags) check() error {
	for _, choice := range []struct {
		flag, value string
		of          []string
	}{{"format", f.format, formats}, {"engine", f.engine, []string{"native", "wasm"}}, {"on-invalid", f.onInvalid, []string{"error", "skip"}}} {
		if !slices.Contains(choice.of, choice.value) {
			return wrongUse("--%s is %q, must be one of %s", choice.flag, choice.value, strings.Join(choice.of, ", "))
		}
	}
	return nil
}

// paramObjects are the given parameters as objects a request could hold, the
// file first.
func (f *computeFlags) paramObjects() ([][]byte, error) {
	var objects [][]byte
	if f.paramsFile != "" {
		text, err := os.ReadFile(f.paramsFile)
		if err != nil {
			return nil, usageError{err}
		}
		objects = append(objects, text)
	}
	for _, pair := range f.params {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, wrongUse("--param is %q, must be name=value", pair)
		}
		b := append(server.AppendText([]byte{'{'}, name), ':')
		objects = append(objects, append(appendParam(b, value), '}'))
	}
	return objects, nil
}

// appendParam writes a value of the command line as JSON: numbers and booleans
// as they are, lists where there are commas, names as text.
func appendParam(b []byte, value string) []byte {
	if strings.Contains(value, ",") {
		b = append(b, '[')
		for i, one := range strings.Split(value, ",") {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendParam(b, one)
		}
		return append(b, ']')
	}
	s := server.NewScanner([]byte(value))
	kind := s.Kind()
	s.Skip()
	if s.End() == nil && (kind == '0' || kind == 't') {
		return append(b, value...)
	}
	return server.AppendText(b, value)
}

// usage marks what params were refused for: they were given on the command
// line.
func usage(err error) error {
	if err != nil {
		return usageError{err}
	}
	return nil
}

// read reads the candles and the interval, which is the smallest step of the
// file where it is not given.
func (f *computeFlags) read(s streams) (core.Columns, core.Interval, error) {
	if f.file == "" {
		return core.Columns{}, 0, wrongUse("--file is missing: the candles to compute from, - for standard input")
	}
	var interval core.Interval
	if f.interval != "" {
		var err error
		if interval, err = core.ParseInterval(f.interval); err != nil {
			return core.Columns{}, 0, usageError{err}
		}
	}
	options := feed.CSVOptions{Interval: interval}
	if f.onInvalid == "skip" {
		options.Skip = func(err error) { fmt.Fprintf(s.err, "left out: %v\n", err) }
	}
	candles, err := readCandles(f.file, s, options)
	if err != nil {
		return candles, 0, err
	}
	if interval == 0 {
		if interval, err = guess(candles); err != nil {
			return candles, 0, usageError{fmt.Errorf("%s: %w", f.file, err)}
		}
	}
	return candles, interval, nil
}

func readCandles(file string, s streams, options feed.CSVOptions) (core.Columns, error) {
	in, err := openFile(file, s)
	if err != nil {
		return core.Columns{}, err
	}
	candles, err := feed.ReadCSV(in, options)
	if err == nil && candles.Len() == 0 {
		err = &core.Error{Code: core.NoBars, Field: "candles", Index: -1, Text: "are missing: there is a header and nothing below it"}
	}
	if err = errors.Join(err, in.Close()); err != nil {
		return candles, fmt.Errorf("%s: %w", file, err)
	}
	return candles, nil
}

// guess takes the smallest step between bars for their interval.
func guess(c core.Columns) (core.Interval, error) {
	smallest := core.Interval(0)
	for i := 1; i < c.Len(); i++ {
		if step := core.Interval(c.OpenTime[i] - c.OpenTime[i-1]); smallest == 0 || step < smallest {
			smallest = step
		}
	}
	switch {
	case smallest == 0:
		return 0, errors.New("one bar does not tell its interval; give --interval")
	case smallest.Check() != nil:
		return 0, fmt.Errorf("the smallest step is %d ms, which is no interval; give --interval", int64(smallest))
	}
	return smallest, nil
}
