package feed

import (
	"iter"
	"sort"

	"github.com/quantum-signals/quantum/core"
)

// tape is a series without an end that can be read from any bar on.
type tape interface {
	// after gives the bars that open after a time, oldest first.
	after(open int64) iter.Seq[core.Candle]
}

// loop is candles repeated without end. Round k is the candles shifted by k
// whole spans, so that any bar is found without playing those before it.
type loop struct {
	candles core.Columns
	span    int64
}

// newLoop repeats candles, at least one. The span is a whole number of days, and
// of intervals, so that sessions and bar edges stay where they are.
func newLoop(c core.Columns, interval core.Interval) loop {
	unit := int64(max(core.Day, interval))
	length := c.OpenTime[c.Len()-1] + int64(interval) - c.OpenTime[0]
	return loop{c, (length + unit - 1) / unit * unit}
}

// bar is bar i of round k, counting on over the rounds from the first.
func (l loop) bar(n int64) core.Candle {
	count := int64(l.candles.Len())
	k := l.candles.At(int(n % count))
	k.OpenTime += n / count * l.span
	return k
}

// index is the number of the first bar that opens after a time.
func (l loop) index(open int64) int64 {
	first := l.candles.OpenTime[0]
	if open < first {
		return 0
	}
	round := (open - first) / l.span
	within := open - round*l.span
	i := sort.Search(l.candles.Len(), func(i int) bool { return l.candles.OpenTime[i] > within })
	return round*int64(l.candles.Len()) + int64(i)
}

func (l loop) after(open int64) iter.Seq[core.Candle] {
	return func(yield func(core.Candle) bool) {
		for n := l.index(open); yield(l.bar(n)); n++ {
		}
	}
}
