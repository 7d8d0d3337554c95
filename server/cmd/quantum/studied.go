package main

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// studied are the flags of what is said about a file, or about a market of a
// running origin.
type studied struct {
	computeFlags
	market, url, preset string
}

// flags adds those both have alike; market is what --market means.
func (f *studied) flags(c *cobra.Command, market string) {
	flags := c.Flags()
	flags.StringVar(&f.file, "file", "", "candles as CSV, gzip and zstd welcome, - for standard input")
	flags.StringVar(&f.interval, "interval", "", "length of a bar, as in 15m; the smallest step of the file if absent")
	flags.StringVar(&f.market, "market", "", market)
	flags.StringVar(&f.url, "url", "http://127.0.0.1:8080", "the origin")
	flags.StringVar(&f.preset, "preset", "quantum", "quantum or classic, of a file")
}

// fromFile is the setup the flags name and the candles of the file.
func (f *studied) fromFile(s streams) (setup outcomes.Setup, c core.Columns, interval core.Interval, err error) {
	preset, known := cipher.ParsePreset(f.preset)
	if !known {
		return setup, c, 0, wrongUse("--preset is %q, must be one of quantum, classic", f.preset)
	}
	f.onInvalid = "error"
	c, interval, err = f.read(s)
	return outcomes.DefaultSetup(preset), c, interval, err
}

// fromOrigin is the series the flags name and the origin that has it.
func (f *studied) fromOrigin() (origin, server.Series, error) {
	market, err := server.ParseMarket(f.market)
	if err != nil {
		return origin{}, server.Series{}, usageError{err}
	}
	interval, err := core.ParseInterval(f.interval)
	if err != nil {
		return origin{}, server.Series{}, usageError{err}
	}
	return origin{base: strings.TrimRight(f.url, "/") + "/api/v1"}, server.Series{Market: market, Interval: interval}, nil
}

// say prints an answer as JSON, or as text writes it.
func (f *studied) say(to io.Writer, answer any, text func(*bufio.Writer)) error {
	out := bufio.NewWriter(to)
	if f.format == "json" {
		body, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		_, _ = out.Write(append(body, '\n')) // its error is Flush's
	} else {
		text(out)
	}
	return out.Flush()
}
