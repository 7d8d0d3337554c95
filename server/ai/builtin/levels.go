package builtin

import (
	"math"
	"slices"

	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// level is a price with what it is to a trader.
type level struct {
	name   string
	price  evidence.Figure
	note   string
	weight float64 // how much a close beyond it would say
}

// sessions are the words for the running session and the one before.
func (w *writer) sessions() (running, before string) {
	switch w.e.Value.Range {
	case "day":
		return "today's", "yesterday's"
	case "month":
		return "this month's", "last month's"
	case "week":
		return "this week's", "last week's"
	}
	return "this session's", "the last session's"
}

// allLevels lists every level worth a close beyond it, from the highest to the
// lowest.
func (w *writer) allLevels() []level {
	v, p := &w.e.Value, &w.first.Price
	running, before := w.sessions()
	var all []level
	add := func(name string, price evidence.Figure, weight float64, note string) {
		if price.Known() {
			all = append(all, level{name, price, note, weight})
		}
	}
	add(before+" value area high", v.Previous.VAH, 3, "acceptance above it says buyers pay more than the last session's fair price")
	add(before+" value area low", v.Previous.VAL, 3, "acceptance below it says sellers take less than the last session's fair price")
	add(before+" POC", v.Previous.POC, 2, "where the last session traded most")
	const enough = 4 // bars before a running session's profile says anything
	if v.Session.Bars >= enough {
		add(running+" POC", v.Session.POC, 1.5, "where this session trades most so far")
		add(running+" VWAP", v.Session.VWAP, 2, "the session's average price paid")
	}
	window := "the " + number(float64(v.Window.Bars), 0) + "-bar"
	add(window+" value area high", v.Window.VAH, 2.5, "the top of where most of the recent volume lies")
	add(window+" value area low", v.Window.VAL, 2.5, "the bottom of where most of the recent volume lies")
	add(window+" POC", v.Window.POC, 2, "the price with the most recent volume")
	add("the ribbon's slow average", w.first.Trend.Slow, 2, "the line the trend is read against")
	add("the "+number(float64(p.Span), 0)+"-bar high", p.High, 2.5, "the high of the recent range")
	add("the "+number(float64(p.Span), 0)+"-bar low", p.Low, 2.5, "the low of the recent range")
	for _, n := range v.Naked {
		add("a naked POC", n.Price, 2, "a session's most traded price that nothing has touched since: such prices tend to be visited")
	}
	slices.SortStableFunc(all, func(a, b level) int {
		switch {
		case a.price > b.price:
			return -1
		case a.price < b.price:
			return 1
		}
		return 0
	})
	return all
}

// noise is the distance below which a level is not apart from the close: part
// of a usual bar, in price.
func (w *writer) noise() float64 {
	const share = 0.35
	if !w.first.Price.TrueRange.Known() {
		return 0
	}
	return share * float64(w.first.Price.TrueRange) / 100 * float64(w.first.Price.Close)
}

// nearest is the level above (or below) the close that a close beyond it would
// say most about, nearness counting; nil where there is none.
func (w *writer) nearest(above bool) *level {
	close, bar := float64(w.first.Price.Close), max(w.noise(), 1e-12)
	var best *level
	most := 0.0
	for i := range w.levels {
		l := &w.levels[i]
		away := float64(l.price) - close
		if !above {
			away = -away
		}
		if away < w.noise() {
			continue
		}
		const fade = 8 // in units of noise: a level so far off weighs half
		if value := l.weight / (1 + away/bar/fade); value > most {
			best, most = l, value
		}
	}
	return best
}

// shown are the levels of the answer: the weightiest near the close, at most
// four on each side.
func (w *writer) shown() []Level {
	close := w.first.Price.Close
	var above, below []level
	for i, l := range w.levels { // descending
		if i > 0 && price(l.price) == price(w.levels[i-1].price) {
			continue // one price, told by its first name
		}
		if l.price >= close {
			above = append(above, l)
		} else {
			below = append(below, l)
		}
	}
	const most = 4
	above = above[max(0, len(above)-most):]
	below = below[:min(most, len(below))]
	list := []Level{}
	for _, l := range slices.Concat(above, below) {
		list = append(list, Level{capital(l.name), l.price, l.note})
	}
	return list
}

// near reports whether the close is within noise of a price.
func (w *writer) near(price evidence.Figure) bool {
	return price.Known() && math.Abs(float64(price-w.first.Price.Close)) <= w.noise()
}
