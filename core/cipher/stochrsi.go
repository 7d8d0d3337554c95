package cipher

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// stochRSI is the stochastic of the relative strength of the close, or of its
// logarithm, smoothed twice.
//
// Source: T. Chande and S. Kroll, The New Technical Trader, 1994.
type stochRSI struct {
	log, average bool
	rsi          ta.RSI
	raw          ta.Stochastic
	k, d         ta.SMA
}

func (s *stochRSI) init(p *Params, r *rules) {
	s.log, s.average = p.StochLog, p.StochAverageKD
	must(s.rsi.Init(p.StochRSIPeriod, r.flatRSI))
	must(s.raw.Init(p.StochPeriod, r.stochFloor))
	must(s.k.Init(p.StochKPeriod))
	must(s.d.Init(p.StochDPeriod))
}

func (s *stochRSI) next(close float64) (k, d float64) {
	if s.log {
		close = ta.Ln(close)
	}
	k = s.k.Next(s.raw.Next(s.rsi.Next(close)))
	d = s.d.Next(k)
	if s.average {
		k = core.Canonical((k + d) / 2)
	}
	return k, d
}

// columns is next over a run of closes.
func (s *stochRSI) columns(k, d, close []float64) {
	if s.log {
		ta.LnColumn(k, close)
		close = k
	}
	s.rsi.Column(k, close)
	s.raw.Column(d, k)
	s.k.Column(k, d)
	s.d.Column(d, k)
	if s.average {
		for i := range k {
			k[i] = core.Canonical((k[i] + d[i]) / 2)
		}
	}
}

func (s *stochRSI) place(memory []float64) []float64 {
	return s.d.Place(s.k.Place(s.raw.Place(memory)))
}

func (s *stochRSI) save(w *snap.Writer) {
	s.rsi.Save(w)
	s.raw.Save(w)
	s.k.Save(w)
	s.d.Save(w)
}

func (s *stochRSI) load(r *snap.Reader) {
	s.rsi.Load(r)
	s.raw.Load(r)
	s.k.Load(r)
	s.d.Load(r)
}
