package evidence

import (
	"slices"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

const (
	activityBars = 6 // the last few, of Activity
	nodesShown   = 3 // on each side of the close
)

// addValue reads where volume traded, and adds the volume events to the first
// frame.
func (e *Evidence) addValue(interval core.Interval, c core.Columns, o Options) error {
	engine, err := volume.New(o.Setup.Volume, interval, o.Setup.Range)
	if err != nil {
		return err
	}
	var events []volume.Event
	for i := range c.Len() {
		if err := engine.Next(c.At(i), nil); err != nil {
			return err
		}
		for _, event := range engine.AppendEvents(nil) {
			event.Levels = slices.Clone(event.Levels)
			events = append(events, event)
		}
	}
	first := e.First()
	first.Events = append(first.Events, volumeEvents(&c, events, o.Recent)...)
	slices.SortStableFunc(first.Events, func(a, b Event) int { return a.Ago - b.Ago })
	if len(first.Events) > maxEvents {
		first.Events = first.Events[:maxEvents]
	}

	close := c.Close[c.Len()-1]
	v := &e.Value
	v.Range = rangeName(o.Setup.Range)
	v.Session = profileOf(engine.Levels(), "", close)
	nothing := core.Absent()
	v.Previous = profileOf(volume.Levels{POC: nothing, VAH: nothing, VAL: nothing, VWAP: nothing, SD: nothing}, "", close)
	if before, ok := engine.Previous(); ok {
		v.Previous = profileOf(before.Levels, before.Shape.String(), close)
	}
	v.Naked = nearestNaked(engine.AppendNaked(nil), close)
	return v.addWindow(c.Slice(max(0, c.Len()-o.Window), c.Len()), o.Setup.Volume, close)
}

func rangeName(r volume.Range) string {
	if r.Kind == volume.RangeSession && r.Length == 0 {
		return "day"
	}
	return r.Kind.String()
}

// addWindow reads the profile of the last bars.
func (v *Value) addWindow(c core.Columns, p volume.Params, close float64) error {
	profile, err := volume.Compute(p, c)
	if err != nil {
		return err
	}
	levels := volume.Levels{
		Start: c.OpenTime[0], Count: c.Len(), POC: profile.POC, VAH: profile.VAH, VAL: profile.VAL, VWAP: profile.VWAP, SD: profile.SD,
	}
	v.Window = profileOf(levels, profile.Shape.String(), close)
	v.Above, v.Below = []Node{}, []Node{}
	for i, nodes := range [...][]volume.Node{profile.HighNodes, profile.LowNodes} {
		for _, n := range nodes {
			one := Node{[...]string{"high_volume", "low_volume"}[i], Figure(n.Price), percentOf(n.Price, close), Figure(100 * n.Prominence)}
			if n.Price >= close {
				v.Above = append(v.Above, one)
			} else {
				v.Below = append(v.Below, one)
			}
		}
	}
	slices.SortFunc(v.Above, func(a, b Node) int { return byPrice(a.Price, b.Price) })
	slices.SortFunc(v.Below, func(a, b Node) int { return byPrice(b.Price, a.Price) })
	v.Above, v.Below = v.Above[:min(len(v.Above), nodesShown)], v.Below[:min(len(v.Below), nodesShown)]
	v.Volume = activityOf(&c, profile)
	return nil
}

func byPrice(a, b Figure) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func activityOf(c *core.Columns, profile *volume.Profile) Activity {
	n := c.Len()
	a := Activity{Bars: min(activityBars, n), Ratio: none(), Up: none()}
	if profile.Total == 0 {
		return a
	}
	last, all := 0.0, 0.0
	for i, volume := range c.Volume {
		all += volume
		if i >= n-a.Bars {
			last += volume
		}
	}
	a.Ratio = Figure(100 * (last / float64(a.Bars)) / (all / float64(n)))
	up := 0.0
	for _, volume := range profile.Up {
		up += volume
	}
	a.Up = Figure(100 * up / profile.Total)
	const half = 50
	a.Delta = side(a.Up > half)
	return a
}

// profileOf places the close against the levels of a range.
func profileOf(l volume.Levels, shape string, close float64) Profile {
	p := Profile{
		Start: l.Start, Bars: l.Count, POC: Figure(l.POC), VAH: Figure(l.VAH), VAL: Figure(l.VAL), VWAP: Figure(l.VWAP), SD: Figure(l.SD),
		Shape: shape, FromPOC: none(), FromVAH: none(), FromVAL: none(), Bands: none(),
	}
	if !p.POC.Known() {
		return p
	}
	switch {
	case close > l.VAH:
		p.Place = "above"
	case close < l.VAL:
		p.Place = "below"
	default:
		p.Place = "inside"
	}
	p.FromPOC, p.FromVAH, p.FromVAL = percentOf(close, l.POC), percentOf(close, l.VAH), percentOf(close, l.VAL)
	if l.SD > 0 {
		p.Bands = Figure((close - l.VWAP) / l.SD)
	}
	return p
}

// nearestNaked keeps the nearest over the close and the nearest under it.
func nearestNaked(all []volume.Naked, close float64) []Naked {
	var above, below *volume.Naked
	for i := range all {
		n := &all[i]
		if n.Price >= close && (above == nil || n.Price < above.Price) {
			above = n
		}
		if n.Price < close && (below == nil || n.Price > below.Price) {
			below = n
		}
	}
	list := []Naked{}
	for _, n := range []*volume.Naked{above, below} {
		if n != nil {
			list = append(list, Naked{Figure(n.Price), n.Start, n.Age, percentOf(n.Price, close)})
		}
	}
	return list
}
