package volume

import "github.com/quantum-signals/quantum/core"

// Reading is a developing level: one number a bar, or absent.
type Reading int

const (
	POC Reading = iota
	VAH
	VAL
	Total
	Enclosed
	VWAP
	SD
	NumReadings
)

var readingNames = [NumReadings]string{"poc", "vah", "val", "total", "enclosed", "vwap", "sd"}

// String is the reading's name, as in "poc".
func (r Reading) String() string { return readingNames[r] }

// Value is the level that r names.
func (l *Levels) Value(r Reading) float64 {
	return [NumReadings]float64{l.POC, l.VAH, l.VAL, l.Total, l.Enclosed, l.VWAP, l.SD}[r]
}

// Columns are the developing levels of a series as a structure of arrays, in
// memory of the caller. A column left nil is not filled; the others have one
// entry a bar.
type Columns struct {
	Values [NumReadings][]float64
	Events []Event // those of all bars are appended, with levels in new memory
}

// MakeColumns returns all columns for n bars.
func MakeColumns(n int) Columns {
	floats := make([]float64, int(NumReadings)*n)
	var c Columns
	for i := range c.Values {
		c.Values[i] = floats[i*n : (i+1)*n : (i+1)*n]
	}
	return c
}

// Develop fills the columns of out for a whole series, with the bits Next
// gives bar by bar, and appends its events. The error is a *core.Error; out is
// then not to be read.
func Develop(p Params, interval core.Interval, r Range, c core.Columns, out *Columns) error {
	e, err := New(p, interval, r)
	if err != nil {
		return err
	}
	if err := checkLengths(c); err != nil {
		return err
	}
	var levels Levels
	for i := range c.Len() {
		if err := e.Next(c.At(i), &levels); err != nil {
			return err
		}
		for r, column := range out.Values {
			if column != nil {
				column[i] = levels.Value(Reading(r))
			}
		}
		from := len(out.Events)
		out.Events = e.AppendEvents(out.Events)
		for j := from; j < len(out.Events); j++ {
			out.Events[j].Levels = append([]Level(nil), out.Events[j].Levels...)
		}
	}
	return nil
}
