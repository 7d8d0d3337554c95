package cipher

import "github.com/quantum-signals/quantum/core"

// NextColumnsEach is NextColumns, and tells each event of the run as AppendEvents
// would after its bar, oldest first. Nothing of an event may be kept: the next
// one lies in its place.
func (e *Engine) NextColumnsEach(c core.Columns, out *Columns, each func(*Event)) error {
	if err := checkLengths(&c, out); err != nil {
		return err
	}
	if err := e.state.checkSeries(&c); err != nil {
		return err
	}
	return e.state.pass(&c, out, everything, each)
}

// hear keeps the pivots behind the divergences among the flags of a bar, while
// they are those of that bar.
func (w *work) hear(d *divergences, flags Flags) {
	for left := flags & withPivots; left != 0; left &= left - 1 {
		w.pairs = append(w.pairs, d.pair(firstOf(left)))
	}
}

// tell tells the events of a chunk, whose pivots hear has kept.
func (m *machine) tell(c *core.Columns, w *work) {
	pairs := w.pairs
	var e Event
	for i, flags := range w.flags {
		for left := flags &^ states; left != 0; left &= left - 1 {
			e = Event{}
			e.describe(left, c.OpenTime[i], m.interval, c.Close[i])
			if e.HasPivots {
				e.Pivots, pairs = pairs[0], pairs[1:]
			}
			w.each(&e)
		}
	}
	w.pairs = w.pairs[:0]
}
