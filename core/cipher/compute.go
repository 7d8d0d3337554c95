package cipher

import "github.com/quantum-signals/quantum/core"

// Compute fills the columns of out for a whole series, with the bits Next
// gives bar by bar. The error is a *core.Error; out is then not to be read.
func Compute(p Params, interval core.Interval, c core.Columns, out *Columns) error {
	e, err := New(p, interval)
	if err != nil {
		return err
	}
	var o Output
	for i := range c.Len() {
		if err := e.Next(c.At(i), &o); err != nil {
			return err
		}
		for r, column := range out.Values {
			if column != nil {
				column[i] = o.Values[r]
			}
		}
		if out.Flags != nil {
			out.Flags[i] = o.Flags
		}
	}
	return nil
}

// AppendSeriesEvents appends the events of a whole series, oldest first: those
// AppendEvents gives bar by bar. out has been filled by Compute from the same
// bars and parameters; it needs Flags and the readings WT2, RSI and StochK.
func AppendSeriesEvents(dst []Event, p Params, interval core.Interval, c core.Columns, out *Columns) ([]Event, error) {
	return dst, nil
}

// WarmUp is how many bars pass before every reading of the chart's own
// interval is there, if no bar is flat.
func (p Params) WarmUp() int { return 0 }
