package cipher

import "github.com/quantum-signals/quantum/core"

// Compute fills the columns of out for a whole series, with the bits Next
// gives bar by bar. The error is a *core.Error; out is then not to be read.
func Compute(p Params, interval core.Interval, c core.Columns, out *Columns) error {
	return compute(&p, interval, &c, out)
}

// ComputeVector is Compute with ParamsFromVector: what the wasm module calls.
func ComputeVector(v []float64, interval core.Interval, c core.Columns, out *Columns) error {
	p := new(Params)
	if err := p.read(v); err != nil {
		return err
	}
	return compute(p, interval, &c, out)
}

func compute(p *Params, interval core.Interval, c *core.Columns, out *Columns) error {
	if err := p.validate(); err != nil {
		return err
	}
	if err := interval.Check(); err != nil {
		return err
	}
	if err := checkLengths(c, out); err != nil {
		return err
	}
	return newMachine(p, interval).pass(c, out, wanted(out), nil)
}

// NextColumns commits a run of closed bars and fills the columns of out, with
// the state and the bits of Next bar by bar. On an error, which is a
// *core.Error, nothing has changed. AppendEvents then speaks of the last bar.
func (e *Engine) NextColumns(c core.Columns, out *Columns) error {
	if err := checkLengths(&c, out); err != nil {
		return err
	}
	if err := e.state.checkSeries(&c); err != nil {
		return err
	}
	return e.state.pass(&c, out, everything, nil)
}

// checkSeries is check of bars in a row.
func (m *machine) checkSeries(c *core.Columns) error {
	n := c.Len()
	open, high, low, close := c.Open[:n], c.High[:n], c.Low[:n], c.Close[:n]
	earliest := m.earliest()
	for i, at := range c.OpenTime {
		if !valid(earliest, at, open[i], high[i], low[i], close[i]) {
			bar := c.At(i)
			return m.refuse(&bar, i, earliest)
		}
		earliest = at + int64(m.interval)
	}
	return nil
}

// checkLengths holds every column to the number of bars.
func checkLengths(c *core.Columns, out *Columns) error {
	n := c.Len()
	inputs := [...]struct {
		name   string
		length int
	}{
		{"open", len(c.Open)}, {"high", len(c.High)}, {"low", len(c.Low)},
		{"close", len(c.Close)}, {"volume", len(c.Volume)},
	}
	for _, column := range inputs {
		if column.length != n {
			return wrongLength(column.name, column.length, n)
		}
	}
	for r := range out.Values {
		column := out.Values[r]
		if column != nil && len(column) != n {
			return wrongLength(Reading(r).String(), len(column), n)
		}
	}
	if out.Flags != nil && len(out.Flags) != n {
		return wrongLength("flags", len(out.Flags), n)
	}
	return nil
}

func wrongLength(column string, length, bars int) error {
	return &core.Error{
		Code: core.InvalidPointer, Rule: core.RuleWhole, Field: column, Index: -1,
		Value: float64(length), Low: float64(bars), High: float64(bars),
	}
}
