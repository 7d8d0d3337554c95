package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/mcp"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/ai/tools"
)

// mcpFlags are the flags of mcp.
type mcpFlags struct {
	computeFlags
	market, url, preset string
}

func newMCP(s streams) *cobra.Command {
	var f mcpFlags
	c := &cobra.Command{
		Use:   "mcp",
		Short: "Offer the read-only tools to an assistant over standard input and output",
		Long: "mcp speaks the Model Context Protocol: an assistant starts it and calls its tools, which\n" +
			"read a running origin, or a file. The origin itself offers the same at /mcp.",
		Example: "  quantum mcp --url http://127.0.0.1:8080\n  quantum mcp --file candles.csv.gz --market file:BTCUSDT",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), s) },
	}
	flags := c.Flags()
	flags.StringVar(&f.file, "file", "", "candles as CSV in place of an origin, gzip and zstd welcome")
	flags.StringVar(&f.interval, "interval", "", "length of a bar of the file; its smallest step if absent")
	flags.StringVar(&f.market, "market", "file:CANDLES", "what the file's market is called, source:SYMBOL")
	flags.StringVar(&f.url, "url", "http://127.0.0.1:8080", "the origin")
	flags.StringVar(&f.preset, "preset", "quantum", "quantum or classic")
	return c
}

func (f *mcpFlags) run(ctx context.Context, s streams) error {
	preset, known := cipher.ParsePreset(f.preset)
	if !known {
		return wrongUse("--preset is %q, must be one of quantum, classic", f.preset)
	}
	if f.file == "-" {
		return wrongUse("--file is -, but standard input is the assistant's")
	}
	setup := outcomes.DefaultSetup(preset)
	var source tools.Source = &remote{origin{base: strings.TrimRight(f.url, "/") + "/api/v1"}}
	if f.file != "" {
		market, err := server.ParseMarket(f.market)
		if err != nil {
			return usageError{err}
		}
		f.onInvalid = "error"
		candles, interval, err := f.read(s)
		if err != nil {
			return err
		}
		if source, err = tools.NewFixed(server.Series{Market: market, Interval: interval}, candles, setup); err != nil {
			return err
		}
	}
	return mcp.Serve(ctx, tools.New(source, setup, 0), io.NopCloser(s.in), unclosed{s.out})
}

// unclosed is an output that is not ours to close.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
