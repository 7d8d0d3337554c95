package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/ta"
)

// chunk is how many bars pass from column to column at a time, so that what one
// pass writes is still near when the next one reads it.
const chunk = 1024

// readingSet is a set of readings, a bit each.
type readingSet uint32

const (
	everything = readingSet(1)<<NumReadings - 1

	// flagInputs are the readings that flags are made of.
	flagInputs = readingSet(1)<<WT1 | 1<<WT2 | 1<<MF | 1<<RSI | 1<<StochK | 1<<AWT1 | 1<<AWT2 | 1<<ARSI |
		1<<EMA1 | 1<<EMA2 | 1<<EMA3 | 1<<EMA8 | 1<<HTFFastWT
)

func (s readingSet) has(r Reading) bool { return s>>r&1 != 0 }

// wanted is what the columns of out take: those that are there, and what these
// are made of.
func wanted(out *Columns) readingSet {
	var s readingSet
	for r := range out.Values {
		column := out.Values[r]
		if column != nil {
			s |= 1 << r
		}
	}
	if out.Flags != nil {
		s |= flagInputs
	}
	made := [...]struct {
		from Reading
		of   readingSet
	}{
		{FastWT, 1<<WT1 | 1<<WT2},
		{WT2, 1 << WT1},
		{AWT2, 1 << AWT1},
		{ARSI, 1 << RSI},
		{StochK, 1 << StochD},
		{StochD, 1 << StochK},
		{HTFFastWTSmooth, 1 << HTFFastWT},
	}
	for _, m := range made {
		if s.has(m.from) {
			s |= m.of
		}
	}
	return s
}

// work is where a pass over a chunk reads and writes.
type work struct {
	need   readingSet
	values [NumReadings][]float64 // this chunk's part of the caller's columns, or spare
	spare  [NumReadings][]float64
	spareA []float64 // what lasts no longer than a reading
	spareB []float64
	flags  []Flags    // nil if nobody asked
	found  []ta.Pivot // what the oscillators found, two bits each

	each  func(*Event) // hears every event, nil if nobody does
	pairs [][2]Pivot   // of the divergences of this chunk, in order
}

// newWork makes room for the needed readings the caller has no column for, over
// so many bars.
func newWork(out *Columns, need readingSet, bars int) *work {
	chunk := min(chunk, bars)
	w := &work{need: need}
	count := 2
	for r := range out.Values {
		column := out.Values[r]
		if need.has(Reading(r)) && column == nil {
			count++
		}
	}
	memory := make([]float64, count*chunk)
	take := func() []float64 {
		taken := memory[:chunk:chunk]
		memory = memory[chunk:]
		return taken
	}
	w.spareA, w.spareB = take(), take()
	for r := range out.Values {
		column := out.Values[r]
		if need.has(Reading(r)) && column == nil {
			w.spare[r] = take()
		}
	}
	if need == everything {
		w.flags = make([]Flags, chunk)
	}
	if need == everything || out.Flags != nil {
		w.found = make([]ta.Pivot, chunk)
	}
	return w
}

// pass commits all bars of c that check accepts, and returns what it refuses of
// the first other one. each hears the events where it is not nil.
func (m *machine) pass(c *core.Columns, out *Columns, need readingSet, each func(*Event)) error {
	w := newWork(out, need, c.Len())
	spareFlags := w.flags
	w.each = each
	for from := 0; from < c.Len(); from += chunk {
		to := min(from+chunk, c.Len())
		for r := range w.values {
			switch {
			case !w.need.has(Reading(r)):
			case out.Values[r] != nil:
				w.values[r] = out.Values[r][from:to]
			default:
				w.values[r] = w.spare[r][:to-from]
			}
		}
		w.flags = nil
		switch {
		case out.Flags != nil:
			w.flags = out.Flags[from:to]
		case spareFlags != nil:
			w.flags = spareFlags[:to-from]
		}
		bars := c.Slice(from, to)
		if err := m.checkSeries(&bars); err != nil {
			return err
		}
		m.columns(&bars, w)
		if each != nil {
			m.tell(&bars, w)
		}
	}
	return nil
}

// columns commits the bars of a chunk.
func (m *machine) columns(c *core.Columns, w *work) {
	m.readings.columns(c, w)
	if fast := w.values[HTFFastWT]; fast != nil {
		m.wave.column(fast, c)
		if drawing := w.values[HTFFastWTSmooth]; drawing != nil {
			m.wave.drawing.Column(drawing, fast)
		}
	}
	last := c.Len() - 1
	if w.flags != nil {
		for i := range w.flags {
			w.flags[i] = 1<<BearDiamond | 1<<BullDiamond
		}
		m.diamonds[0].column(w.flags, c)
		m.diamonds[1].column(w.flags, c)
		m.signals.column(m.bars, w, c)
		m.flags = w.flags[last]
	}
	m.bars += int64(c.Len())
	m.open, m.close = c.OpenTime[last], c.Close[last]
}
