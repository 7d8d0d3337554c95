package tools

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/builtin"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// Nothing is the input of a tool that takes none.
type Nothing struct{}

// Asked names a series.
type Asked struct {
	Market   string `json:"market" jsonschema:"source:SYMBOL as the catalog lists it"`
	Interval string `json:"interval" jsonschema:"length of a bar, as in 15m or 1h"`
}

// Catalog is what there is.
type Catalog struct {
	Markets  []Market  `json:"markets"`
	Readings []Reading `json:"readings"`
	Events   []Kind    `json:"events"`
}

// Market is a watched market.
type Market struct {
	Market    string   `json:"market"`
	Intervals []string `json:"intervals"`
	State     string   `json:"state"`
}

// Reading describes a reading.
type Reading struct {
	Name    string `json:"name"`
	Unit    string `json:"unit"`
	Meaning string `json:"meaning"`
}

// Kind describes a kind of event.
type Kind struct {
	Kind    string `json:"kind"`
	Side    string `json:"side"`
	Meaning string `json:"meaning"`
}

func (s *Set) catalog(ctx context.Context, _ Nothing) (Catalog, error) {
	c := Catalog{Markets: []Market{}, Readings: []Reading{}, Events: []Kind{}}
	markets, err := s.source.Markets(ctx)
	if err != nil {
		return c, err
	}
	for _, m := range markets {
		one := Market{Market: m.Market.String(), State: string(m.State), Intervals: []string{}}
		for _, interval := range m.Intervals {
			one.Intervals = append(one.Intervals, interval.String())
		}
		c.Markets = append(c.Markets, one)
	}
	for _, catalog := range []core.Catalog{cipher.Catalog(), volume.Catalog()} {
		for _, r := range catalog.Readings {
			c.Readings = append(c.Readings, Reading{r.Name, r.Unit, r.Meaning})
		}
		for _, e := range catalog.Events {
			c.Events = append(c.Events, Kind{e.Kind, e.Side.String(), e.Meaning})
		}
	}
	return c, nil
}

// CandlesAsked asks for candles.
type CandlesAsked struct {
	Asked
	Limit int `json:"limit,omitempty" jsonschema:"how many, the newest; 50 if absent, 500 at most"`
}

// Candles are closed bars.
type Candles struct {
	Market   string   `json:"market"`
	Interval string   `json:"interval"`
	Candles  []Candle `json:"candles"`
}

// Candle is a closed bar.
type Candle struct {
	Time     string          `json:"time"` // UTC
	OpenTime int64           `json:"open_time"`
	Open     evidence.Figure `json:"open"`
	High     evidence.Figure `json:"high"`
	Low      evidence.Figure `json:"low"`
	Close    evidence.Figure `json:"close"`
	Volume   evidence.Figure `json:"volume"`
}

// limited is how many rows to give.
func limited(asked, usual, most int) (int, error) {
	if asked < 0 || asked > most {
		return 0, server.Invalid("limit", asked, "range", fmt.Sprintf("from 1 to %d", most))
	}
	return cmp.Or(asked, usual), nil
}

func utc(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04") }

func (s *Set) candles(ctx context.Context, q CandlesAsked) (Candles, error) {
	out := Candles{Market: q.Market, Interval: q.Interval, Candles: []Candle{}}
	n, err := limited(q.Limit, 50, 500)
	if err != nil {
		return out, err
	}
	_, c, err := s.load(ctx, q.Market, q.Interval)
	if err != nil {
		return out, err
	}
	for i := max(0, c.Len()-n); i < c.Len(); i++ {
		k := c.At(i)
		out.Candles = append(out.Candles, Candle{
			utc(k.OpenTime), k.OpenTime, evidence.Figure(k.Open), evidence.Figure(k.High),
			evidence.Figure(k.Low), evidence.Figure(k.Close), evidence.Figure(k.Volume),
		})
	}
	return out, nil
}

// CipherAsked asks for readings.
type CipherAsked struct {
	Asked
	Fields []string `json:"fields,omitempty" jsonschema:"readings by their name in the catalog; wt1, wt2, mf, rsi, stoch_k and stc if absent"`
	Limit  int      `json:"limit,omitempty" jsonschema:"how many bars, the newest; 20 if absent, 200 at most"`
}

// CipherRead is readings by bar.
type CipherRead struct {
	Market   string      `json:"market"`
	Interval string      `json:"interval"`
	Bars     []CipherBar `json:"bars"`
}

// CipherBar is the readings of one bar, and the events it made.
type CipherBar struct {
	Time     string                     `json:"time"` // UTC
	OpenTime int64                      `json:"open_time"`
	Close    evidence.Figure            `json:"close"`
	Readings map[string]evidence.Figure `json:"readings"`
	Events   []string                   `json:"events"`
}

func (s *Set) cipher(ctx context.Context, q CipherAsked) (CipherRead, error) {
	out := CipherRead{Market: q.Market, Interval: q.Interval, Bars: []CipherBar{}}
	n, err := limited(q.Limit, 20, 200)
	if err != nil {
		return out, err
	}
	readings := []cipher.Reading{cipher.WT1, cipher.WT2, cipher.MF, cipher.RSI, cipher.StochK, cipher.STC}
	if len(q.Fields) > 0 {
		readings = nil
		for _, name := range q.Fields {
			r, ok := cipher.ReadingByName(name)
			if !ok {
				return out, server.Invalid("fields", name, "reading", "a reading of Quantum Cipher in the catalog")
			}
			readings = append(readings, r)
		}
	}
	one, c, err := s.load(ctx, q.Market, q.Interval)
	if err != nil {
		return out, err
	}
	columns := cipher.MakeColumns(c.Len())
	if err := cipher.Compute(s.setup.Cipher, one.Interval, c, &columns); err != nil {
		return out, err
	}
	for i := max(0, c.Len()-n); i < c.Len(); i++ {
		bar := CipherBar{utc(c.OpenTime[i]), c.OpenTime[i], evidence.Figure(c.Close[i]), map[string]evidence.Figure{}, []string{}}
		for _, r := range readings {
			bar.Readings[r.String()] = evidence.Figure(columns.Values[r][i])
		}
		for f := range cipher.Flag(cipher.NumFlags) {
			if f.IsEvent() && columns.Flags[i].Has(f) {
				bar.Events = append(bar.Events, "cipher."+f.String())
			}
		}
		out.Bars = append(out.Bars, bar)
	}
	return out, nil
}

// VolumeAsked asks for levels.
type VolumeAsked struct {
	Asked
	Bars int `json:"bars,omitempty" jsonschema:"bars of the profile that ends now; 200 if absent, 2000 at most"`
}

// VolumeRead is where volume traded.
type VolumeRead struct {
	Market   string          `json:"market"`
	Interval string          `json:"interval"`
	OpenTime int64           `json:"open_time"` // of the last bar
	Close    evidence.Figure `json:"close"`
	Value    evidence.Value  `json:"value"`
}

func (s *Set) volume(ctx context.Context, q VolumeAsked) (VolumeRead, error) {
	out := VolumeRead{Market: q.Market, Interval: q.Interval}
	n, err := limited(q.Bars, 200, 2000)
	if err != nil {
		return out, err
	}
	e, err := s.Evidence(ctx, q.Market, q.Interval, evidence.Options{Window: n, Higher: []core.Interval{}, Outcomes: outcomes.Options{Resamples: -1}})
	if err != nil {
		return out, err
	}
	out.OpenTime, out.Close, out.Value = e.First().OpenTime, e.First().Price.Close, e.Value
	return out, nil
}

// EventsAsked asks for signals.
type EventsAsked struct {
	Asked
	Kinds []string `json:"kinds,omitempty" jsonschema:"as in cipher.buy; all if absent"`
	Limit int      `json:"limit,omitempty" jsonschema:"how many; 30 if absent, 200 at most"`
}

// EventsRead is signals, newest first.
type EventsRead struct {
	Events []Event `json:"events"`
}

// Event is one signal.
type Event struct {
	Time     string          `json:"time"` // UTC, of the bar
	Kind     string          `json:"kind"`
	Side     string          `json:"side"`
	OpenTime int64           `json:"open_time"`
	KnownAt  int64           `json:"known_at"` // close of the bar at which it was known
	Price    evidence.Figure `json:"price"`
}

func (s *Set) events(ctx context.Context, q EventsAsked) (EventsRead, error) {
	out := EventsRead{Events: []Event{}}
	n, err := limited(q.Limit, 30, 200)
	if err != nil {
		return out, err
	}
	one, err := series(q.Market, q.Interval)
	if err != nil {
		return out, err
	}
	page, err := s.source.Events(ctx, server.EventFilter{Series: []server.Series{one}, Kinds: q.Kinds, Limit: n})
	if err != nil {
		return out, err
	}
	for _, e := range page.Events {
		out.Events = append(out.Events, Event{utc(e.OpenTime), e.Kind, e.Side, e.OpenTime, e.KnownAt, evidence.Figure(e.Price)})
	}
	return out, nil
}

// OutcomesAsked asks what followed.
type OutcomesAsked struct {
	Asked
	Kinds   []string `json:"kinds,omitempty" jsonschema:"as in cipher.buy; all that occurred if absent"`
	Horizon int      `json:"horizon,omitempty" jsonschema:"bars from the event to the exit; 24 if absent"`
}

// OutcomesRead is what followed, beside all bars.
type OutcomesRead struct {
	Market   string             `json:"market"`
	Interval string             `json:"interval"`
	Bars     int                `json:"bars"`
	Compared int                `json:"compared"` // kinds held against all bars
	Edges    int                `json:"edges"`    // of them with a difference that stands
	Outcomes []evidence.Outcome `json:"outcomes"`
}

func (s *Set) outcomes(ctx context.Context, q OutcomesAsked) (OutcomesRead, error) {
	out := OutcomesRead{Market: q.Market, Interval: q.Interval}
	t, err := s.Outcomes(ctx, q.Market, q.Interval, outcomes.Options{Horizons: []int{cmp.Or(q.Horizon, 24)}})
	if err != nil {
		return out, err
	}
	out.Bars, out.Compared, out.Edges = t.Bars, t.Compared, t.Edges
	out.Outcomes = evidence.OutcomesOf(t, func(kind, _ string) bool { return len(q.Kinds) == 0 || slices.Contains(q.Kinds, kind) })
	return out, nil
}

// Explained is evidence and a text.
type Explained struct {
	Explanation builtin.Explanation `json:"explanation"`
	Evidence    evidence.Evidence   `json:"evidence"`
	Notice      string              `json:"notice"`
}

// Notice stands under every explanation, once.
const Notice = "Not financial advice."

func (s *Set) explain(ctx context.Context, q Asked) (Explained, error) {
	e, err := s.Evidence(ctx, q.Market, q.Interval, evidence.Options{})
	if err != nil {
		return Explained{}, err
	}
	return Explained{builtin.Explain(e), *e, Notice}, nil
}

// Names lists the tools by name.
func (s *Set) Names() string {
	var names []string
	for i := range s.tools {
		names = append(names, s.tools[i].Name)
	}
	return strings.Join(names, ", ")
}
