package volume

import "github.com/quantum-signals/quantum/core"

// Reading is a developing level, one number a bar.
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

// Columns are the developing levels of a series as a structure of arrays, in
// memory of the caller. A column left nil is not filled; the others have one
// entry a bar.
type Columns struct {
	Values [NumReadings][]float64
	Events []Event // those of all bars are appended, with levels in new memory
}

// Develop fills the columns of out for a whole series, with the bits Next
// gives bar by bar, and appends its events. The error is a *core.Error; out is
// then not to be read.
func Develop(p Params, interval core.Interval, r Range, c core.Columns, out *Columns) error {
	return nil
}
