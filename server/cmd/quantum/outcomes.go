package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// outcomesFlags are the flags of outcomes.
type outcomesFlags struct {
	studied
	horizons []int
	kinds    []string
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
	f.flags(c, "a market of a running origin instead of a file, source:SYMBOL")
	flags := c.Flags()
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
	return f.say(s.out, table, func(w *bufio.Writer) { writeOutcomes(w, table) })
}

func (f *outcomesFlags) table(ctx context.Context, s streams) (*outcomes.Table, error) {
	if f.market != "" {
		return f.ask(ctx)
	}
	setup, candles, interval, err := f.fromFile(s)
	if err != nil {
		return nil, err
	}
	occurrences, err := outcomes.Occurrences(setup, interval, candles)
	if err != nil {
		return nil, err
	}
	table, err := outcomes.Compute(candles, occurrences, outcomes.Options{Horizons: f.horizons})
	return table, usage(err)
}

// ask takes the table from a running origin.
func (f *outcomesFlags) ask(ctx context.Context) (*outcomes.Table, error) {
	o, series, err := f.fromOrigin()
	if err != nil {
		return nil, err
	}
	q := url.Values{"market": {series.Market.String()}, "interval": {series.Interval.String()}}
	for _, h := range f.horizons {
		q.Add("horizon", strconv.Itoa(h))
	}
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
