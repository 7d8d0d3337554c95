package evidence

import (
	"math"
	"slices"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
)

const (
	priceSpan     = 48 // bars highs, lows and changes are over
	momentumBack  = 3  // bars back for the direction of the waves
	flowBack      = 10 // and of the slower money flow
	trueRangeBars = 14 // of Wilder's habit
)

// frameOf reads one interval at its last bar. There is at least one bar.
func frameOf(interval core.Interval, c core.Columns, p cipher.Params, recent int) (Frame, error) {
	out := cipher.MakeColumns(c.Len())
	if err := cipher.Compute(p, interval, c, &out); err != nil {
		return Frame{}, err
	}
	n := c.Len() - 1
	f := Frame{
		Interval: interval.String(), Bars: c.Len(), OpenTime: c.OpenTime[n], KnownAt: c.OpenTime[n] + int64(interval),
		Price: priceOf(&c), Momentum: momentumOf(&out, &p), Flow: flowOf(out.Values[cipher.MF]), Trend: trendOf(&c, &out),
	}
	f.Lean = leanOf(&f)
	events, err := cipher.AppendSeriesEvents(nil, p, interval, c, &out)
	if err != nil {
		return f, err
	}
	f.Events = []Event{}
	meanings := meaningsOf(cipher.Catalog())
	for _, e := range slices.Backward(events) {
		ago := barsAgo(&c, e.OpenTime)
		if ago >= recent || len(f.Events) == maxEvents {
			break
		}
		one := Event{
			Kind: e.Kind(), Side: e.Side.String(), Meaning: meanings[e.Kind()],
			OpenTime: e.OpenTime, KnownAt: e.KnownAt, Ago: ago, Price: Figure(e.Price),
		}
		if e.HasPivots {
			for _, pivot := range e.Pivots {
				one.Pivots = append(one.Pivots, Pivot{pivot.OpenTime, Figure(pivot.Level), Figure(pivot.Price)})
			}
		}
		f.Events = append(f.Events, one)
	}
	return f, nil
}

// barsAgo counts the bars after the one that opened then.
func barsAgo(c *core.Columns, open int64) int {
	at, _ := slices.BinarySearch(c.OpenTime, open)
	return c.Len() - 1 - at
}

func meaningsOf(catalogs ...core.Catalog) map[string]string {
	meanings := map[string]string{}
	for _, catalog := range catalogs {
		for _, e := range catalog.Events {
			meanings[e.Kind] = e.Meaning
		}
	}
	return meanings
}

func priceOf(c *core.Columns) Price {
	n := c.Len() - 1
	from := max(0, n-priceSpan+1)
	p := Price{Close: Figure(c.Close[n]), Move: none(), Change: none(), Place: none(), TrueRange: none(), Span: n - from + 1}
	high, low := from, from
	for i := from; i <= n; i++ {
		if c.High[i] >= c.High[high] {
			high = i
		}
		if c.Low[i] <= c.Low[low] {
			low = i
		}
	}
	p.High, p.HighAgo, p.Low, p.LowAgo = Figure(c.High[high]), n-high, Figure(c.Low[low]), n-low
	if height := c.High[high] - c.Low[low]; height > 0 {
		p.Place = Figure(100 * (c.Close[n] - c.Low[low]) / height)
	}
	if n == 0 {
		return p
	}
	p.Move, p.Change = percentOf(c.Close[n], c.Close[n-1]), percentOf(c.Close[n], c.Open[from])
	first := max(1, n-trueRangeBars+1)
	sum := 0.0
	for i := first; i <= n; i++ {
		sum += max(c.High[i], c.Close[i-1]) - min(c.Low[i], c.Close[i-1])
	}
	if c.Close[n] > 0 {
		p.TrueRange = Figure(100 * sum / float64(n-first+1) / c.Close[n])
	}
	return p
}

// back is the reading so many bars before the last, none where there is no such
// bar.
func back(column []float64, bars int) Figure {
	if bars >= len(column) {
		return none()
	}
	return Figure(column[len(column)-1-bars])
}

func momentumOf(out *cipher.Columns, p *cipher.Params) Momentum {
	at := func(r cipher.Reading, bars int) Figure { return back(out.Values[r], bars) }
	m := Momentum{
		WT1: at(cipher.WT1, 0), WT2: at(cipher.WT2, 0), WT2Before: at(cipher.WT2, momentumBack), Before: momentumBack,
		RSI: at(cipher.RSI, 0), RSIBefore: at(cipher.RSI, momentumBack),
		StochK: at(cipher.StochK, 0), StochD: at(cipher.StochD, 0),
		STC: at(cipher.STC, 0), STCBefore: at(cipher.STC, momentumBack),
		CrossedAgo: -1, CrossedAt: none(),
	}
	if !m.WT2.Known() {
		return m
	}
	switch wt2 := float64(m.WT2); {
	case wt2 >= p.WTOverbought:
		m.Zone = "overbought"
	case wt2 <= p.WTOversoldExtreme:
		m.Zone = "extreme_oversold"
	case wt2 <= p.WTOversold:
		m.Zone = "oversold"
	case wt2 >= 0:
		m.Zone = "above_zero"
	default:
		m.Zone = "below_zero"
	}
	m.Waves = side(m.WT1 > m.WT2)
	for ago := range len(out.Flags) {
		if flags := out.Flags[len(out.Flags)-1-ago]; flags.Has(cipher.CrossUp) || flags.Has(cipher.CrossDown) {
			m.CrossedAgo, m.CrossedAt = ago, at(cipher.WT2, ago)
			break
		}
	}
	return m
}

func flowOf(mf []float64) Flow {
	f := Flow{MF: back(mf, 0), MFBefore: back(mf, flowBack), Before: flowBack}
	if !f.MF.Known() {
		return f
	}
	f.Side = side(f.MF > 0)
	for i := len(mf) - 1; i >= 0 && !math.IsNaN(mf[i]) && side(mf[i] > 0) == f.Side; i-- {
		f.Since++
	}
	return f
}

func trendOf(c *core.Columns, out *cipher.Columns) Trend {
	n := c.Len() - 1
	t := Trend{Fast: back(out.Values[cipher.EMA2], 0), Slow: back(out.Values[cipher.EMA8], 0), Gap: none()}
	if !t.Slow.Known() {
		return t
	}
	up := out.Flags[n].Has(cipher.RibbonUp)
	t.Side, t.Gap = side(up), percentOf(c.Close[n], float64(t.Slow))
	slow := out.Values[cipher.EMA8]
	for i := n; i >= 0 && !math.IsNaN(slow[i]) && out.Flags[i].Has(cipher.RibbonUp) == up; i-- {
		t.Since++
	}
	return t
}

// leanOf counts the parts that have warmed up.
func leanOf(f *Frame) Lean {
	l := Lean{Side: core.None.String()}
	if m := &f.Momentum; m.STC.Known() && m.STCBefore.Known() {
		const middle = 50
		switch { // pinned to an end it keeps to that side, else it is where it moves
		case m.STC > m.STCBefore, m.STC == m.STCBefore && m.STC > middle:
			l.Cycle = core.Bull.String()
		default:
			l.Cycle = core.Bear.String()
		}
	}
	for _, part := range []string{f.Trend.Side, f.Momentum.Waves, f.Flow.Side, l.Cycle} {
		switch part {
		case "bull":
			l.Bull++
		case "bear":
			l.Bear++
		}
	}
	l.Parts = l.Bull + l.Bear
	const enough = 3
	if l.Bull >= enough {
		l.Side = core.Bull.String()
	} else if l.Bear >= enough {
		l.Side = core.Bear.String()
	}
	return l
}

// volumeEvents gives the events of the last bars, oldest first.
func volumeEvents(c *core.Columns, events []volume.Event, recent int) []Event {
	meanings := meaningsOf(volume.Catalog())
	var list []Event
	for _, e := range events {
		ago := barsAgo(c, e.OpenTime)
		if ago >= recent {
			continue
		}
		one := Event{
			Kind: e.Kind(), Side: e.Side.String(), Meaning: meanings[e.Kind()],
			OpenTime: e.OpenTime, KnownAt: e.KnownAt, Ago: ago, Price: Figure(e.Price),
		}
		for _, l := range e.Levels {
			one.Levels = append(one.Levels, Level{Figure(l.Price), l.Start})
		}
		list = append(list, one)
	}
	return list
}
