package cipher

import (
	"github.com/quantum-signals/quantum/core/snap"
	"github.com/quantum-signals/quantum/core/ta"
)

// pivot is a counted pivot and what is remembered with it.
type pivot struct {
	Pivot
	found int64   // the bar it was found on, counted from 0; negative for none
	rsi   float64 // the relative strength at the pivot's own bar
}

// pivotSide follows the pivot highs, or the pivot lows, of one row: an
// oscillator and the limit its pivots have to reach to count. It compares each
// with the one before.
type pivotSide struct {
	sign  float64 // 1 for highs; -1 for lows, which mirrors every comparison exactly
	limit float64 // infinite where there is none

	counted, regular, hidden Flags // what a pivot, and a divergence, raise

	latest, previous pivot
}

// init makes a side without pivots.
func (s *pivotSide) init(sign, limit float64, counted Flags) {
	s.sign, s.limit, s.counted = sign, limit, counted
	s.latest.found, s.previous.found = -1, -1
}

// counts reports whether a pivot at that level counts.
func (s *pivotSide) counts(level float64, r *rules) bool {
	if !(s.sign*(level-s.limit) >= -ta.Tie) {
		return false
	}
	// The script tests the level for truth, and 0 is false.
	return r.keepZeros || level < -ta.Tie || level > ta.Tie
}

// add counts a pivot found on bar t and returns the flags it raises.
func (s *pivotSide) add(t int64, at *recentBar, level, price float64, r *rules) Flags {
	last := &s.previous
	*last = s.latest
	p := &s.latest // field by field: see recentBar.take
	p.OpenTime, p.Level, p.Price, p.found, p.rsi = at.openTime, level, price, t, at.oscillators[1]
	if last.found < 0 || r.divMaxBars > 0 && t-last.found > r.divMaxBars {
		return s.counted
	}
	further, higher := s.sign*(price-last.Price), s.sign*(level-last.Level)
	regular := when(further > r.priceTie, 0) & when(-higher > ta.Tie, 0)
	hidden := when(-further > r.priceTie, 0) & when(higher > ta.Tie, 0)
	return s.counted | s.regular&-regular | s.hidden&-hidden
}

// knownAt is the latest pivot found at or before a bar, at most two bars back.
// Two pivots are never found less than three bars apart.
func (s *pivotSide) knownAt(bar int64) *pivot {
	if s.latest.found > bar {
		return &s.previous
	}
	return &s.latest
}

func (s *pivotSide) save(w *snap.Writer) {
	s.previous.save(w)
	s.latest.save(w)
}

func (s *pivotSide) load(r *snap.Reader) {
	s.previous.load(r)
	s.latest.load(r)
}

func (p *pivot) save(w *snap.Writer) {
	w.Int64(p.found)
	w.Int64(p.OpenTime)
	w.Float(p.Level)
	w.Float(p.Price)
	w.Float(p.rsi)
}

func (p *pivot) load(r *snap.Reader) {
	p.found = r.Int64()
	p.OpenTime = r.Int64()
	p.Level, p.Price, p.rsi = r.Float(), r.Float(), r.Float()
}
