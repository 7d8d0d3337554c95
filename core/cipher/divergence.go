package cipher

import (
	"math"

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
	rules  rules
	shapes [3]ta.Pivots
	held   [3]ta.Pivots // of the series held still where shapes found a high
	highs  [rowCount]pivotSide
	lows   [rowCount]pivotSide
	recent [2]recentBar // the last bar and the one before
}

// recentBar is what a pivot takes from its own bar.
type recentBar struct {
	openTime       int64
	high, low, rsi float64
}

// rowsBy are the rows of each oscillator, from and to excluded.
var rowsBy = [3][2]int{{wtRow, rsiRow}, {rsiRow, stochRow}, {stochRow, rowCount}}

func newDivergences(p *Params, r *rules) divergences {
	d := divergences{rules: *r}
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
		d.highs[row] = pivotSide{sign: 1, limit: limits[row][0], counted: 1 << pivots}
		d.lows[row] = pivotSide{sign: -1, limit: limits[row][1], counted: 1 << (pivots + 1)}
		d.highs[row].latest.found, d.highs[row].previous.found = -1, -1
		d.lows[row].latest.found, d.lows[row].previous.found = -1, -1
	}
	regular := [...]int{wtRow, wt2ndRow, rsiRow, stochRow}
	hidden := [...]int{wtRow, wt2ndRow, rsiRow, stochRow}
	if p.HiddenUnlimited {
		hidden = [...]int{wtAnyRow, wt2ndRow, rsiAnyRow, stochRow}
	}
	for i := range regular {
		bear := WTBearDiv + Flag(4*i)
		d.highs[regular[i]].regular, d.lows[regular[i]].regular = 1<<bear, 1<<(bear+1)
		d.highs[hidden[i]].hidden, d.lows[hidden[i]].hidden = 1<<(bear+2), 1<<(bear+3)
	}
	return d
}

// next commits bar t and returns the flags of its pivots and divergences.
func (d *divergences) next(t int64, bar recentBar, wt2, stochK float64) Flags {
	var flags Flags
	for i, x := range [3]float64{wt2, bar.rsi, stochK} {
		high, low := d.shapes[i].Next(x)
		if d.rules.heldLows {
			low = d.heldLow(i, x, high)
		}
		if high || low {
			flags |= d.count(t, i, high)
		}
	}
	d.recent[1], d.recent[0] = d.recent[0], bar
	return flags
}

// heldLow is the low test as the public scripts have it: they try it only where
// the high test failed, and TradingView repeats the last value in the history
// of what a script skips.
func (d *divergences) heldLow(i int, x float64, high bool) bool {
	if high {
		x = d.held[i].Latest(0)
	}
	_, low := d.held[i].Next(x)
	return low && !high
}

// count passes the pivot of bar t-2 to the rows of oscillator i.
func (d *divergences) count(t int64, i int, high bool) Flags {
	at := &d.recent[1]
	p := pivot{
		Pivot: Pivot{OpenTime: at.openTime, Level: d.shapes[i].Latest(2), Price: at.low},
		found: t, rsi: at.rsi,
	}
	sides := &d.lows
	if high {
		p.Price, sides = at.high, &d.highs
	}
	var flags Flags
	for row := rowsBy[i][0]; row < rowsBy[i][1]; row++ {
		flags |= sides[row].add(p, &d.rules)
	}
	return flags
}

// pair is the two pivots behind a divergence of the last bar.
func (d *divergences) pair(flag Flag) [2]Pivot {
	for _, sides := range [...]*[rowCount]pivotSide{&d.highs, &d.lows} {
		for row := range sides {
			if s := &sides[row]; (s.regular|s.hidden)>>flag&1 != 0 {
				return [2]Pivot{s.previous.Pivot, s.latest.Pivot}
			}
		}
	}
	return [2]Pivot{}
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
	for _, b := range d.recent {
		w.Int64(b.openTime)
		w.Float(b.high)
		w.Float(b.low)
		w.Float(b.rsi)
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
		d.recent[i] = recentBar{r.Int64(), r.Float(), r.Float(), r.Float()}
	}
}
