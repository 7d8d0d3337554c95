package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// outcomesFlags are the flags of outcomes.
type outcomesFlags struct {
	computeFlags
	market, url, preset string
	horizons            []int
	kinds               []string
}

func newOutcomes(s streams) *cobra.Command {
	var f outcomesFlags
	c := &cobra.Command{
		Use:   "outcomes",
		Short: "Say what followed past events, beside what followed any bar",
		Long: "outcomes enters at the open of the bar after each event and leaves at the close, so many\n" +
			"bars after the event. Returns are percent in the direction of the event, without costs.\n" +
			"An event that overlaps the one counted before is left out. An edge is claimed only where\n" +
			"the mean differs from that of all bars after Benjamini and Hochberg over the whole table.",
		Example: "  quantum outcomes --file candles.csv.gz\n" +
			"  quantum outcomes --market binance:BTCUSDT --interval 1h --horizon 4,24 --format json",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), s) },
	}
	flags := c.Flags()
	flags.StringVar(&f.file, "file", "", "candles as CSV, gzip and zstd welcome, - for standard input")
	flags.StringVar(&f.interval, "interval", "", "length of a bar, as in 15m; the smallest step of the file if absent")
	flags.StringVar(&f.market, "market", "", "a market of a running origin instead of a file, source:SYMBOL")
	flags.StringVar(&f.url, "url", "http://127.0.0.1:8080", "the origin")
	flags.StringVar(&f.preset, "preset", "quantum", "quantum or classic, of a file's events")
	flags.IntSliceVar(&f.horizons, "horizon", nil, "bars from the event to the exit, repeatable (default 1,6,24)")
	flags.StringSliceVar(&f.kinds, "kind", nil, "kinds to show, as in cipher.buy; the comparison is over all in any case")
	flags.StringVar(&f.format, "format", "table", "table or json")
	return c
}

func (f *outcomesFlags) run(ctx context.Context, s streams) error {
	if f.format != "table" && f.format != "json" {
		return wrongUse("--format is %q, must be one of table, json", f.format)
	}
	if (f.file == "") == (f.market == "") {
		return wrongUse("give one of --file and --market")
	}
	table, err := f.table(ctx, s)
	if err != nil {
		return err
	}
	table.Keep(f.kinds)
	if f.format == "json" {
		body, err := json.Marshal(table)
		if err != nil {
			return err
		}
		_, err = s.out.Write(append(body, '\n'))
		return err
	}
	out := bufio.NewWriter(s.out)
	writeOutcomes(out, table)
	return out.Flush()
}

func (f *outcomesFlags) table(ctx context.Context, s streams) (*outcomes.Table, error) {
	if f.market != "" {
		return f.ask(ctx)
	}
	preset, known := cipher.ParsePreset(f.preset)
	if !known {
		return nil, wrongUse("--preset is %q, must be one of quantum, classic", f.preset)
	}
	f.onInvalid = "error"
	candles, interval, err := f.read(s)
	if err != nil {
		return nil, err
	}
	occurrences, err := outcomes.Occurrences(outcomes.DefaultSetup(preset), interval, candles)
	if err != nil {
		return nil, err
	}
	table, err := outcomes.Compute(candles, occurrences, outcomes.Options{Horizons: f.horizons})
	return table, usage(err)
}

// ask takes the table from a running origin.
func (f *outcomesFlags) ask(ctx context.Context) (*outcomes.Table, error) {
	market, err := server.ParseMarket(f.market)
	if err != nil {
		return nil, usageError{err}
	}
	interval, err := core.ParseInterval(f.interval)
	if err != nil {
		return nil, usageError{err}
	}
	q := url.Values{"market": {market.String()}, "interval": {interval.String()}}
	for _, h := range f.horizons {
		q.Add("horizon", strconv.Itoa(h))
	}
	o := origin{base: strings.TrimRight(f.url, "/") + "/api/v1"}
	table := &outcomes.Table{}
	return table, o.call(ctx, http.MethodGet, o.base+"/ai/outcomes?"+q.Encode(), "", nil, table)
}

// writeOutcomes writes a line a row, each beside the same of all bars.
func writeOutcomes(w *bufio.Writer, t *outcomes.Table) {
	fmt.Fprintf(w, "%d bars from %s to %s (UTC). Percent in the direction of the event, no costs.\n", t.Bars, utc(t.From), utc(t.To))
	fmt.Fprintf(w, "%-24s %-4s %4s %6s %6s %6s  %-20s %6s  %-24s %7s %7s %7s %7s %6s\n", "kind", "side", "bars", "seen", "count", "overl.",
		"hit rate (interval)", "all", "mean (interval)", "median", "all", "best", "worst", "q")
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Count == 0 {
			fmt.Fprintf(w, "%-24s %-4s %4d %6d %6d\n", r.Kind, r.Side, r.Horizon, r.Seen, r.Count)
			continue
		}
		hit := fmt.Sprintf("%s (%s, %s)", figure(100*r.HitRate.Value, 1), figure(100*r.HitRate.Low, 1), figure(100*r.HitRate.High, 1))
		mean := fmt.Sprintf("%s (%s, %s)", figure(r.Mean.Value, 3), figure(r.Mean.Low, 3), figure(r.Mean.High, 3))
		mark := ""
		if r.Edge {
			mark = "  differs"
		}
		fmt.Fprintf(w, "%-24s %-4s %4d %6d %6d %6d  %-20s %6s  %-24s %7s %7s %7s %7s %6s%s\n", r.Kind, r.Side, r.Horizon, r.Seen, r.Count, r.Overlapping,
			hit, figure(100*r.Baseline.HitRate, 1), mean, figure(r.Median.Value, 3), figure(r.Baseline.Mean, 3),
			figure(r.Favourable, 2), figure(r.Adverse, 2), figure(r.Q, 3), mark)
	}
	fmt.Fprintf(w, "%d lines compared with all bars, %d differ at a false discovery rate of %g.\n", t.Compared, t.Edges, t.Rate)
}

// figure is a statistic with that many decimals, "-" where there is none.
func figure(f outcomes.Figure, decimals int) string {
	if !f.Known() {
		return "-"
	}
	return strconv.FormatFloat(float64(f), 'f', decimals, 64)
}
