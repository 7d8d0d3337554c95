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
	params *Params
	state  *machine
	trial  *machine // what Peek runs, so that state stays as it is
}

// New returns an engine for bars of that interval. The error is a *core.Error
// naming the parameter, its value and the bound.
func New(p Params, interval core.Interval) (*Engine, error) {
	return newEngine(&p, interval)
}

// NewFromVector is New of ParamsFromVector: what the wasm module calls.
func NewFromVector(v []float64, interval core.Interval) (*Engine, error) {
	p := new(Params)
	if err := p.read(v); err != nil {
		return nil, err
	}
	return newEngine(p, interval)
}

// newEngine keeps p, which nobody changes any more.
func newEngine(p *Params, interval core.Interval) (*Engine, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	if err := interval.Check(); err != nil {
		return nil, err
	}
	state := newMachine(p, interval)
	return &Engine{params: p, state: state, trial: state.clone()}, nil
}

// Vector writes the parameters in catalog order to v.
func (e *Engine) Vector(v *[NumParams]float64) { e.params.vector(v) }

// Next commits a closed bar and writes what it gives to out. On an error,
// which is a *core.Error naming bar, field and bound, nothing has changed.
func (e *Engine) Next(bar core.Candle, out *Output) error {
	if err := e.state.check(&bar); err != nil {
		return err
	}
	e.state.next(&bar, out)
	return nil
}

// Peek writes to out what Next would give if the bar closed as it is, and
// changes nothing.
func (e *Engine) Peek(bar core.Candle, out *Output) error {
	if err := e.state.check(&bar); err != nil {
		return err
	}
	e.trial.assume(e.state)
	e.trial.next(&bar, out)
	return nil
}

// AppendEvents appends the events of the bar last committed, in column order.
func (e *Engine) AppendEvents(dst []Event) []Event { return e.state.appendEvents(dst) }

// Bars is how many bars have been committed.
func (e *Engine) Bars() int { return int(e.state.bars) }

// Params are the parameters the engine was made with.
func (e *Engine) Params() Params { return *e.params }

// Interval is the length of the engine's bars.
func (e *Engine) Interval() core.Interval { return e.state.interval }

// LastOpenTime is the open time of the bar last committed; false before any.
func (e *Engine) LastOpenTime() (int64, bool) { return e.state.open, e.state.bars > 0 }
