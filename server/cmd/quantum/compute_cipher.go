package main

import (
	"bufio"
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/compute"
	"github.com/quantum-signals/quantum/wasm"
)

// cipherFlags are the flags of compute cipher.
type cipherFlags struct {
	computeFlags
	preset string
	fields []string
	events bool
}

func newComputeCipher(s streams) *cobra.Command {
	var f cipherFlags
	c := &cobra.Command{
		Use:   "cipher",
		Short: "Compute Quantum Cipher: readings and flags a bar, or events",
		Example: "  quantum compute cipher --file candles.csv.gz --fields wt1,wt2,buy --format csv\n" +
			"  quantum compute cipher --file candles.csv.gz --events --format csv --param rsi_period=21",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), s) },
	}
	f.register(c)
	c.Flags().StringVar(&f.preset, "preset", "", "quantum, or classic: the public scripts, quirks included (default quantum)")
	c.Flags().StringSliceVar(&f.fields, "fields", nil, "columns to give, as in wt1,wt2,buy; all if absent")
	c.Flags().BoolVar(&f.events, "events", false, "give events instead of readings")
	return c
}

// result is Quantum Cipher over the series of a file.
type result struct {
	candles  core.Columns
	interval core.Interval
	params   cipher.Params
	columns  []int // to give
	named    bool  // the columns were asked for by name
	out      cipher.Columns
	events   []cipher.Event
}

func (f *cipherFlags) run(ctx context.Context, s streams) error {
	if err := f.check(); err != nil {
		return err
	}
	r, err := f.result(ctx, s)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(s.out, 64<<10)
	write := map[string]func(*bufio.Writer) error{
		"table": r.writeTable, "csv": r.writeCSV, "json": r.writeJSON, "ndjson": r.writeLines, "arrow": r.writeArrow,
	}
	if f.events {
		write = map[string]func(*bufio.Writer) error{
			"table": r.writeEventTable, "csv": r.writeEventCSV, "json": r.writeEventJSON, "ndjson": r.writeEventLines, "arrow": r.writeEventArrow,
		}
	}
	if err := write[f.format](out); err != nil {
		return err
	}
	return out.Flush()
}

func (f *cipherFlags) result(ctx context.Context, s streams) (r *result, err error) {
	r = &result{columns: compute.AllColumns(), named: len(f.fields) > 0}
	if r.params, err = f.cipherParams(); err != nil {
		return nil, err
	}
	if r.named {
		if r.columns, err = compute.ColumnsOf(f.fields); err != nil {
			return nil, usage(err)
		}
	}
	if r.candles, r.interval, err = f.read(s); err != nil {
		return nil, err
	}
	e, err := openEngine(ctx, f.engine)
	if err != nil {
		return nil, err
	}
	r.out = cipher.MakeColumns(r.candles.Len())
	r.events, err = e.cipher(ctx, r.params, r.interval, r.candles, &r.out)
	return r, errors.Join(err, e.close(ctx))
}

// cipherParams are the parameters of the file, of --param, and the preset.
func (f *cipherFlags) cipherParams() (cipher.Params, error) {
	objects, err := f.paramObjects()
	if err != nil {
		return cipher.Params{}, err
	}
	if f.preset != "" {
		objects = append(objects, append(server.AppendText([]byte(`{"preset":`), f.preset), '}'))
	}
	p, err := compute.CipherParams(objects...)
	return p, usage(err)
}

// writeJSON writes the answer POST /signals/cipher would give.
func (r *result) writeJSON(w *bufio.Writer) error {
	a := compute.CipherAnswer{
		WasmSHA256: wasm.SHA256(), Interval: r.interval, Params: r.params,
		OpenTime: r.candles.OpenTime, Columns: r.columns, Out: &r.out,
	}
	_, err := w.Write(append(a.AppendJSON(nil), '\n'))
	return err
}

// names are the columns given, by name.
func (r *result) names() []string {
	names := make([]string, len(r.columns))
	for i, column := range r.columns {
		names[i] = cipher.ColumnName(column)
	}
	return names
}

// writeCSV writes a bar a line: floats in shortest form, absent readings
// empty, flags 0 or 1.
func (r *result) writeCSV(w *bufio.Writer) error {
	_, _ = w.WriteString("open_time," + strings.Join(r.names(), ",") + "\n") // the first error stays with w
	line := make([]byte, 0, 1024)
	for i, open := range r.candles.OpenTime {
		line = appendInt(line[:0], open)
		for _, column := range r.columns {
			line = append(line, ',')
			reading, flag, isFlag := cipher.Column(column)
			if isFlag {
				line = append(line, '0'+byte(r.out.Flags[i]>>flag&1))
				continue
			}
			line = appendFloat(line, r.out.Values[reading][i])
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// writeLines writes an object a bar.
func (r *result) writeLines(w *bufio.Writer) error {
	names := r.names()
	line := make([]byte, 0, 2048)
	for i, open := range r.candles.OpenTime {
		line = appendInt(append(line[:0], `{"open_time":`...), open)
		for n, column := range r.columns {
			line = append(server.AppendText(append(line, ','), names[n]), ':')
			reading, flag, isFlag := cipher.Column(column)
			if isFlag {
				line = append(line, '0'+byte(r.out.Flags[i]>>flag&1))
				continue
			}
			line = server.AppendFloat(line, r.out.Values[reading][i])
		}
		if _, err := w.Write(append(line, '}', '\n')); err != nil {
			return err
		}
	}
	return nil
}
