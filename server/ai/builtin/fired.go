package builtin

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// spoken is how a kind of event is told, and how much it weighs.
type spoken struct {
	weight float64
	phrase string
	family string // of several on one bar the weightiest is told
}

// kinds has every event of both catalogs but those too common to tell: the
// small circles and diamonds, which fire on every turn of the waves.
var kinds = map[string]spoken{
	"cipher.buy":               {4, "a big green circle (waves crossed up while oversold)", "waves"},
	"cipher.sell":              {4, "a big red circle (waves crossed down while overbought)", "waves"},
	"cipher.gold":              {5, "a gold circle (bullish divergence soon after an extreme low, often too early to buy)", "div"},
	"cipher.buy_div":           {4, "a bullish divergence dot", "div"},
	"cipher.sell_div":          {4, "a bearish divergence dot", "div"},
	"cipher.wt_bull_div":       {4.5, "a bullish divergence of the waves from deep oversold", "div"},
	"cipher.wt_bear_div":       {4.5, "a bearish divergence of the waves from overbought", "div"},
	"cipher.wt2nd_bull_div":    {4.2, "a bullish divergence of the waves", "div"},
	"cipher.wt2nd_bear_div":    {4.2, "a bearish divergence of the waves", "div"},
	"cipher.rsi_bull_div":      {3, "a bullish RSI divergence", "rsi"},
	"cipher.rsi_bear_div":      {3, "a bearish RSI divergence", "rsi"},
	"cipher.stoch_bull_div":    {1.2, "a bullish stochastic divergence", "stoch"},
	"cipher.stoch_bear_div":    {1.2, "a bearish stochastic divergence", "stoch"},
	"cipher.wt_bull_hidden":    {2.2, "a hidden bullish divergence (the rise may go on)", "hidden"},
	"cipher.wt_bear_hidden":    {2.2, "a hidden bearish divergence (the fall may go on)", "hidden"},
	"cipher.wt2nd_bull_hidden": {2.3, "a hidden bullish divergence (the rise may go on)", "hidden"},
	"cipher.wt2nd_bear_hidden": {2.3, "a hidden bearish divergence (the fall may go on)", "hidden"},
	"cipher.rsi_bull_hidden":   {1.2, "a hidden bullish RSI divergence", "hidden"},
	"cipher.rsi_bear_hidden":   {1.2, "a hidden bearish RSI divergence", "hidden"},
	"cipher.stoch_bull_hidden": {0.8, "a hidden bullish stochastic divergence", "hidden"},
	"cipher.stoch_bear_hidden": {0.8, "a hidden bearish stochastic divergence", "hidden"},
	"cipher.bull_flag":         {3.5, "a bull flag (a cross up below zero with money flow and the slower waves positive)", "flag"},
	"cipher.bear_flag":         {3.5, "a bear flag (a cross down above zero with money flow and the slower waves negative)", "flag"},
	"cipher.bull_diamond":      {3.5, "a bull diamond (a cross up below zero with both higher candles rising)", "flag"},
	"cipher.bear_diamond":      {3.5, "a bear diamond (a cross down above zero with both higher candles falling)", "flag"},
	"cipher.long_ema":          {3, "the ribbon turning up", "ribbon"},
	"cipher.short_ema":         {3, "the ribbon turning down", "ribbon"},
	"cipher.yellow_x_bull":     {2.8, "a yellow X below the bar (strength near its limit)", "yellow"},
	"cipher.yellow_x_bear":     {2.8, "a yellow X above the bar (weakness near its limit)", "yellow"},
	"cipher.moon_diamond":      {2.5, "a moon diamond (waves and fast averages up together)", "averages"},
	"cipher.dump_diamond":      {2.5, "a dump diamond (waves and fast averages down together)", "averages"},
	"cipher.blue_up":           {1.4, "a blue triangle up", "averages"},
	"cipher.blue_down":         {1.4, "a blue triangle down", "averages"},
	"cipher.green_x":           {1, "a green cross of the fast averages", "averages"},
	"cipher.red_x":             {1, "a red cross of the fast averages", "averages"},
	"cipher.bull_candle":       {0.8, "a second rising candle above the ribbon", "candle"},
	"cipher.bear_candle":       {0.8, "a second falling candle below the ribbon", "candle"},
	"volume.vah_break":         {3.2, "a close out of the value area over its high", "value"},
	"volume.val_break":         {3.2, "a close out of the value area under its low", "value"},
	"volume.value_reentry":     {3, "a close back into the value area", "value"},
	"volume.lvn_cross":         {1.8, "a close across a low-volume node", "lvn"},
	"volume.naked_poc_touch":   {1.8, "a touch of a naked POC", "naked"},
	"volume.poc_shift":         {0.9, "a shift of the developing POC", "poc"},
}

// signal is an event with its weight now: halved each so many bars.
type signal struct {
	event  *evidence.Event
	spoken spoken
	weight float64
}

const halfLife = 8 // bars

// signals are the first frame's events worth telling, the weightiest first, one
// of a family and side.
func (w *writer) signals() []signal {
	var all []signal
	for i := range w.first.Events {
		event := &w.first.Events[i]
		s, told := kinds[event.Kind]
		if !told {
			continue
		}
		all = append(all, signal{event, s, s.weight / (1 + float64(event.Ago)/halfLife)})
	}
	slices.SortStableFunc(all, func(a, b signal) int { return cmp.Compare(b.weight, a.weight) })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(s signal) bool {
		key := s.spoken.family + s.event.Side
		if seen[key] {
			return true
		}
		seen[key] = true
		return false
	})
}

// fired tells what fired and when, the weightiest first, and what such events
// were followed by here.
func (w *writer) fired() []remark {
	const most, least = 3, 0.75
	signals := w.signals()
	for i, s := range signals {
		if i == most || s.weight < least {
			signals = signals[:i]
			break
		}
	}
	if len(signals) == 0 {
		return []remark{{text: "nothing of weight has fired lately."}}
	}
	var parts []string
	sides := map[string]string{} // the first place of each
	for i, s := range signals {
		parts = append(parts, w.tell(s))
		if sides[s.event.Side] == "" {
			sides[s.event.Side] = [most]string{"first", "second", "third"}[i]
		}
	}
	first := signals[0]
	text := "what fired: " + list(parts) + "."
	if bull, bear := sides["bull"], sides["bear"]; bull != "" && bear != "" {
		if bull < bear { // the ordinals sort as they count
			text += fmt.Sprintf(" The %s speaks for buyers, the %s for sellers: neither counts for much alone.", bull, bear)
		} else {
			text += fmt.Sprintf(" The %s speaks for sellers, the %s for buyers: neither counts for much alone.", bear, bull)
		}
	}
	r := remark{text: text, weight: first.weight}
	const loud, recent = 2.5, 4
	if first.weight >= loud && first.event.Ago <= recent {
		r.lead = first.spoken.phrase + " came " + ago(first.event.Ago) + "."
	}
	return []remark{r, w.record(first)}
}

// tell is one event: what, when, at which price or level.
func (w *writer) tell(s signal) string {
	e := s.event
	text := s.spoken.phrase
	if len(e.Levels) == 1 || e.Kind == "volume.poc_shift" && len(e.Levels) == 2 {
		text += " at " + price(e.Levels[len(e.Levels)-1].Price)
	}
	text += " " + ago(e.Ago)
	if len(e.Pivots) == 2 {
		before, after := points(e.Pivots[0].Level), points(e.Pivots[1].Level)
		for decimals := 1; before == after && decimals <= 3; decimals++ { // a difference that shows
			before, after = number(float64(e.Pivots[0].Level), decimals), number(float64(e.Pivots[1].Level), decimals)
		}
		text += fmt.Sprintf(" (price went from %s to %s, the oscillator from %s to %s)",
			price(e.Pivots[0].Price), price(e.Pivots[1].Price), before, after)
	} else if len(e.Levels) == 0 {
		text += " at " + price(e.Price)
	}
	return text
}

// record is what followed such an event before, beside all bars.
func (w *writer) record(s signal) remark {
	for i := range w.e.Outcomes {
		o := &w.e.Outcomes[i]
		if o.Kind == s.event.Kind && o.Side == s.event.Side {
			return remark{text: recordOf(o, "of the first named", "of %d counted past cases of the first named")}
		}
	}
	return remark{}
}

// Record says what followed past events of a kind, beside all bars.
func Record(o *evidence.Outcome) string {
	name := o.Kind + " (" + o.Side + ")"
	return capital(recordOf(o, "of "+name, "of %d counted past cases of "+name))
}

// recordOf words an outcome: few where there are too few, else many, with the
// count.
func recordOf(o *evidence.Outcome, few, many string) string {
	const least = 20
	if o.Count < least {
		return fmt.Sprintf("%s this series has only %s to count: too few to draw on.", few, count(o.Count, "past case"))
	}
	verdict := "no measurable edge."
	if o.Edge {
		verdict = "the difference stands after correction for everything compared."
	}
	way := "its way"
	if o.Side == "none" {
		way = "up"
	}
	return fmt.Sprintf(many+", %s had gone %s %d bars later, against %s of all bars; the mean was %s (interval %s to %s) against %s: %s",
		o.Count, percent(o.Hit), way, o.Horizon, percent(o.HitAll), signed(o.Mean), signed(o.MeanLow), signed(o.MeanHigh), signed(o.MeanAll), verdict)
}
