package cipher

import (
	"math"
	"math/bits"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// The rows: an oscillator and the limits its pivots have to reach to count.
// Those of wt2 come first, then those of rsi, then that of stoch_k.
const (
	wtRow = iota
	wt2ndRow
	wtAnyRow
	rsiRow
	rsiAnyRow
	stochRow
	rowCount
)

// divergences follow all rows.
type divergences struct {
	rules    rules
	params   *Params
	shapes   [3]ta.Pivots
	held     [3]ta.Pivots // of the series held still where shapes found a high; see heldLows
	highs    [rowCount]pivotSide
	lows     [rowCount]pivotSide
	recent   [2]recentBar // the last two bars, the even one first
	bullDots Flags        // the bullish divergences whose dots are on
	bearDots Flags
	goldDots Flags // those of bullDots that can make gold
}

// recentBar is what a pivot takes from its own bar.
type recentBar struct {
	openTime    int64
	high, low   float64
	oscillators [3]float64 // wt2, rsi, stoch_k
}

// take fills the fields one by one: a processor stalls on a wide load of what
// narrow stores just wrote.
func (b *recentBar) take(openTime int64, high, low, wt2, rsi, stochK float64) {
	b.openTime, b.high, b.low = openTime, high, low
	b.oscillators[0], b.oscillators[1], b.oscillators[2] = wt2, rsi, stochK
}

// rowsBy are the rows of each oscillator, from and to excluded.
var rowsBy = [3][2]int{{wtRow, rsiRow}, {rsiRow, stochRow}, {stochRow, rowCount}}

func (d *divergences) init(p *Params, r *rules) {
	d.rules, d.params = *r, p
	for i := range d.shapes {
		d.shapes[i], d.held[i] = ta.NewPivots(ta.Tie), ta.NewPivots(ta.Tie)
	}
	limits := [rowCount][2]float64{
		wtRow:     {p.WTDivHigh, p.WTDivLow},
		wt2ndRow:  {p.WTDiv2High, p.WTDiv2Low},
		wtAnyRow:  {math.Inf(-1), math.Inf(1)},
		rsiRow:    {p.RSIDivHigh, p.RSIDivLow},
		rsiAnyRow: {math.Inf(-1), math.Inf(1)},
		stochRow:  {math.Inf(-1), math.Inf(1)},
	}
	for row := range rowCount {
		pivots := WTPivotHigh + Flag(2*row)
		d.highs[row].init(1, limits[row][0], 1<<pivots)
		d.lows[row].init(-1, limits[row][1], 1<<(pivots+1))
	}
	for flag := WTBearDiv; flag <= StochBullHidden; flag++ {
		row, hidden := rowOf(flag, p.HiddenUnlimited)
		s := d.side(row, flag)
		if hidden {
			s.hidden = 1 << flag
		} else {
			s.regular = 1 << flag
		}
	}
	d.setDots()
}

// setDots works out which divergences are drawn, and so make buy_div, sell_div
// and gold.
func (d *divergences) setDots() {
	p := d.params
	dots := [...]struct {
		on   bool
		bear Flag
	}{
		{p.WTDivDots, WTBearDiv},
		{p.WTDivDots && (p.WTDiv2Dots || !d.rules.ownDots), WT2ndBearDiv},
		{p.RSIDivDots, RSIBearDiv},
		{p.StochDivDots, StochBearDiv},
	}
	for _, row := range dots {
		d.bearDots |= when(row.on, row.bear)
		d.bullDots |= when(row.on, row.bear+1)
	}
	d.goldDots = d.bullDots & (1<<WTBullDiv | 1<<RSIBullDiv)
}

// next commits bar t and returns its pivots, divergences and what they make.
func (d *divergences) next(t int64, bar *core.Candle, wt2, rsi, stochK float64) Flags {
	found := d.find(0, wt2) | d.find(1, rsi)<<2 | d.find(2, stochK)<<4
	var flags Flags
	if found != 0 {
		flags = d.count(t, found, &d.recent[t&1], wt2)
	}
	d.recent[t&1].take(bar.OpenTime, bar.High, bar.Low, wt2, rsi, stochK)
	return flags
}

// column is next over a run of bars from bar t on; it adds to their flags.
func (d *divergences) column(t int64, w *work, c *core.Columns) {
	n := len(w.flags)
	found := w.found[:n]
	clear(found)
	oscillators := [3][]float64{w.values[WT2], w.values[RSI], w.values[StochK]}
	for i, src := range oscillators {
		if !d.rules.heldLows {
			d.shapes[i].Column(found, src, 2*i)
			continue
		}
		for bar, x := range src {
			found[bar] |= d.find(i, x) << (2 * i)
		}
	}
	wt2, rsi, stochK := oscillators[0][:n], oscillators[1][:n], oscillators[2][:n]
	times, highs, lows := c.OpenTime[:n], c.High[:n], c.Low[:n]
	var at recentBar
	for i, f := range found {
		if f == 0 {
			continue
		}
		from := &d.recent[(t+int64(i))&1]
		if i >= 2 {
			from = &at
			from.take(times[i-2], highs[i-2], lows[i-2], wt2[i-2], rsi[i-2], stochK[i-2])
		}
		flags := d.count(t+int64(i), f, from, wt2[i])
		w.flags[i] |= flags
		if w.each != nil {
			w.hear(d, flags)
		}
	}
	for i := max(0, n-2); i < n; i++ {
		d.recent[(t+int64(i))&1].take(times[i], highs[i], lows[i], wt2[i], rsi[i], stochK[i])
	}
}

// find commits a value of oscillator i and returns what the one two bars back
// is. Where the lows are held, the low test is as the public scripts have it:
// they try it only where the high test failed, and TradingView repeats the last
// value in the history of what a script skips.
func (d *divergences) find(i int, x float64) ta.Pivot {
	found := d.shapes[i].Next(x)
	if !d.rules.heldLows {
		return found
	}
	high := found & ta.PivotHigh
	if high != 0 {
		x = d.held[i].Latest(0)
	}
	low := d.held[i].Next(x) & ta.PivotLow
	if high != 0 {
		return high
	}
	return low
}

// count passes the pivots found on bar t, which lie at another, to their rows.
func (d *divergences) count(t int64, found ta.Pivot, at *recentBar, wt2 float64) Flags {
	var flags Flags
	for ; found != 0; found &= found - 1 {
		place := bits.TrailingZeros8(uint8(found))
		flags |= d.countOne(t, place/2, 1<<(place%2), at)
	}
	flags |= when(flags&d.bullDots != 0, BuyDiv) | when(flags&d.bearDots != 0, SellDiv)
	if flags&d.goldDots != 0 {
		flags |= when(d.gold(t, wt2), Gold)
	}
	return flags
}

// countOne passes a pivot of oscillator i to its rows.
func (d *divergences) countOne(t int64, i int, kind ta.Pivot, at *recentBar) Flags {
	sides, price := &d.lows, at.low
	if kind == ta.PivotHigh {
		sides, price = &d.highs, at.high
	}
	var flags Flags
	for row := rowsBy[i][0]; row < rowsBy[i][1]; row++ {
		if s := &sides[row]; s.counts(at.oscillators[i], &d.rules) {
			flags |= s.add(t, at, at.oscillators[i], price, &d.rules)
		}
	}
	return flags
}

// gold is a bullish divergence soon after an extreme: the script's notes say
// not to buy there.
func (d *divergences) gold(t int64, wt2 float64) bool {
	q, extreme := d.lows[wtRow].knownAt(t-2), d.params.WTOversoldExtreme
	return q.found >= 0 && atMost(q.Level, extreme) && above(wt2, extreme) &&
		atMost(q.Level-wt2, -d.params.GoldRise) && below(q.rsi, d.params.GoldRSI)
}

// rowOf is the row whose pivots a divergence compares, and whether it is a
// hidden one. The flags come in fours: bearish and bullish, then the same
// hidden.
func rowOf(flag Flag, hiddenUnlimited bool) (row int, hidden bool) {
	place := int(flag - WTBearDiv)
	hidden = place%4 >= 2
	row = [...]int{wtRow, wt2ndRow, rsiRow, stochRow}[place/4]
	if hidden && hiddenUnlimited {
		row = [...]int{wtAnyRow, wt2ndRow, rsiAnyRow, stochRow}[place/4]
	}
	return row, hidden
}

// side is the highs of a row for a bearish divergence, the lows for a bullish.
func (d *divergences) side(row int, flag Flag) *pivotSide {
	if flag.Side() == core.Bear {
		return &d.highs[row]
	}
	return &d.lows[row]
}

// pair is the two pivots behind a divergence of the last bar.
func (d *divergences) pair(flag Flag) [2]Pivot {
	row, _ := rowOf(flag, d.params.HiddenUnlimited)
	s := d.side(row, flag)
	return [2]Pivot{s.previous.Pivot, s.latest.Pivot}
}

func (d *divergences) save(w *snap.Writer) {
	for i := range d.shapes {
		d.shapes[i].Save(w)
		if d.rules.heldLows {
			d.held[i].Save(w)
		}
	}
	for row := range rowCount {
		d.highs[row].save(w)
		d.lows[row].save(w)
	}
	for i := range d.recent {
		b := &d.recent[i]
		w.Int64(b.openTime)
		w.Float(b.high)
		w.Float(b.low)
		for _, x := range b.oscillators {
			w.Float(x)
		}
	}
}

func (d *divergences) load(r *snap.Reader) {
	for i := range d.shapes {
		d.shapes[i].Load(r)
		if d.rules.heldLows {
			d.held[i].Load(r)
		}
	}
	for row := range rowCount {
		d.highs[row].load(r)
		d.lows[row].load(r)
	}
	for i := range d.recent {
		b := &d.recent[i]
		b.openTime, b.high, b.low = r.Int64(), r.Float(), r.Float()
		for j := range b.oscillators {
			b.oscillators[j] = r.Float()
		}
	}
}
