package compute

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// developed is what an engine said over the candles.
type developed struct {
	engine  *volume.Engine
	times   []int64         // open times, where the levels of each bar were asked for
	columns volume.Columns  // those levels
	events  []volume.Event  // nil where they were not asked for
	forming *formingLevels  // nil where no bar is forming
	last    volume.Levels   // after the last closed bar
	prev    *volume.Session // finished last
	naked   []volume.Naked
}

// formingLevels are a forming bar and the levels if it closed as it is.
type formingLevels struct {
	candle core.Candle
	levels volume.Levels
}

// develop runs an engine over closed candles, and lets it peek at a forming one.
func develop(q *volumeRequest, r volume.Range, closed core.Columns, forming *core.Candle) (*developed, error) {
	e, err := volume.New(q.params, q.interval, r)
	if err != nil {
		return nil, err
	}
	d := &developed{engine: e}
	n := closed.Len()
	if q.developing {
		d.times, d.columns = closed.OpenTime, volume.MakeColumns(n)
	}
	if q.events {
		d.events = []volume.Event{}
	}
	out := &d.last
	if !q.developing {
		out = nil // levels nobody asked for need not be read
	}
	for i := range n {
		if err := e.Next(closed.At(i), out); err != nil {
			return nil, err
		}
		if q.developing {
			for r, column := range d.columns.Values {
				column[i] = d.last.Value(volume.Reading(r))
			}
		}
		if q.events {
			from := len(d.events)
			d.events = e.AppendEvents(d.events)
			for j := from; j < len(d.events); j++ {
				d.events[j].Levels = append([]volume.Level(nil), d.events[j].Levels...)
			}
		}
	}
	d.last = e.Levels()
	d.naked = e.AppendNaked(nil)
	if s, ok := e.Previous(); ok {
		s.LowNodes = append([]volume.Node(nil), s.LowNodes...)
		d.prev = &s
	}
	if forming != nil {
		d.forming = &formingLevels{candle: *forming}
		if err := e.Peek(*forming, &d.forming.levels); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// levelsOf are the levels of a whole profile.
func levelsOf(p *volume.Profile) volume.Levels {
	return volume.Levels{Count: p.Count, POC: p.POC, VAH: p.VAH, VAL: p.VAL, Total: p.Total, Enclosed: p.Enclosed, VWAP: p.VWAP, SD: p.SD}
}
