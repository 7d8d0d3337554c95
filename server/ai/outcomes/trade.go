package outcomes

import "github.com/quantum-signals/quantum/core"

// trade is what followed one bar, in percent of the entry, as good (above 0) or
// bad for the direction taken.
type trade struct {
	result     float64 // at the exit
	favourable float64 // the best moment on the way, at least 0 unless price gapped away
	adverse    float64 // the worst
}

// follow enters at the open of the bar after bar i and leaves at the close of
// the bar horizon bars after i: nothing of bar i itself is traded. It is false
// where the series ends before the exit, or the entry is no positive price.
func follow(c *core.Columns, i, horizon int, side core.Side) (trade, bool) {
	exit := i + horizon
	if exit >= c.Len() || c.Open[i+1] <= 0 {
		return trade{}, false
	}
	entry := c.Open[i+1]
	high, low := c.High[i+1], c.Low[i+1]
	for j := i + 2; j <= exit; j++ {
		high, low = max(high, c.High[j]), min(low, c.Low[j])
	}
	percent := func(price float64) float64 { return float64((price-entry)*100) / entry }
	t := trade{percent(c.Close[exit]), percent(high), percent(low)}
	if side == core.Bear {
		t = trade{-t.result, -t.adverse, -t.favourable}
	}
	return t, true
}

// sample is what followed the counted occurrences of one group.
type sample struct {
	trades                        []trade
	seen, overlapping, unfollowed int
}

// count follows occurrences at the given bars, ascending, one at a time: what
// begins while the one counted before still runs shares bars with it, is no new
// observation, and is left out.
func count(c *core.Columns, bars []int, horizon int, side core.Side) sample {
	s := sample{seen: len(bars)}
	free := 0 // first bar whose entry no counted one holds
	for _, i := range bars {
		if i < free {
			s.overlapping++
			continue
		}
		t, ok := follow(c, i, horizon, side)
		if !ok {
			s.unfollowed++
			continue
		}
		s.trades = append(s.trades, t)
		free = i + horizon
	}
	return s
}

// everyBar follows all bars: the baseline, whose trades overlap.
func everyBar(c *core.Columns, horizon int) []trade {
	all := make([]trade, 0, c.Len())
	for i := range c.Len() {
		if t, ok := follow(c, i, horizon, core.Bull); ok {
			all = append(all, t)
		}
	}
	return all
}
