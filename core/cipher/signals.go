package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
)

// signals turn the readings of each bar into its flags.
type signals struct {
	divs    divergences
	circles circles
	trend   trend
}

func (s *signals) init(p *Params, r *rules) {
	s.divs.init(p, r)
	s.circles.init(p)
	s.trend.init(p, r)
}

// next commits bar t with its readings and returns its flags. allowed has the
// diamonds that the higher intervals allow.
func (s *signals) next(t int64, bar *core.Candle, v *[NumReadings]float64, allowed Flags) Flags {
	flags := s.circles.next(v[WT1], v[WT2], v[MF], v[HTFFastWT], allowed)
	flags |= s.trend.next(bar.Open, bar.Close, v[EMA1], v[EMA2], v[EMA3], v[EMA8], v[AWT1], v[AWT2], v[ARSI])
	return flags | s.divs.next(t, bar, v[WT2], v[RSI], v[StochK])
}

// column is next over a run of bars from bar t on, whose flags hold what is
// allowed.
func (s *signals) column(t int64, w *work, c *core.Columns) {
	s.circles.column(w)
	s.trend.column(w, c)
	s.divs.column(t, w, c)
}

func (s *signals) save(w *snap.Writer) {
	s.divs.save(w)
	s.circles.cross.Save(w)
	s.trend.save(w)
}

func (s *signals) load(r *snap.Reader) {
	s.divs.load(r)
	s.circles.cross.Load(r)
	s.trend.load(r)
}
