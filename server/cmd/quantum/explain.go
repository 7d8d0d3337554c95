package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/ai"
)

// explainFlags are the flags of explain.
type explainFlags struct {
	studied
	at, provider string
}

func newExplain(s streams) *cobra.Command {
	var f explainFlags
	c := &cobra.Command{
		Use:   "explain",
		Short: "Put the signals of a market into words",
		Long: "explain reads momentum, money flow, location against value, what fired and the slower\n" +
			"intervals, and says what would change the view. Every number is in the evidence, which\n" +
			"--format json prints. A file is explained offline; a market by a running origin.",
		Example: "  quantum explain --file candles.csv.gz --at 2022-05-06T13:00\n" +
			"  quantum explain --market binance:BTCUSDT --interval 1h",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), s) },
	}
	f.flags(c, "a market of a running origin; beside --file, its name in the text")
	flags := c.Flags()
	flags.StringVar(&f.at, "at", "", "explain the file as it stood then, UTC, as in 2024-02-03T15:00; its end if absent")
	flags.StringVar(&f.provider, "provider", "", "of a running origin: builtin, gemini, openai or anthropic; its own choice if absent")
	flags.StringVar(&f.format, "format", "text", "text or json")
	return c
}

func (f *explainFlags) run(ctx context.Context, s streams) error {
	if !slices.Contains([]string{"text", "json"}, f.format) {
		return wrongUse("--format is %q, must be one of text, json", f.format)
	}
	if f.file == "" && f.market == "" {
		return wrongUse("give --file, or --market of a running origin")
	}
	answer, err := f.answer(ctx, s)
	if err != nil {
		return err
	}
	return f.say(s.out, answer, func(w *bufio.Writer) { writeExplanation(w, answer) })
}

func (f *explainFlags) answer(ctx context.Context, s streams) (*ai.Explanation, error) {
	if f.file == "" {
		return f.ask(ctx)
	}
	setup, candles, interval, err := f.fromFile(s)
	if err != nil {
		return nil, err
	}
	if candles, err = f.until(candles, interval); err != nil {
		return nil, err
	}
	return ai.ExplainCandles(f.market, interval, candles, setup)
}

// until keeps the bars that had closed at a time.
func (f *explainFlags) until(c core.Columns, interval core.Interval) (core.Columns, error) {
	if f.at == "" {
		return c, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		at, err := time.Parse(layout, f.at)
		if err != nil {
			continue
		}
		n, _ := slices.BinarySearch(c.OpenTime, at.UnixMilli()-int64(interval)+1)
		if n == 0 {
			return c, wrongUse("--at is %s, before the first bar of the file has closed", f.at)
		}
		return c.Slice(0, n), nil
	}
	return c, wrongUse("--at is %q, must be a time in UTC, as in 2024-02-03T15:00", f.at)
}

// ask takes the explanation from a running origin.
func (f *explainFlags) ask(ctx context.Context) (*ai.Explanation, error) {
	o, series, err := f.fromOrigin()
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]string{"market": series.Market.String(), "interval": series.Interval.String(), "provider": f.provider})
	if err != nil {
		return nil, err
	}
	answer := &ai.Explanation{}
	return answer, o.call(ctx, http.MethodPost, o.base+"/ai/explain", "application/json", body, answer)
}

func writeExplanation(w *bufio.Writer, a *ai.Explanation) {
	fmt.Fprintf(w, "%s\n\nLevels\n", a.Summary)
	for _, l := range a.Levels {
		fmt.Fprintf(w, "  %12s  %s: %s\n", rounded(float64(l.Price)), l.Name, l.Note)
	}
	fmt.Fprintln(w, "\nRisks")
	for _, r := range a.Risks {
		fmt.Fprintf(w, "  - %s\n", r)
	}
	fmt.Fprintf(w, "\n%s\n", a.Notice)
	if a.Note != "" {
		fmt.Fprintln(w, a.Note)
	}
}
