package builtin

import (
	"fmt"
	"math"

	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// intervals says whether slower intervals agree.
func (w *writer) intervals(b bias) []remark {
	if len(w.e.Frames) == 1 {
		return []remark{{text: "there are too few bars for a slower interval, so this view stands alone."}}
	}
	var parts []string
	own := w.first.Lean.Side
	agree, against := 0, 0
	for i := 1; i < len(w.e.Frames); i++ {
		f := &w.e.Frames[i]
		parts = append(parts, frameWords(f))
		switch f.Lean.Side {
		case own:
			agree++
		case opposite(own):
			against++
		}
	}
	text := capital(list(parts)) + "."
	slower := len(w.e.Frames) - 1
	switch {
	case own == "none":
		text += fmt.Sprintf(" On the %s itself the parts do not agree.", w.e.Interval)
	case agree == slower:
		text += fmt.Sprintf(" The %s has the slower ones behind it.", w.e.Interval)
		return []remark{{text, 3.2, fmt.Sprintf("every interval points %s.", way(own))}}
	case against == slower && own == "bear":
		text += fmt.Sprintf(" So the fall on the %s runs against a rising background: a pullback until the slower ones turn.", w.e.Interval)
		return []remark{{text, 3.3, "this is a dip inside a larger rise so far."}}
	case against == slower:
		text += fmt.Sprintf(" So the rise on the %s runs against a falling background: a bounce until the slower ones turn.", w.e.Interval)
		return []remark{{text, 3.3, "this is a bounce inside a larger fall so far."}}
	case against > 0:
		text += " The slower ones do not speak with one voice."
	}
	return []remark{{text: text, weight: 1}}
}

func way(side string) string {
	return map[string]string{"bull": "up", "bear": "down"}[side]
}

// frameWords is a slower interval in a few words.
func frameWords(f *evidence.Frame) string {
	trend := ""
	if f.Trend.Side != "" {
		trend = fmt.Sprintf(", ribbon %s for %s", way(f.Trend.Side), count(f.Trend.Since, "bar"))
	}
	waves := ""
	if f.Momentum.WT2.Known() {
		waves = fmt.Sprintf(", wt2 %s and %s", points(f.Momentum.WT2), map[string]string{"bull": "rising", "bear": "falling"}[f.Momentum.Waves])
	}
	switch f.Lean.Side {
	case "bull", "bear":
		n := max(f.Lean.Bull, f.Lean.Bear)
		return fmt.Sprintf("the %s leans %s (%d of %d parts%s%s)", f.Interval, way(f.Lean.Side), n, f.Lean.Parts, trend, waves)
	}
	return fmt.Sprintf("the %s is undecided (%d parts up, %d down%s%s)", f.Interval, f.Lean.Bull, f.Lean.Bear, trend, waves)
}

// turns says what would change the view.
func (w *writer) turns(b bias) []remark {
	above, below := w.nearest(true), w.nearest(false)
	over := func(l *level) string { return fmt.Sprintf("%s (%s)", price(l.price), l.name) }
	m := &w.first.Momentum
	switch side := b.side(); {
	case side == "bull" && below != nil:
		text := fmt.Sprintf("what would change the view: a close under %s", over(below))
		if m.Waves == "bull" {
			text += " with the waves crossing down"
		}
		if above != nil {
			text += fmt.Sprintf(". A close over %s would confirm it", over(above))
		}
		return []remark{{text: text + "."}}
	case side == "bear" && above != nil:
		text := fmt.Sprintf("what would change the view: a close over %s", over(above))
		if m.Waves == "bear" {
			text += " with the waves crossing up"
		}
		if below != nil {
			text += fmt.Sprintf(". A close under %s would confirm it", over(below))
		}
		return []remark{{text: text + "."}}
	case above != nil && below != nil:
		return []remark{{text: fmt.Sprintf("what would decide it: a close over %s for the upside, under %s for the downside; between them it can go either way.", over(above), over(below))}}
	case above != nil:
		return []remark{{text: fmt.Sprintf("what would change the view: a close over %s.", over(above))}}
	case below != nil:
		return []remark{{text: fmt.Sprintf("what would change the view: a close under %s.", over(below))}}
	}
	return nil
}

// risks lists what speaks against acting on the view, at most five.
func (w *writer) risks(b bias) []string {
	list := []string{}
	add := func(when bool, format string, a ...any) {
		const most = 5
		if when && len(list) < most {
			list = append(list, capital(fmt.Sprintf(format, a...)))
		}
	}
	side, f, v := b.side(), w.first, &w.e.Value
	add(b.conflict, "the %s and the slower intervals disagree; the slower ones usually win, and not on your schedule.", f.Interval)
	bands := v.Session.Bands
	const stretched = 1.8
	add(side == "bull" && bands > stretched || side == "bear" && bands < -stretched, "entering with the view now is entering %s standard deviations %s the session's VWAP.",
		points(evidence.Figure(math.Abs(float64(bands)))), map[bool]string{true: "above", false: "below"}[bands > 0])
	add(side == "bull" && f.Flow.Side == "bear", "money flow (%s) does not support a rise.", points(f.Flow.MF))
	add(side == "bear" && f.Flow.Side == "bull", "money flow (%s) does not support a fall.", points(f.Flow.MF))
	add(side == "bull" && f.Momentum.Zone == "overbought", "the waves leave little room: wt2 is at %s, where buyers tend to tire.", points(f.Momentum.WT2))
	add(side == "bear" && (f.Momentum.Zone == "oversold" || f.Momentum.Zone == "extreme_oversold"), "a snap back can come at any bar with wt2 at %s.", points(f.Momentum.WT2))
	add(side == opposite(f.Momentum.Waves) && side != "", "the waves point the other way on the %s now.", f.Interval)
	const thin = 55
	add(v.Volume.Ratio < thin, "thin volume: %s of the usual; moves on it are easily undone.", percent(v.Volume.Ratio))
	if l := w.nearest(side != "bull"); l != nil && f.Price.TrueRange.Known() && f.Price.TrueRange > 0 {
		away := math.Abs(float64(l.price-f.Price.Close)) / float64(f.Price.Close) * 100
		add(away < float64(f.Price.TrueRange), "a usual bar travels %s, so %s can be reached within one.", percent(f.Price.TrueRange), l.name)
	}
	if signals := w.signals(); len(signals) > 0 {
		for i := range w.e.Outcomes {
			o := &w.e.Outcomes[i]
			add(o.Kind == signals[0].event.Kind && o.Side == signals[0].event.Side && !o.Edge && o.Count >= 20 && o.Worst.Known(),
				"past cases of the latest signal went %s against it on average before %d bars were over.", percent(o.Worst), o.Horizon)
		}
	}
	const short = 250
	add(f.Bars < short, "only %s of history: slow readings and the record rest on little.", count(f.Bars, "bar"))
	add(len(list) == 0, "a usual bar here travels %s; a stop inside that is a stop inside the noise.", percent(f.Price.TrueRange))
	return list
}
