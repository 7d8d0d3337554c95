// Package outcomes says what followed past events of a series, beside what
// followed any bar of it, so that no edge shows as no edge. It is pure: the same
// candles and options give the same table.
//
//   - Entry is the open of the bar after the event's, exit the close of the bar
//     horizon bars after it. Horizons count bars there are, so a gap in the data
//     makes one longer in time. Costs are not in it.
//   - Everything is in the direction of the event: a fall after a bearish one is
//     a gain. Events of no side are held against a rise.
//   - Horizons that overlap share bars and are no independent observations: an
//     event whose entry comes before the exit of the one counted before is left
//     out and reported as overlapping.
//   - An edge is claimed only where the mean return differs from that of all bars
//     after Benjamini and Hochberg over everything compared in the table.
package outcomes

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/quantum-signals/quantum/core"
)

// Options of Compute. The zero value is the defaults.
type Options struct {
	Horizons  []int   // in bars, ascending; 1, 6 and 24 if empty
	Level     float64 // of the intervals; 0.95 if zero
	Rate      float64 // of false discoveries allowed; 0.05 if zero
	Least     int     // counted occurrences a comparison needs; 20 if zero
	Resamples int     // of the bootstrap; 1000 if zero, none if negative
	Seed      uint64  // of the bootstrap; 1 if zero
}

// MaxHorizon bounds a horizon: a baseline's cost is bars times horizon.
const MaxHorizon = 1000

func (o Options) withDefaults() Options {
	if len(o.Horizons) == 0 {
		o.Horizons = []int{1, 6, 24}
	}
	o.Level = cmp.Or(o.Level, 0.95)
	o.Rate = cmp.Or(o.Rate, 0.05)
	o.Least = cmp.Or(o.Least, 20)
	o.Resamples = cmp.Or(o.Resamples, 1000)
	o.Seed = cmp.Or(o.Seed, 1)
	return o
}

// Table is the outcomes of every kind of event at every horizon.
type Table struct {
	Bars     int     `json:"bars"`
	From     int64   `json:"from"` // open time of the first bar
	To       int64   `json:"to"`   // and of the last
	Level    float64 `json:"level"`
	Rate     float64 `json:"false_discovery_rate"`
	Compared int     `json:"compared"` // lines with enough occurrences to hold against all bars
	Edges    int     `json:"edges"`    // lines that differ
	Rows     []Row   `json:"rows"`     // by kind as in the catalogs, side, horizon
}

// Row is one kind of event at one horizon. Returns and excursions are percent of
// the entry, in the direction of the event.
type Row struct {
	Kind        string   `json:"kind"`
	Side        string   `json:"side"`
	Horizon     int      `json:"horizon"`     // bars
	Seen        int      `json:"seen"`        // occurrences
	Count       int      `json:"count"`       // of them counted
	Overlapping int      `json:"overlapping"` // left out: begun while the one counted before still ran
	Pending     int      `json:"pending"`     // left out: the series ends before the exit, or the entry has no price above 0
	Hits        int      `json:"hits"`        // counted with a return above 0
	HitRate     Estimate `json:"hit_rate"`    // share, with Wilson's interval
	Mean        Estimate `json:"mean_return"` // with the bootstrap's
	Median      Estimate `json:"median_return"`
	Favourable  Figure   `json:"favourable_excursion"` // mean of the best moments before the exit
	Adverse     Figure   `json:"adverse_excursion"`    // mean of the worst
	Baseline    Baseline `json:"baseline"`
	P           Figure   `json:"p"` // of no difference between the means; null where too few
	Q           Figure   `json:"q"` // p after Benjamini and Hochberg
	Edge        bool     `json:"edge"`
}

// Baseline is the same statistics for all bars, in the same direction.
type Baseline struct {
	Count      int    `json:"count"`
	HitRate    Figure `json:"hit_rate"`
	Mean       Figure `json:"mean_return"`
	Median     Figure `json:"median_return"`
	Favourable Figure `json:"favourable_excursion"`
	Adverse    Figure `json:"adverse_excursion"`
}

// Compute makes the table of a series and its occurrences. Horizons are at
// least 1 and at most MaxHorizon.
func Compute(c core.Columns, occurrences []Occurrence, o Options) (*Table, error) {
	o = o.withDefaults()
	for _, h := range o.Horizons {
		if h < 1 || h > MaxHorizon {
			return nil, &core.Error{
				Code: core.InvalidParam, Field: "horizon", Index: -1, Value: float64(h), Rule: core.RuleWhole, Low: 1, High: MaxHorizon,
			}
		}
	}
	t := &Table{Bars: c.Len(), Level: o.Level, Rate: o.Rate, Rows: []Row{}}
	if c.Len() > 0 {
		t.From, t.To = c.OpenTime[0], c.OpenTime[c.Len()-1]
	}
	bars := map[group][]int{}
	for _, one := range occurrences {
		g := group{one.Kind, one.Side}
		bars[g] = append(bars[g], one.Bar)
	}
	baselines := map[int][2]Baseline{}
	for _, h := range o.Horizons {
		baselines[h] = baselinesOf(everyBar(&c, h))
	}
	var ps []float64
	for _, g := range groups() {
		slices.Sort(bars[g])
		for _, h := range o.Horizons {
			pair := baselines[h]
			base := pair[0]
			if g.side == core.Bear {
				base = pair[1]
			}
			row := describe(g, h, count(&c, bars[g], h, g.side), base, o)
			t.Rows = append(t.Rows, row)
			ps = append(ps, float64(row.P))
		}
	}
	qs, compared := discoveries(ps)
	t.Compared = compared
	for i := range t.Rows {
		t.Rows[i].Q = Figure(qs[i])
		if t.Rows[i].Edge = qs[i] <= o.Rate; t.Rows[i].Edge {
			t.Edges++
		}
	}
	return t, nil
}

// describe makes a row without its q.
func describe(g group, horizon int, s sample, base Baseline, o Options) Row {
	returns, favourable, adverse := split(s.trades)
	row := Row{
		Kind: g.kind, Side: g.side.String(), Horizon: horizon,
		Seen: s.seen, Count: len(s.trades), Overlapping: s.overlapping, Pending: s.unfollowed,
		Hits: above(returns), Baseline: base, Favourable: mean(favourable), Adverse: mean(adverse),
		P: Figure(differs(returns, float64(base.Mean), o.Least)), Q: none(),
	}
	row.HitRate = wilson(row.Hits, row.Count, o.Level)
	r := resampling{rng: rand.New(rand.NewPCG(o.Seed, lineSeed(g, horizon))), times: o.Resamples, level: o.Level} //nolint:gosec // a bootstrap that can be repeated
	row.Mean = r.mean(returns)
	slices.Sort(returns)
	row.Median = r.median(returns)
	return row
}

// lineSeed gives each line of the table draws of its own, whatever else is in
// it.
func lineSeed(g group, horizon int) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(g.kind))
	_, _ = h.Write([]byte{byte(g.side), byte(horizon), byte(horizon >> 8)})
	return h.Sum64()
}

// baselinesOf describes all bars taken upwards, and downwards.
func baselinesOf(all []trade) [2]Baseline {
	returns, favourable, adverse := split(all)
	up := Baseline{Count: len(all), Mean: mean(returns), Favourable: mean(favourable), Adverse: mean(adverse)}
	up.HitRate = share(above(returns), len(all))
	slices.Sort(returns)
	up.Median = Figure(median(returns))
	below := 0
	for below < len(returns) && returns[below] < 0 {
		below++
	}
	down := Baseline{
		Count: up.Count, HitRate: share(below, len(all)), Mean: -up.Mean, Median: -up.Median,
		Favourable: -up.Adverse, Adverse: -up.Favourable,
	}
	return [2]Baseline{up, down}
}

func split(trades []trade) (returns, favourable, adverse []float64) {
	for _, t := range trades {
		returns = append(returns, t.result)
		favourable = append(favourable, t.favourable)
		adverse = append(adverse, t.adverse)
	}
	return returns, favourable, adverse
}

// above counts the returns above 0: one of exactly 0 is no hit.
func above(returns []float64) int {
	n := 0
	for _, r := range returns {
		if r > 0 {
			n++
		}
	}
	return n
}

func mean(values []float64) Figure {
	if len(values) == 0 {
		return none()
	}
	return Figure(stat.Mean(values, nil))
}

func share(part, n int) Figure {
	if n == 0 {
		return none()
	}
	return Figure(float64(part) / float64(n))
}

// Keep leaves the rows of some kinds, or all where none is named. What was
// compared stays.
func (t *Table) Keep(kinds []string) {
	if len(kinds) > 0 {
		t.Rows = slices.DeleteFunc(t.Rows, func(r Row) bool { return !slices.Contains(kinds, r.Kind) })
	}
}
