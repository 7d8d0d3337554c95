package builtin

import (
	"fmt"
	"math"
)

// momentum says where the waves are in their swing, and what the other
// oscillators add to it.
func (w *writer) momentum() []remark {
	m, th := &w.first.Momentum, &w.e.Thresholds
	if !m.WT2.Known() {
		return []remark{{text: fmt.Sprintf("the waves have not warmed up in %s, so momentum cannot be read.", count(w.first.Bars, "bar"))}}
	}
	wt2, up := points(m.WT2), m.Waves == "bull"
	cross := "have not crossed yet"
	if m.CrossedAgo >= 0 {
		way := map[bool]string{true: "up", false: "down"}[up]
		cross = fmt.Sprintf("crossed %s %s at %s", way, ago(m.CrossedAgo), points(m.CrossedAt))
	}
	var r remark
	const tight, young = 1.5, 6 // points between the waves; bars
	switch fresh := m.CrossedAgo >= 0 && m.CrossedAgo < young; {
	case m.Zone == "overbought" && up:
		r = remark{fmt.Sprintf("momentum is stretched and still rising: wt2 is at %s, over the %s where it counts as overbought, and the waves have not crossed down. It is late to chase and early to fade.",
			wt2, points(th.Overbought)), 3, "the move up is stretched but has not turned."}
	case m.Zone == "overbought":
		r = remark{fmt.Sprintf("momentum is rolling over from overbought: the waves %s and wt2 still reads %s.", cross, wt2),
			4, "momentum is rolling over from overbought."}
	case m.Zone == "extreme_oversold" && !up:
		r = remark{fmt.Sprintf("selling is at an extreme: wt2 is at %s, past %s, and still falling. Such readings mark exhaustion only once the waves cross up.", wt2, points(th.Extreme)),
			5, "selling has reached an extreme and has not stopped."}
	case m.Zone == "extreme_oversold":
		r = remark{fmt.Sprintf("momentum is lifting off an extreme: the waves %s while wt2, at %s, is still past %s.", cross, wt2, points(th.Extreme)),
			5, "momentum is lifting off an extreme low."}
	case m.Zone == "oversold" && up:
		r = remark{fmt.Sprintf("momentum is turning up from oversold: the waves %s, wt2 is at %s and leaves the zone above %s.", cross, wt2, points(th.Oversold)),
			4, "momentum is turning up out of oversold."}
	case m.Zone == "oversold":
		r = remark{fmt.Sprintf("momentum is down and oversold, wt2 at %s under %s, with no cross up yet: sellers still have it.", wt2, points(th.Oversold)),
			3, "sellers are pressing into oversold."}
	case math.Abs(float64(m.WT1-m.WT2)) < tight && math.Abs(float64(m.WT2)) < 20:
		r = remark{text: fmt.Sprintf("momentum says little: the waves run together near the zero line, wt2 at %s.", wt2), weight: 1}
	case up && m.WT2 >= 0 && fresh:
		r = remark{text: fmt.Sprintf("momentum has picked up again: the waves %s and wt2, at %s, has room to the overbought level at %s.", cross, wt2, points(th.Overbought)), weight: 2}
	case up && m.WT2 >= 0:
		r = remark{text: fmt.Sprintf("momentum is up and the leg is not young: the waves %s and wt2 has come to %s.", cross, wt2), weight: 2}
	case m.WT2 >= 0:
		r = remark{text: fmt.Sprintf("momentum is cooling above zero: the waves %s and wt2 is back at %s from %s.", cross, wt2, points(m.WT2Before)), weight: 2}
		if m.WT2Before < m.WT2 {
			r.text = fmt.Sprintf("the waves %s, with wt2 at %s: the push above zero has lost its pace.", cross, wt2)
		}
	case up:
		r = remark{text: fmt.Sprintf("momentum is mending below zero: the waves %s and wt2 reads %s. It has to pass zero before it is more than a bounce.", cross, wt2), weight: 2}
	case m.WT2-th.Oversold < 10:
		r = remark{text: fmt.Sprintf("momentum is down and closing in on oversold: the waves %s and wt2, at %s, is near the %s where that begins.", cross, wt2, points(th.Oversold)), weight: 2}
	default:
		r = remark{text: fmt.Sprintf("momentum is down with room left: the waves %s, wt2 is at %s and oversold begins at %s.", cross, wt2, points(th.Oversold)), weight: 2}
	}
	return append([]remark{r}, w.oscillators(up)...)
}

// oscillators adds what the waves do not say: extremes, and disagreement.
func (w *writer) oscillators(up bool) []remark {
	m, th := &w.first.Momentum, &w.e.Thresholds
	var list []remark
	if m.RSI.Known() {
		rsi := points(m.RSI)
		const floor = 15
		switch {
		case m.RSI <= floor:
			list = append(list, remark{text: fmt.Sprintf("RSI at %s is a rout.", rsi)})
		case m.RSI >= th.RSIHigh:
			list = append(list, remark{text: fmt.Sprintf("RSI at %s is strong enough to stay there in a trend.", rsi)})
		case m.RSI <= th.RSILow:
			list = append(list, remark{text: fmt.Sprintf("RSI at %s is as weak as it gets outside a rout.", rsi)})
		case up && m.RSI < th.RSIMiddle-3:
			list = append(list, remark{text: fmt.Sprintf("RSI does not confirm: %s is in the lower half.", rsi)})
		case !up && m.Zone == "overbought" && m.RSI > th.RSIMiddle+3:
			list = append(list, remark{text: fmt.Sprintf("RSI has not given way with the waves and reads %s.", rsi)})
		case !up && m.RSI > th.RSIMiddle+3:
			list = append(list, remark{text: fmt.Sprintf("RSI holds its upper half at %s, so the dip is shallow so far.", rsi)})
		default:
			list = append(list, remark{text: fmt.Sprintf("RSI reads %s.", rsi)})
		}
	}
	const high, low = 90, 10 // of 100: pinned to an end
	if m.STC.Known() && (m.STC >= high || m.STC <= low) {
		stc, top, with := points(m.STC), m.STC >= high, w.first.Trend.Side
		switch {
		case top && up && with == "bear":
			list = append(list, remark{text: fmt.Sprintf("the Schaff cycle is at its ceiling (%s) under a falling ribbon: as bounces go, this one is mature.", stc)})
		case top && up:
			list = append(list, remark{text: fmt.Sprintf("the Schaff cycle is at its ceiling (%s): the leg is mature.", stc)})
		case top:
			list = append(list, remark{text: fmt.Sprintf("the Schaff cycle has not rolled over with the waves (%s).", stc)})
		case up:
			list = append(list, remark{text: fmt.Sprintf("the Schaff cycle is still on the floor (%s), so the slower swing has not turned with the waves.", stc)})
		case with == "bull":
			list = append(list, remark{text: fmt.Sprintf("the Schaff cycle is on its floor (%s) while the ribbon still rises: as dips go, this one has come far.", stc)})
		default:
			list = append(list, remark{text: fmt.Sprintf("the Schaff cycle is on its floor (%s): the fall is old.", stc)})
		}
	}
	if m.StochK.Known() && (m.StochK >= high && !up || m.StochK <= low && up) {
		list = append(list, remark{text: fmt.Sprintf("the stochastic, at %s, is at the far end of its range and can swing fast.", points(m.StochK))})
	}
	return list
}
