package cipher

import (
	"math/bits"

	"github.com/quantum-signals/quantum/core"
)

// pivotFlags are the flags of pivots, two a row: high and low.
const pivotFlags = Flags(1)<<(StochPivotLow+1) - 1

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
	var pivots [rowCount][2][2]Pivot // of each row, highs and lows: the previous and the latest
	for i, flags := range out.Flags {
		if i < 2 {
			flags &^= pivotFlags // there is no bar to speak of
		}
		for left := flags & pivotFlags; left != 0; left &= left - 1 {
			row, low := bits.TrailingZeros64(uint64(left))/2, bits.TrailingZeros64(uint64(left))%2
			pair := &pivots[row][low]
			pair[0], pair[1] = pair[1], pivotAt(row, low, i-2, &c, out)
		}
		for left := flags &^ states; left != 0; left &= left - 1 {
			e := Event{Flag: Flag(bits.TrailingZeros64(uint64(left)))}
			e.describe(c.OpenTime[i], interval, c.Close[i])
			if e.HasPivots {
				row, _ := rowOf(e.Flag, p.HiddenUnlimited)
				low := 0
				if e.Side == core.Bull {
					low = 1
				}
				e.Pivots = pivots[row][low]
			}
			dst = append(dst, e)
		}
	}
	return dst, nil
}

// pivotAt is the pivot of a row that lies at bar i.
func pivotAt(row, low, i int, c *core.Columns, out *Columns) Pivot {
	reading := StochK
	switch {
	case row < rsiRow:
		reading = WT2
	case row < stochRow:
		reading = RSI
	}
	p := Pivot{OpenTime: c.OpenTime[i], Level: out.Values[reading][i], Price: c.High[i]}
	if low == 1 {
		p.Price = c.Low[i]
	}
	return p
}
