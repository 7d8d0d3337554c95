package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// followed are the flags of commands that follow one series of an origin.
type followed struct {
	market, interval, url, key string
}

func (f *followed) flags(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.market, "market", "", "market, source:SYMBOL")
	flags.StringVar(&f.interval, "interval", "", "length of a bar, as in 1m")
	flags.StringVar(&f.url, "url", "http://127.0.0.1:8080", "the origin")
	flags.StringVar(&f.key, "key", "", "API key, where the origin asks for one")
}

// origin is the series at the origin the flags name.
func (f *followed) origin() (*origin, error) {
	if f.market == "" || f.interval == "" {
		return nil, wrongUse("--market and --interval are missing, as in --market sim:SIMUSDT --interval 1m")
	}
	market, err := server.ParseMarket(f.market)
	if err != nil {
		return nil, usageError{err}
	}
	interval, err := core.ParseInterval(f.interval)
	if err != nil {
		return nil, usageError{err}
	}
	series := server.Series{Market: market, Interval: interval}
	return &origin{base: strings.TrimRight(f.url, "/") + "/api/v1", series: series, key: f.key}, nil
}

func newVerify(s streams) *cobra.Command {
	var f followed
	var bars int
	c := &cobra.Command{
		Use:   "verify",
		Short: "Recompute what an origin has committed and compare it bit by bit",
		Long: "verify fetches a checkpoint of both engines and the bars after it, recomputes every reading natively and\n" +
			"in WebAssembly, and compares both with each other and with the events the origin has committed. It exits 1\n" +
			"with the first difference. Only the newest checkpoints hold the volume engine: volume events of bars before\n" +
			"the oldest of those are left out, and counted.",
		Example: "  quantum verify --market sim:SIMUSDT --interval 1m\n  quantum verify --market binance:BTCUSDT --interval 1h --bars 10000 --url https://origin.example",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := f.origin()
			if err != nil {
				return err
			}
			if bars < 1 {
				return wrongUse("--bars is %d, must be at least 1", bars)
			}
			return verify(cmd.Context(), o, bars, s)
		},
	}
	f.flags(c)
	c.Flags().IntVar(&bars, "bars", 2000, "bars to compare at least, where the origin keeps as many")
	return c
}

// checkpoint is an answer of GET /signals/snapshot.
type checkpoint struct {
	Engine struct {
		Version string `json:"version"`
	} `json:"engine"`
	Epoch    string `json:"epoch"`
	Preset   string `json:"preset"`
	Snapshot []byte `json:"snapshot"`
	Volume   []byte `json:"volume_snapshot"`
	Last     int64  `json:"last"` // open time of the last bar inside, 0 for none
	Candles  struct {
		OpenTime []int64   `json:"open_time"`
		Open     []float64 `json:"open"`
		High     []float64 `json:"high"`
		Low      []float64 `json:"low"`
		Close    []float64 `json:"close"`
		Volume   []float64 `json:"volume"`
	} `json:"candles"`
	Seq struct {
		Bars    int64 `json:"bars"`
		Signals int64 `json:"signals"`
	} `json:"seq"`
}

// columns are the bars behind the checkpoint.
func (c *checkpoint) columns() core.Columns {
	k := c.Candles
	return core.Columns{OpenTime: k.OpenTime, Open: k.Open, High: k.High, Low: k.Low, Close: k.Close, Volume: k.Volume}
}

// engine goes on behind the checkpoint, or begins anew where there is none.
func (c *checkpoint) engine(interval core.Interval) (*cipher.Engine, error) {
	if c.Engine.Version != core.EngineVersion {
		return nil, fmt.Errorf("the origin computes with version %s, this is %s: their bits may differ", c.Engine.Version, core.EngineVersion)
	}
	if len(c.Snapshot) > 0 {
		return cipher.Restore(c.Snapshot)
	}
	preset, ok := cipher.ParsePreset(c.Preset)
	if !ok {
		return nil, fmt.Errorf("preset is %q, which this version does not know", c.Preset)
	}
	return cipher.New(cipher.Default(preset), interval)
}

// volumes is the engine of volume events behind the checkpoint.
func (c *checkpoint) volumes(interval core.Interval) (*volume.Engine, error) {
	if len(c.Volume) > 0 {
		return volume.Restore(c.Volume)
	}
	return volume.New(volume.Default(), interval, volume.Daily())
}

// withoutVolume tells that bars came before the checkpoint which the volume
// engine would have to know.
func (c *checkpoint) withoutVolume() bool { return len(c.Snapshot) > 0 && len(c.Volume) == 0 }

// snapshot fetches the newest checkpoint that opens before a time, of all where
// it is 0.
func (o *origin) snapshot(ctx context.Context, before int64) (c checkpoint, err error) {
	q := o.query()
	if before > 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	return c, o.call(ctx, http.MethodGet, o.base+"/signals/snapshot?"+q.Encode(), "", nil, &c)
}

// committed is an event as the origin tells it: numbers and data are kept as
// they were written, which is what carries the bits.
type committed struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	Side     string          `json:"side"`
	OpenTime int64           `json:"open_time"`
	KnownAt  int64           `json:"known_at"`
	Price    json.RawMessage `json:"price"`
	Data     json.RawMessage `json:"data"`
}

func (c committed) String() string {
	return fmt.Sprintf("%s %s %s open_time %d known_at %d price %s data %s", c.ID, c.Kind, c.Side, c.OpenTime, c.KnownAt, c.Price, c.Data)
}

// events fetches the committed events of bars from one on to another, oldest
// first.
func (o *origin) events(ctx context.Context, from, to int64) ([]committed, error) {
	var all []committed
	q := url.Values{"market": {o.series.Market.String()}, "interval": {o.series.Interval.String()}, "limit": {"1000"}}
	q.Set("from", strconv.FormatInt(from, 10))
	q.Set("to", strconv.FormatInt(to+1, 10))
	for {
		var page struct {
			Events []committed `json:"events"`
			Cursor *string     `json:"cursor"`
		}
		if err := o.call(ctx, http.MethodGet, o.base+"/signals/events?"+q.Encode(), "", nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Events...)
		if page.Cursor == nil || *page.Cursor == "" {
			slices.Reverse(all)
			return all, nil
		}
		q.Set("cursor", *page.Cursor)
	}
}

// oldestVolume is the oldest checkpoint from one on that holds the volume engine;
// false if none does.
func (o *origin) oldestVolume(ctx context.Context, from checkpoint) (checkpoint, bool, error) {
	if !from.withoutVolume() {
		return from, true, nil
	}
	c, err := o.snapshot(ctx, 0)
	if err != nil || c.withoutVolume() {
		return c, false, err
	}
	for {
		older, err := o.snapshot(ctx, c.Last)
		if err != nil {
			return c, false, err
		}
		if older.Last <= from.Last || older.withoutVolume() {
			return c, true, nil
		}
		c = older
	}
}

// verify compares and says how much.
func verify(ctx context.Context, o *origin, bars int, s streams) error {
	last, err := o.last(ctx)
	if err != nil {
		return err
	}
	if last == 0 {
		return fmt.Errorf("%s has no bars", o.series)
	}
	before := max(1, last-int64(bars-1)*int64(o.series.Interval))
	from, err := o.snapshot(ctx, before)
	if err != nil {
		return err
	}
	candles := from.columns()
	if candles.Len() == 0 {
		return fmt.Errorf("%s has no bars behind its checkpoint", o.series)
	}
	twins, err := o.twins(ctx, from)
	if err != nil {
		return err
	}
	defer twins.close()
	want, err := twins.run(o.series, candles)
	if err != nil {
		return err
	}
	first, end := candles.OpenTime[0], candles.OpenTime[candles.Len()-1]
	told, err := o.events(ctx, first, end)
	if err != nil {
		return err
	}
	all := len(told)
	told = slices.DeleteFunc(told, func(e committed) bool { return isVolume(e) && e.OpenTime <= twins.volumeAfter })
	if err := compare(told, want); err != nil {
		return err
	}
	volumes := len(slices.DeleteFunc(slices.Clone(want), func(e committed) bool { return !isVolume(e) }))
	fmt.Fprintf(s.out, "%s: %d bars from %d to %d: %d readings are the same natively and in WebAssembly, and %d cipher and %d volume events as committed, bit by bit\n",
		o.series, candles.Len(), first, end, twins.readings, len(want)-volumes, volumes)
	if left := all - len(told); left > 0 {
		fmt.Fprintf(s.out, "%d older volume events are left out: no checkpoint before them holds the volume engine\n", left)
	}
	return nil
}

func isVolume(e committed) bool { return strings.HasPrefix(e.Kind, "volume.") }

// compare gives the first difference between what was told and what was
// computed.
func compare(told, computed []committed) error {
	for i := range max(len(told), len(computed)) {
		switch {
		case i >= len(told):
			return fmt.Errorf("event %d is computed and was not committed: %s", i+1, computed[i])
		case i >= len(computed):
			return fmt.Errorf("event %d was committed and is not computed: %s", i+1, told[i])
		case told[i].String() != computed[i].String():
			return fmt.Errorf("event %d differs:\n  committed %s\n  computed  %s", i+1, told[i], computed[i])
		}
	}
	return nil
}
