package cipher

// Columns are the outputs of a series as a structure of arrays, in memory of
// the caller. A column left nil is not computed; the others have one entry a
// bar.
type Columns struct {
	Values [NumReadings][]float64
	Flags  []Flags
}

// MakeColumns returns all columns for n bars.
func MakeColumns(n int) Columns {
	floats := make([]float64, NumReadings*n)
	c := Columns{Flags: make([]Flags, n)}
	for i := range c.Values {
		c.Values[i] = floats[i*n : (i+1)*n : (i+1)*n]
	}
	return c
}

// ColumnName is the name of output column i of NumReadings+NumFlags, in the
// order of CSV files: the chart's readings and flags, then those of the higher
// intervals.
func ColumnName(i int) string {
	reading, flag, isFlag := Column(i)
	if isFlag {
		return flag.String()
	}
	return reading.String()
}

// Column says what output column i holds: a reading or a flag.
func Column(i int) (reading Reading, flag Flag, isFlag bool) {
	const chartReadings, chartFlags = int(HTFFastWT), int(BearFlag)
	switch {
	case i < chartReadings:
		return Reading(i), 0, false
	case i < chartReadings+chartFlags:
		return 0, Flag(i - chartReadings), true
	case i < NumReadings+chartFlags:
		return Reading(i - chartFlags), 0, false
	}
	return 0, Flag(i - NumReadings), true
}
