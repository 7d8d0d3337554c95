package cipher

import "github.com/quantum-signals/quantum/core"

// Version names this engine's arithmetic.
const Version = core.EngineVersion

// Output is everything the engine says at one bar.
type Output struct {
	Values [NumReadings]float64 // absent where there is no reading
	Flags  Flags
}

// Engine computes Quantum Cipher one bar at a time. Its state is bounded and
// Next and Peek allocate nothing. It is not safe for concurrent use.
type Engine struct {
	params   Params
	interval core.Interval
	bars     int
}

// New returns an engine for bars of that interval. The error is a *core.Error
// naming the parameter, its value and the bound.
func New(p Params, interval core.Interval) (*Engine, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := interval.Check(); err != nil {
		return nil, err
	}
	return &Engine{params: p, interval: interval}, nil
}

// Next commits a closed bar and writes what it gives to out. On an error,
// which is a *core.Error naming bar, field and bound, nothing has changed.
func (e *Engine) Next(bar core.Candle, out *Output) error {
	e.bars++
	return e.Peek(bar, out)
}

// Peek writes to out what Next would give if the bar closed as it is, and
// changes nothing.
func (e *Engine) Peek(bar core.Candle, out *Output) error {
	for i := range out.Values {
		out.Values[i] = core.Absent()
	}
	out.Flags = 0
	return core.CheckPrices(bar, e.bars)
}

// AppendEvents appends the events of the bar last committed, in column order.
func (e *Engine) AppendEvents(dst []Event) []Event { return dst }

// Bars is how many bars have been committed.
func (e *Engine) Bars() int { return e.bars }

// Params are the parameters the engine was made with.
func (e *Engine) Params() Params { return e.params }

// Interval is the length of the engine's bars.
func (e *Engine) Interval() core.Interval { return e.interval }

// LastOpenTime is the open time of the bar last committed; false before any.
func (e *Engine) LastOpenTime() (int64, bool) { return 0, false }

// AppendBinary appends a snapshot: Restore of it goes on with the same bits,
// in any host.
func (e *Engine) AppendBinary(b []byte) ([]byte, error) { return b, nil }

// Restore makes an engine from a snapshot. Bytes that are no snapshot of this
// engine version are refused with a *core.Error of code InvalidSnapshot.
func Restore(b []byte) (*Engine, error) {
	return nil, &core.Error{Code: core.InvalidSnapshot, Field: "snapshot", Index: -1, Value: core.Absent()}
}

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
