package main

import (
	"bufio"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/compute"
	"github.com/quantum-signals/quantum/wasm"
)

// volumeFlags are the flags of compute volume.
type volumeFlags struct {
	computeFlags
	trades   string
	sessions string
}

func newComputeVolume(s streams) *cobra.Command {
	var f volumeFlags
	c := &cobra.Command{
		Use:   "volume",
		Short: "Compute a volume profile: rows by price, and the levels read from them",
		Example: "  quantum compute volume --file candles.csv.gz --param rows=50 --param expansion=single\n" +
			"  quantum compute volume --trades trades.csv.gz --param row_size=10 --format json\n" +
			"  quantum compute volume --file candles.csv.gz --sessions America/New_York@09:30",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), s) },
	}
	f.register(c)
	c.Flags().StringVar(&f.trades, "trades", "", "trades as CSV (time,price,size,side) instead of candles: the exact profile")
	c.Flags().StringVar(&f.sessions, "sessions", "", "the levels of each session instead, beginning at a zone's local time, as in America/New_York@09:30 or UTC")
	return c
}

func (f *volumeFlags) run(ctx context.Context, s streams) error {
	if err := f.check(); err != nil {
		return err
	}
	if (f.file == "") == (f.trades == "") {
		return wrongUse("exactly one of --file and --trades is needed")
	}
	var when server.Sessions
	if f.sessions != "" {
		var err error
		switch when, err = server.ParseSessions(f.sessions); {
		case err != nil:
			return usage(err)
		case f.trades != "":
			return wrongUse("--sessions is for candles, not for --trades")
		case f.format != "table" && f.format != "csv":
			return wrongUse("--format is %q, must be table or csv with --sessions", f.format)
		}
	}
	objects, err := f.paramObjects()
	if err != nil {
		return err
	}
	p, err := compute.VolumeParams(objects...)
	if err != nil {
		return usage(err)
	}
	e, err := openEngine(ctx, f.engine)
	if err != nil {
		return err
	}
	if f.sessions != "" {
		return errors.Join(f.runSessions(ctx, s, e, p, when), e.close(ctx))
	}
	profile, err := f.profile(ctx, s, e, p)
	if err := errors.Join(err, e.close(ctx)); err != nil {
		return err
	}
	out := bufio.NewWriterSize(s.out, 64<<10)
	if err := f.write(out, p, profile); err != nil {
		return err
	}
	return out.Flush()
}

func (f *volumeFlags) runSessions(ctx context.Context, s streams, e engine, p volume.Params, when server.Sessions) error {
	candles, _, err := f.read(s)
	if err != nil {
		return err
	}
	all, err := sessionProfiles(ctx, e, p, candles, when)
	if err != nil {
		return err
	}
	return writeSessions(bufio.NewWriterSize(s.out, 64<<10), f.format, all)
}

func (f *volumeFlags) profile(ctx context.Context, s streams, e engine, p volume.Params) (*volume.Profile, error) {
	if f.trades != "" {
		trades, err := readTrades(f.trades, s)
		if err != nil {
			return nil, err
		}
		return e.trades(ctx, p, trades)
	}
	candles, _, err := f.read(s)
	if err != nil {
		return nil, err
	}
	return e.profile(ctx, p, candles)
}

func (f *volumeFlags) write(w *bufio.Writer, p volume.Params, profile *volume.Profile) error {
	switch f.format {
	case "csv":
		return writeProfileCSV(w, profile)
	case "ndjson":
		return writeProfileLines(w, profile)
	case "arrow":
		return writeProfileArrow(w, profile)
	case "json":
		a := compute.VolumeAnswer{WasmSHA256: wasm.SHA256(), Params: p, Profile: profile}
		_, err := w.Write(append(a.AppendJSON(nil), '\n'))
		return err
	}
	return writeHistogram(w, profile)
}

// writeProfileCSV writes a row of the profile a line, lowest first.
func writeProfileCSV(w *bufio.Writer, p *volume.Profile) error {
	_, _ = w.WriteString("low,high,up,down,poc,value_area\n") // the first error stays with w
	line := make([]byte, 0, 128)
	for i := range p.Len() {
		line = line[:0]
		for _, v := range [...]float64{p.Edges[i], p.Edges[i+1], p.Up[i], p.Down[i]} {
			line = append(appendFloat(line, v), ',')
		}
		line = append(append(line, digit(isPOC(p, i)), ','), digit(inValueArea(p, i)), '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func writeProfileLines(w *bufio.Writer, p *volume.Profile) error {
	line := make([]byte, 0, 256)
	for i := range p.Len() {
		line = line[:0]
		for n, v := range [...]float64{p.Edges[i], p.Edges[i+1], p.Up[i], p.Down[i]} {
			line = append(line, [...]string{`{"low":`, `,"high":`, `,"up":`, `,"down":`}[n]...)
			line = server.AppendFloat(line, v)
		}
		line = append(append(line, `,"poc":`...), digit(isPOC(p, i)))
		line = append(append(line, `,"value_area":`...), digit(inValueArea(p, i)), '}', '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func digit(on bool) byte {
	if on {
		return '1'
	}
	return '0'
}

// present is v where ok, else absent.
func present(v float64, ok bool) float64 {
	if ok {
		return v
	}
	return core.Absent()
}

// isPOC tells whether row i is the point of control; no row is where there is
// no volume.
func isPOC(p *volume.Profile, i int) bool {
	return p.POC == (p.Edges[i]+p.Edges[i+1])/2
}

// inValueArea tells whether row i lies between the value area's edges.
func inValueArea(p *volume.Profile, i int) bool {
	return p.Edges[i] >= p.VAL && p.Edges[i+1] <= p.VAH
}
