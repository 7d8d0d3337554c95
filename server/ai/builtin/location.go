package builtin

import (
	"fmt"
	"math"

	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// location says where the close stands against value.
func (w *writer) location() []remark {
	v := &w.e.Value
	if !v.Window.POC.Known() {
		return nil
	}
	list := []remark{w.againstPrevious()}
	list = append(list, w.againstSession(), w.againstWindow(), w.nextNode(), w.nakedNear())
	return list
}

// againstPrevious places the close against the session before, and says whether
// value follows.
func (w *writer) againstPrevious() remark {
	v := &w.e.Value
	p, s := &v.Previous, &v.Session
	running, before := w.sessions()
	if !p.POC.Known() {
		return remark{}
	}
	const enough = 4
	moved := s.Bars >= enough && s.POC.Known()
	area := fmt.Sprintf("%s value area (%s to %s)", before, price(p.VAL), price(p.VAH))
	switch p.Place {
	case "above":
		if moved && s.POC > p.VAH {
			return remark{fmt.Sprintf("price is %s above %s and value has followed: %s POC, %s, is above it, so higher prices are accepted.", percent(p.FromVAH), area, running, price(s.POC)),
				3.5, "value is building above " + before + "."}
		}
		return remark{fmt.Sprintf("price is %s above %s, but value has not followed yet, so a return into the area is the thing to watch.", percent(p.FromVAH), area), 2.5,
			"price has left " + before + " value upward without value following yet."}
	case "below":
		if moved && s.POC < p.VAL {
			return remark{fmt.Sprintf("price is %s below %s and value has followed: %s POC, %s, is under it, so lower prices are accepted.", percent(p.FromVAL), area, running, price(s.POC)),
				3.5, "value is building below " + before + "."}
		}
		return remark{fmt.Sprintf("price is %s below %s, but value has not followed yet, so a return into the area is the thing to watch.", percent(p.FromVAL), area), 2.5,
			"price has left " + before + " value downward without value following yet."}
	}
	if w.near(p.POC) {
		return remark{fmt.Sprintf("price sits on %s POC, %s: the middle of balance, where neither side has an advantage from location.", before, price(p.POC)), 2,
			"price is in the middle of balance."}
	}
	half := "under"
	if p.FromPOC > 0 {
		half = "over"
	}
	return remark{text: fmt.Sprintf("price is inside %s, %s its POC of %s: rotation until an edge breaks.", area, half, price(p.POC)), weight: 1.5}
}

// againstSession speaks of the distance from the session's VWAP where it is
// unusual.
func (w *writer) againstSession() remark {
	s := &w.e.Value.Session
	const enough, far, some = 4, 2, 1
	if !s.Bands.Known() || s.Bars < enough {
		return remark{}
	}
	running, _ := w.sessions()
	away, over := evidence.Figure(math.Abs(float64(s.Bands))), map[bool]string{true: "above", false: "below"}[s.Bands > 0]
	switch {
	case away >= far:
		return remark{fmt.Sprintf("it trades %s standard deviations %s %s VWAP of %s, which is stretched for one session.", points(away), over, running, price(s.VWAP)), 3,
			fmt.Sprintf("price is stretched %s the session's average.", over)}
	case away >= some:
		return remark{text: fmt.Sprintf("it trades %s %s VWAP, %s.", over, running, price(s.VWAP))}
	case away < 0.25:
		return remark{text: fmt.Sprintf("it is at %s VWAP, %s.", running, price(s.VWAP))}
	}
	return remark{}
}

// againstWindow speaks of the recent profile.
func (w *writer) againstWindow() remark {
	p := &w.e.Value.Window
	span := count(p.Bars, "bar")
	shape := map[string]string{
		"P": "top-heavy, as short covering leaves it", "b": "bottom-heavy, as liquidation leaves it",
		"B": "split into two areas of value", "thin": "thin, as a trend leaves it",
	}[p.Shape]
	if shape != "" {
		shape = " The profile is " + shape + "."
	}
	switch {
	case w.near(p.POC):
		return remark{text: fmt.Sprintf("the POC of the last %s is right here at %s.%s", span, price(p.POC), shape)}
	case p.Place == "above":
		return remark{fmt.Sprintf("it is above the whole value area of the last %s, whose high is %s and POC %s.%s", span, price(p.VAH), price(p.POC), shape), 2,
			fmt.Sprintf("price is out above %s of value.", span)}
	case p.Place == "below":
		return remark{fmt.Sprintf("it is below the whole value area of the last %s, whose low is %s and POC %s.%s", span, price(p.VAL), price(p.POC), shape), 2,
			fmt.Sprintf("price is out below %s of value.", span)}
	}
	way := "under"
	if p.FromPOC > 0 {
		way = "over"
	}
	return remark{text: fmt.Sprintf("over the last %s most volume lies at %s, with price %s %s it.%s", span, price(p.POC), percent(p.FromPOC), way, shape)}
}

// nextNode says what the profile holds ahead, where the way is open or barred.
func (w *writer) nextNode() remark {
	v := &w.e.Value
	nodes, way := v.Above, "above"
	if lean(w.first) < 0 {
		nodes, way = v.Below, "below"
	}
	for i, n := range nodes {
		if w.near(n.Price) {
			continue
		}
		if n.Kind == "low_volume" {
			text := fmt.Sprintf("the next thing %s is a low-volume node at %s: little traded there, so price tends to pass quickly", way, price(n.Price))
			if i+1 < len(nodes) {
				text += fmt.Sprintf(" towards %s", price(nodes[i+1].Price))
			}
			return remark{text: text + "."}
		}
		return remark{text: fmt.Sprintf("the next thing %s is a high-volume node at %s, where price tends to slow.", way, price(n.Price))}
	}
	return remark{}
}

// nakedNear mentions a naked point of control within reach.
func (w *writer) nakedNear() remark {
	const reach = 4 // usual bars
	tr := w.first.Price.TrueRange
	for _, n := range w.e.Value.Naked {
		if !n.Distance.Known() || !tr.Known() || math.Abs(float64(n.Distance)) > reach*float64(tr) || n.Age < 2 {
			continue
		}
		way := "above"
		if n.Distance < 0 {
			way = "below"
		}
		return remark{text: fmt.Sprintf("a naked POC, untouched for %s, lies %s %s at %s.", count(n.Age, "session"), percent(n.Distance), way, price(n.Price))}
	}
	return remark{}
}
