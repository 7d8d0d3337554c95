package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/live"
)

func newWatch(s streams) *cobra.Command {
	var f followed
	c := &cobra.Command{
		Use:   "watch",
		Short: "Follow a series: its bars with their readings, and its events",
		Long: "watch listens to the WebSocket of an origin and computes the readings of every closed bar itself, from the\n" +
			"last checkpoint on. On a terminal it keeps a table with the forming bar as its last line; elsewhere it prints a\n" +
			"line a bar and a line an event. After a cut it goes on where it was.",
		Example: "  quantum watch --market sim:SIMUSDT --interval 1m\n  quantum watch --market binance:BTCUSDT --interval 1h --url https://origin.example >> btc.log",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := f.origin()
			if err != nil {
				return err
			}
			return watch(cmd.Context(), o, s)
		},
	}
	f.flags(c)
	return c
}

// shown are the readings of a line.
var shown = []cipher.Reading{cipher.WT1, cipher.WT2, cipher.MF, cipher.RSI, cipher.StochK, cipher.StochD}

// watcher writes down what a series does.
type watcher struct {
	origin *origin
	out    io.Writer
	said   io.Writer // for what is no signal
	screen bool      // out is a terminal

	engine *cipher.Engine
	output cipher.Output
	failed error // ends the watching
	stop   context.CancelFunc
	open   bool // the last line is of a forming bar and gives way to the next
}

// watch follows a series until ctx ends.
func watch(ctx context.Context, o *origin, s streams) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := &watcher{origin: o, out: s.out, said: s.err, stop: cancel}
	if f, ok := s.out.(*os.File); ok {
		w.screen = term.IsTerminal(int(f.Fd()))
	}
	from, err := w.seed(ctx)
	if err != nil {
		return err
	}
	w.head()
	channels := []live.Channel{
		{Name: server.BarsChannel(o.series), Since: &live.Position{Epoch: from.Epoch, Seq: from.Seq.Bars}},
		{Name: server.SignalsChannel(o.series), Since: &live.Position{Epoch: from.Epoch, Seq: from.Seq.Signals}},
	}
	if w.screen {
		channels = append(channels, live.Channel{Name: server.FormingChannel(o.series)})
	}
	err = live.Run(ctx, live.Options{
		URL: live.Endpoint(strings.TrimSuffix(o.base, "/api/v1")), Token: o.key, Name: "quantum watch", Channels: channels,
		Deliver: func(m live.Message) { w.take(ctx, &m) }, State: w.state,
	})
	return errors.Join(w.failed, err)
}

// seed makes the engine anew, as of the last bar committed.
func (w *watcher) seed(ctx context.Context) (from checkpoint, err error) {
	if from, err = w.origin.snapshot(ctx, 0); err != nil {
		return from, err
	}
	if w.engine, err = from.engine(w.origin.series.Interval); err != nil {
		return from, err
	}
	candles := from.columns()
	for i := range candles.Len() {
		if err := w.engine.Next(candles.At(i), &w.output); err != nil {
			return from, fmt.Errorf("bar %d: %w", candles.OpenTime[i], err)
		}
	}
	return from, nil
}

// state tells of cuts on standard error.
func (w *watcher) state(err error) {
	if err == nil {
		return
	}
	w.line("")
	fmt.Fprintf(w.said, "quantum: %v; coming back\n", err)
}

func (w *watcher) take(ctx context.Context, m *live.Message) {
	var err error
	switch m.T {
	case "bar":
		err = w.bar(m.Raw)
	case "forming":
		err = w.forming(m.Raw)
	case "event":
		err = w.event(m.Raw)
	case "gap":
		w.line("")
		fmt.Fprintf(w.said, "quantum: gap in %s from %d to %d: %s\n", m.Ch, m.From, m.To, m.Why)
		if m.Ch == server.BarsChannel(w.origin.series) && m.Why != "source" {
			_, err = w.seed(ctx)
		}
	}
	if err != nil && w.failed == nil {
		w.failed = err
		w.stop()
	}
}

// bar prints a closed bar with the readings our own engine gives it. One the
// engine has seen, since it was seeded meanwhile, is not repeated.
func (w *watcher) bar(raw []byte) error {
	var k struct {
		OpenTime                       int64 `json:"open_time"`
		Open, High, Low, Close, Volume float64
	}
	if err := json.Unmarshal(raw, &k); err != nil {
		return err
	}
	bar := core.Candle{OpenTime: k.OpenTime, Open: k.Open, High: k.High, Low: k.Low, Close: k.Close, Volume: k.Volume}
	if last, any := w.engine.LastOpenTime(); any && bar.OpenTime <= last {
		return nil
	}
	if err := w.engine.Next(bar, &w.output); err != nil {
		return fmt.Errorf("bar %d: %w", bar.OpenTime, err)
	}
	w.line(w.row(bar, func(r cipher.Reading) float64 { return w.output.Values[r] }) + "\n")
	return nil
}

// forming rewrites the last line with the bar as it stands and the readings the
// origin peeks.
func (w *watcher) forming(raw []byte) error {
	var k struct {
		OpenTime                       int64 `json:"open_time"`
		Open, High, Low, Close, Volume float64
		Readings                       map[string]*float64
	}
	if err := json.Unmarshal(raw, &k); err != nil {
		return err
	}
	bar := core.Candle{OpenTime: k.OpenTime, Open: k.Open, High: k.High, Low: k.Low, Close: k.Close, Volume: k.Volume}
	if last, any := w.engine.LastOpenTime(); any && bar.OpenTime <= last {
		return nil
	}
	w.line(w.row(bar, func(r cipher.Reading) float64 {
		if v := k.Readings[r.String()]; v != nil {
			return *v
		}
		return core.Absent()
	}))
	w.open = true
	return nil
}

func (w *watcher) event(raw []byte) error {
	var e server.Event
	if err := json.Unmarshal(raw, &e); err != nil {
		return err
	}
	if w.screen {
		w.line(fmt.Sprintf("%-16s  %s %s at %s\n", minuteOf(e.OpenTime), e.Side, e.Kind, strconv.FormatFloat(e.Price, 'f', -1, 64)))
		return nil
	}
	w.line(fmt.Sprintf("%s  %s %s at %s, known at %s  %s\n", clock(e.OpenTime), e.Kind, e.Side,
		strconv.FormatFloat(e.Price, 'f', -1, 64), clock(e.KnownAt), e.ID))
	return nil
}

// line prints in place of a forming bar's line, if there is one.
func (w *watcher) line(text string) {
	if w.open {
		fmt.Fprint(w.out, "\r\x1b[K")
		w.open = false
	}
	fmt.Fprint(w.out, text)
}

// head names the columns of the table.
func (w *watcher) head() {
	if w.screen {
		fmt.Fprintln(w.out, tableHead(w.width()))
	}
}

// width is that of the terminal, in characters.
func (w *watcher) width() int {
	if f, ok := w.out.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}

// row is a bar as a line: of the table on a terminal, of names and values
// elsewhere.
func (w *watcher) row(bar core.Candle, reading func(cipher.Reading) float64) string {
	if w.screen {
		return tableRow(bar, reading, w.width())
	}
	text := clock(bar.OpenTime)
	for i, v := range [...]float64{bar.Open, bar.High, bar.Low, bar.Close, bar.Volume} {
		text += " " + [...]string{"open", "high", "low", "close", "volume"}[i] + "=" + strconv.FormatFloat(v, 'f', -1, 64)
	}
	for _, r := range shown {
		text += " " + r.String() + "=" + string(appendFloat(nil, reading(r)))
	}
	return text
}

// clock is a time of day in UTC, with its date.
func clock(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05Z") }
