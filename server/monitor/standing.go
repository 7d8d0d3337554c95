package monitor

import (
	"time"

	"github.com/quantum-signals/quantum/server"
)

// enter says what the series is at.
func (s *series) enter(state server.State) { s.phase.Store(&state) }

// hear notes that the feed gave something.
func (s *series) hear() {
	now := time.Now()
	s.heard.Store(&now)
}

// state is how the series does now. Silence is measured from what the feed gave
// last, on our own clock, never from the times of bars.
func (s *series) state() server.State {
	phase := *s.phase.Load()
	heard := s.heard.Load()
	if phase != server.Live || heard == nil {
		return phase
	}
	patience := s.monitor.options.Silence
	if !s.forms.Load() { // bars come closed only
		patience += 2 * time.Duration(s.name.Interval) * time.Millisecond
	}
	if time.Since(*heard) > patience {
		return server.Stale
	}
	return server.Live
}
