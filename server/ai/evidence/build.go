package evidence

import (
	"cmp"
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// Options of Build. The zero value is not valid: Setup is needed.
type Options struct {
	Setup    outcomes.Setup
	Higher   []core.Interval  // further intervals, multiples of the first; HigherOf it if nil
	Recent   int              // bars of the first frame events are taken from; 24 if zero
	Window   int              // bars of the profile that ends at the close; 200 if zero
	Horizon  int              // bars of the outcomes; 24 if zero
	Outcomes outcomes.Options // Horizons is Horizon alone
}

const (
	maxEvents    = 30 // of a frame
	recentHigher = 6  // bars of a higher frame events are taken from
	leastBars    = 40 // below which a higher interval says nothing
)

func (o Options) withDefaults(interval core.Interval) Options {
	o.Recent = cmp.Or(o.Recent, 24)
	o.Window = cmp.Or(o.Window, 200)
	o.Horizon = cmp.Or(o.Horizon, 24)
	o.Outcomes.Horizons = []int{o.Horizon}
	if o.Higher == nil {
		o.Higher = HigherOf(interval)
	}
	if o.Setup.Range.Kind == volume.RangeSession && o.Setup.Range.Length == 0 && interval >= core.Day {
		o.Setup.Range = volume.Range{Kind: volume.RangeMonth} // a day would be one bar
	}
	return o
}

// HigherOf is the intervals a trader looks at above one, nearest first.
func HigherOf(interval core.Interval) []core.Interval {
	var higher []core.Interval
	for _, one := range []core.Interval{5 * core.Minute, 15 * core.Minute, core.Hour, 4 * core.Hour, core.Day, core.Week} {
		if one >= 3*interval && one <= 100*interval && one%interval == 0 && len(higher) < 2 {
			if len(higher) == 0 || one >= 4*higher[0] {
				higher = append(higher, one)
			}
		}
	}
	return higher
}

// Build gathers the evidence of a series at its last closed bar. Higher
// intervals with too few bars are left out. The error is a *core.Error.
func Build(market string, interval core.Interval, c core.Columns, o Options) (*Evidence, error) {
	o = o.withDefaults(interval)
	if c.Len() == 0 {
		return nil, &core.Error{Code: core.NoBars, Field: "candles", Index: -1, Text: "are missing: there is nothing to explain"}
	}
	e := &Evidence{
		Version: Version, Engine: core.EngineVersion, Preset: o.Setup.Cipher.Preset.String(),
		Market: market, Interval: interval.String(), Thresholds: thresholds(&o.Setup),
	}
	first, err := frameOf(interval, c, o.Setup.Cipher, o.Recent)
	if err != nil {
		return nil, err
	}
	e.Frames = []Frame{first}
	for _, higher := range o.Higher {
		bars, err := resample(interval, higher, c)
		if err != nil {
			return nil, err
		}
		if bars.Len() < leastBars {
			continue
		}
		frame, err := frameOf(higher, bars, o.Setup.Cipher, recentHigher)
		if err != nil {
			return nil, err
		}
		e.Frames = append(e.Frames, frame)
	}
	if err := e.addValue(interval, c, o); err != nil {
		return nil, err
	}
	return e, e.addOutcomes(interval, c, o)
}

func thresholds(s *outcomes.Setup) Thresholds {
	p := &s.Cipher
	return Thresholds{
		Zero: 0, Overbought: Figure(p.WTOverbought), Oversold: Figure(p.WTOversold), Extreme: Figure(p.WTOversoldExtreme),
		RSIHigh: Figure(p.YellowRSIHigh), RSIMiddle: 50, RSILow: Figure(p.YellowRSILow), ValueArea: Figure(100 * s.Volume.ValueArea),
	}
}

// resample makes the closed bars of a higher interval.
func resample(interval, higher core.Interval, c core.Columns) (core.Columns, error) {
	r, err := core.NewResampler(interval, higher)
	if err != nil {
		return core.Columns{}, err
	}
	bars := core.MakeColumns(int(int64(c.Len())*int64(interval)/int64(higher)) + 1)
	var closed [2]core.Candle
	for i := range c.Len() {
		for _, k := range closed[:r.Next(c.At(i), &closed)] {
			bars.Append(k)
		}
	}
	return bars, nil
}

// addOutcomes holds the kinds of the first frame's events against their past. The
// comparison is over every kind there is, not only those that fired.
func (e *Evidence) addOutcomes(interval core.Interval, c core.Columns, o Options) error {
	occurrences, err := outcomes.Occurrences(o.Setup, interval, c)
	if err != nil {
		return err
	}
	table, err := outcomes.Compute(c, occurrences, o.Outcomes)
	if err != nil {
		return err
	}
	fired := map[[2]string]bool{}
	for _, event := range e.First().Events {
		fired[[2]string{event.Kind, event.Side}] = true
	}
	e.Outcomes = OutcomesOf(table, func(kind, side string) bool { return fired[[2]string{kind, side}] })
	return nil
}

// OutcomesOf lists the lines of a table that have a count and are to be kept.
func OutcomesOf(t *outcomes.Table, keep func(kind, side string) bool) []Outcome {
	list := []Outcome{}
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Count == 0 || !keep(r.Kind, r.Side) {
			continue
		}
		list = append(list, Outcome{
			Kind: r.Kind, Side: r.Side, Horizon: r.Horizon, Count: r.Count,
			Hit: 100 * r.HitRate.Value, HitLow: 100 * r.HitRate.Low, HitHigh: 100 * r.HitRate.High, HitAll: 100 * r.Baseline.HitRate,
			Mean: r.Mean.Value, MeanLow: r.Mean.Low, MeanHigh: r.Mean.High, MeanAll: r.Baseline.Mean,
			Best: r.Favourable, Worst: r.Adverse, Edge: r.Edge,
		})
	}
	return list
}

// percentOf is how far a lies from b, in percent of b; none where b is not
// above 0.
func percentOf(a, b float64) Figure {
	if b <= 0 {
		return none()
	}
	return Figure(float64((a-b)*100) / b)
}

func none() Figure { return Figure(math.NaN()) }

func side(bull bool) string {
	if bull {
		return core.Bull.String()
	}
	return core.Bear.String()
}
