package builtin

import (
	"fmt"
	"math"
)

// flow says whether bars close where buyers or sellers want them, and how much
// trades.
func (w *writer) flow() []remark {
	f, p := &w.first.Flow, &w.first.Price
	if !f.MF.Known() {
		return append([]remark{{text: "money flow has not warmed up."}}, w.activity()...)
	}
	mf, buyers := points(f.MF), f.Side == "bull"
	before := ""
	growing := false
	if f.MFBefore.Known() {
		before = fmt.Sprintf(" from %s %d bars before", points(f.MFBefore), f.Before)
		growing = math.Abs(float64(f.MF)) > math.Abs(float64(f.MFBefore)) && f.MF*f.MFBefore > 0
	}
	const fresh, old = 5, 40 // bars
	const trend, faint = 1.5, 2.5
	var r remark
	switch {
	case math.Abs(float64(f.MF)) < faint && f.Since > fresh:
		r = remark{text: fmt.Sprintf("money flow is close to nothing at %s: neither side closes the bars.", mf), weight: 1}
	case f.Since <= fresh && buyers:
		r = remark{fmt.Sprintf("money flow turned positive %s and reads %s%s.", sinceWords(f.Since), mf, before), 3, "buyers have just begun to close the bars."}
	case f.Since <= fresh:
		r = remark{fmt.Sprintf("money flow turned negative %s and reads %s%s.", sinceWords(f.Since), mf, before), 3, "sellers have just begun to close the bars."}
	case p.Change > trend && !buyers:
		r = remark{fmt.Sprintf("price rose %s over %s while money flow stayed negative, now %s: bars close below where they opened more than the chart suggests, so the rise is not well bought.",
			percent(p.Change), count(p.Span, "bar"), mf), 3.5, "the rise is not backed by money flow."}
	case p.Change < -trend && buyers:
		r = remark{fmt.Sprintf("price fell %s over %s while money flow stayed positive, now %s: dips are being bought into the close.",
			percent(p.Change), count(p.Span, "bar"), mf), 3.5, "the fall meets buying into the close."}
	case f.MFBefore.Known() && points(f.MFBefore) == mf:
		r = remark{text: fmt.Sprintf("money flow has been %s for %s and holds at %s.", signWord(buyers), count(f.Since, "bar"), mf), weight: 2}
	case growing && f.Since >= old:
		r = remark{text: fmt.Sprintf("money flow has been %s for %s and is growing, %s%s: a one-sided tape.", signWord(buyers), count(f.Since, "bar"), mf, before), weight: 2.5}
	case growing:
		r = remark{text: fmt.Sprintf("money flow is %s and growing, %s%s.", signWord(buyers), mf, before), weight: 2}
	case f.Since >= old:
		r = remark{text: fmt.Sprintf("money flow has been %s for %s but fades, %s%s.", signWord(buyers), count(f.Since, "bar"), mf, before), weight: 2}
	default:
		r = remark{text: fmt.Sprintf("money flow is %s and fading, %s%s.", signWord(buyers), mf, before), weight: 1.5}
	}
	return append([]remark{r}, w.activity()...)
}

func sinceWords(bars int) string {
	if bars <= 1 {
		return "on the last bar"
	}
	return "within the last " + count(bars, "bar")
}

func signWord(buyers bool) string {
	if buyers {
		return "positive"
	}
	return "negative"
}

// activity speaks of volume where it is unusual.
func (w *writer) activity() []remark {
	a := &w.e.Value.Volume
	if !a.Ratio.Known() {
		return []remark{{text: "the candles carry no volume, so nothing is said of where it traded."}}
	}
	const heavy, thin = 170, 55         // percent of usual
	const mostlyUp, mostlyDown = 57, 43 // percent of volume
	var list []remark
	rising := w.first.Price.Move > 0
	switch {
	case a.Ratio >= heavy:
		text := fmt.Sprintf("volume is heavy: the last %s ran at %s of what is usual here", count(a.Bars, "bar"), percent(a.Ratio))
		if rising {
			text += ", with price up on the last bar."
		} else {
			text += ", with price down on the last bar."
		}
		list = append(list, remark{text: text})
	case a.Ratio <= thin:
		list = append(list, remark{text: fmt.Sprintf("volume is thin at %s of what is usual here, which takes weight off every signal below.", percent(a.Ratio))})
	}
	switch {
	case a.Up >= mostlyUp:
		list = append(list, remark{text: fmt.Sprintf("over %s %s of the volume traded in rising bars.", count(w.e.Value.Window.Bars, "bar"), percent(a.Up))})
	case a.Up <= mostlyDown:
		list = append(list, remark{text: fmt.Sprintf("over %s only %s of the volume traded in rising bars.", count(w.e.Value.Window.Bars, "bar"), percent(a.Up))})
	}
	return list
}
