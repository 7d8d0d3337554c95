package main

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/compute"
)

// replayFlags are the flags of replay.
type replayFlags struct {
	key                                        string // of the origin
	file, market, interval, speed, url, preset string
	loop, dryRun                               bool
}

func newReplay(s streams) *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use:   "replay",
		Short: "Play a file of candles into a running origin",
		Long: "replay pushes candles to POST /api/v1/candles of a running origin, as fast as asked for.\n" +
			"Begun again it goes on behind the last bar the origin has.",
		Example: "  quantum replay --file candles.csv.gz --market ingest:BTCUSDT --interval 1m --speed 600x\n" +
			"  quantum replay --file candles.csv.gz --interval 1m --dry-run",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), s) },
	}
	flags := c.Flags()
	flags.StringVar(&f.file, "file", "", "candles as CSV, gzip and zstd welcome, - for standard input")
	flags.StringVar(&f.market, "market", "", "market to play them as, source:SYMBOL; the source is ingest")
	flags.StringVar(&f.interval, "interval", "", "length of a bar, as in 1m; the smallest step of the file if absent")
	flags.StringVar(&f.speed, "speed", "max", "1x is the speed of the clock, 600x ten hours a minute, max as fast as it goes")
	flags.StringVar(&f.url, "url", "http://127.0.0.1:8080", "the origin")
	flags.StringVar(&f.key, "key", os.Getenv(keyVariable), "API key with the scope write ("+keyVariable+")")
	flags.StringVar(&f.preset, "preset", "quantum", "of the events --dry-run prints")
	flags.BoolVar(&f.loop, "loop", false, "begin again at the end, with times that go on")
	flags.BoolVar(&f.dryRun, "dry-run", false, "push nothing: print the events the file gives, as CSV")
	return c
}

// keyVariable names the API key clients of an origin use.
const keyVariable = "QUANTUM_KEY"

func (f *replayFlags) run(ctx context.Context, s streams) error {
	speed, err := parseSpeed(f.speed)
	if err != nil {
		return err
	}
	read := computeFlags{file: f.file, interval: f.interval, onInvalid: "error"}
	candles, interval, err := read.read(s)
	if err != nil {
		return err
	}
	if f.dryRun {
		return f.print(s, candles, interval)
	}
	if f.market == "" {
		return wrongUse("--market is missing: source:SYMBOL, as in ingest:BTCUSDT")
	}
	market, err := server.ParseMarket(f.market)
	if err != nil {
		return usageError{err}
	}
	series := server.Series{Market: market, Interval: interval}
	target := &origin{base: strings.TrimRight(f.url, "/") + "/api/v1", series: series, key: f.key}
	last, err := target.last(ctx)
	if err != nil {
		return err
	}
	p := player{
		candles: candles, interval: interval, speed: speed, loop: f.loop,
		push: target.push, progress: newProgress(s.err, candles.Len(), "bars"),
	}
	return p.play(ctx, last)
}

// print gives the events of the whole file.
func (f *replayFlags) print(s streams, candles core.Columns, interval core.Interval) error {
	params, err := compute.CipherParams(append(server.AppendText([]byte(`{"preset":`), f.preset), '}'))
	if err != nil {
		return usageError{err}
	}
	r := result{candles: candles, interval: interval, params: params, out: cipher.MakeColumns(candles.Len())}
	if r.events, err = (native{}).cipher(context.Background(), params, interval, candles, &r.out); err != nil {
		return err
	}
	out := bufio.NewWriter(s.out)
	if err := r.writeEventCSV(out); err != nil {
		return err
	}
	return out.Flush()
}

// parseSpeed reads "600x", or "max" as 0.
func parseSpeed(text string) (float64, error) {
	if text == "max" {
		return 0, nil
	}
	number, ok := strings.CutSuffix(text, "x")
	v, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || !(v > 0 && v <= 1e6) {
		return 0, wrongUse("--speed is %q, must be max, or a number from above 0 to 1000000 and an x, as in 600x", text)
	}
	return v, nil
}

const (
	// maxPush is the most bars of one request: as many as the store takes at
	// once.
	maxPush = 1000
	// pushEvery bounds how often bars that are due are sent.
	pushEvery = 20 * time.Millisecond
)

// player sends the bars of a file when they are due.
type player struct {
	candles  core.Columns
	interval core.Interval
	speed    float64 // seconds of bars a second, 0 for all at once
	loop     bool
	push     func(ctx context.Context, bars core.Columns) error
	progress *progress
}

// span is how much later the next round of a loop is.
func (p *player) span() int64 {
	n := p.candles.Len()
	return p.candles.OpenTime[n-1] - p.candles.OpenTime[0] + int64(p.interval)
}

// play sends all bars that open after last, 0 being before all.
func (p *player) play(ctx context.Context, last int64) error {
	round := int64(0)
	if first := p.candles.OpenTime[0]; p.loop && last >= first {
		round = (last - first) / p.span()
	}
	began, from := time.Now(), int64(0)
	for {
		shift := round * p.span()
		p.progress.begin()
		for i := 0; i < p.candles.Len(); {
			if p.candles.OpenTime[i]+shift <= last {
				i++
				p.progress.skip(1)
				continue
			}
			if from == 0 {
				from = p.candles.OpenTime[i] + shift
			}
			due := p.due(i, shift, from, time.Since(began))
			if due == 0 {
				if err := wait(ctx, pushEvery); err != nil {
					return err
				}
				continue
			}
			if err := p.push(ctx, shifted(p.candles.Slice(i, i+due), shift)); err != nil {
				return err
			}
			i += due
			p.progress.add(due)
		}
		p.progress.end()
		if !p.loop {
			return nil
		}
		round++
	}
}

// due is how many bars from bar i on have closed, as the clock of the replay
// runs: it began when the bar that opens at from did.
func (p *player) due(i int, shift, from int64, passed time.Duration) int {
	n := min(maxPush, p.candles.Len()-i)
	if p.speed == 0 {
		return n
	}
	now := from + int64(float64(passed.Milliseconds())*p.speed)
	due := 0
	for due < n && p.candles.OpenTime[i+due]+shift+int64(p.interval) <= now {
		due++
	}
	return due
}

// shifted gives bars with later times.
func shifted(c core.Columns, by int64) core.Columns {
	if by == 0 {
		return c
	}
	times := make([]int64, len(c.OpenTime))
	for i, t := range c.OpenTime {
		times[i] = t + by
	}
	c.OpenTime = times
	return c
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
