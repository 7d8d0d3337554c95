package cipher

import "github.com/quantum-signals/quantum/core"

// AppendSeriesEvents appends the events of a whole series, oldest first: those
// AppendEvents gives bar by bar. out has been filled by Compute or NextColumns
// from the first bar on, with the same parameters; it needs Flags and the
// readings WT2, RSI and StochK. The error is a *core.Error naming the column
// that is missing or not as long as the bars.
func AppendSeriesEvents(dst []Event, p Params, interval core.Interval, c core.Columns, out *Columns) ([]Event, error) {
	if err := checkLengths(&c, out); err != nil {
		return dst, err
	}
	for _, r := range [...]Reading{WT2, RSI, StochK} {
		if len(out.Values[r]) != c.Len() {
			return dst, wrongLength(r.String(), 0, c.Len())
		}
	}
	if len(out.Flags) != c.Len() {
		return dst, wrongLength("flags", 0, c.Len())
	}
	for i, flags := range out.Flags {
		for left := flags &^ states; left != 0; left &= left - 1 {
			dst = append(dst, Event{})
			e := &dst[len(dst)-1]
			e.describe(left, c.OpenTime[i], interval, c.Close[i])
			if e.HasPivots {
				e.findPivots(i, &p, &c, out)
			}
		}
	}
	return dst, nil
}

// findPivots looks back from bar i for the pivots of a divergence: its own, and
// the last one of the same row and side before.
func (e *Event) findPivots(i int, p *Params, c *core.Columns, out *Columns) {
	row, _ := rowOf(e.Flag, p.HiddenUnlimited)
	pivot := WTPivotHigh + Flag(2*row)
	if e.Side == core.Bull {
		pivot++
	}
	for k := 1; k >= 0; k-- {
		for i >= 0 && !out.Flags[i].Has(pivot) {
			i--
		}
		if i < 2 {
			return // only where the flags are no engine's
		}
		e.Pivots[k] = pivotAt(row, e.Side, i-2, c, out)
		i--
	}
}

// pivotAt is the pivot of a row that lies at bar i.
func pivotAt(row int, side core.Side, i int, c *core.Columns, out *Columns) Pivot {
	reading := StochK
	switch {
	case row < rsiRow:
		reading = WT2
	case row < stochRow:
		reading = RSI
	}
	p := Pivot{OpenTime: c.OpenTime[i], Level: out.Values[reading][i], Price: c.High[i]}
	if side == core.Bull {
		p.Price = c.Low[i]
	}
	return p
}
