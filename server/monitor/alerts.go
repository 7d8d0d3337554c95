package monitor

import (
	"context"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// Alerts judges closed bars by the alert rules of their series. What it says is
// committed with the bar, or not at all where the rules have changed meanwhile:
// then they are read, and the bar is judged again. Safe for concurrent use.
type Alerts interface {
	// Judge judges a bar by the rules last read.
	Judge(s server.Series, bar *server.Closed) *server.Alerting
	// Read reads the rules of a partition.
	Read(ctx context.Context, partition int) error
}

// keepClosed keeps what the engines say at a bar until it is committed: it may
// have to be judged more than once.
func (s *series) keepClosed(bar core.Candle, events []server.Event) {
	if s.monitor.options.Alerts == nil {
		return
	}
	c := server.Closed{Candle: bar, Cipher: s.engines.out, Volume: s.engines.volume.Levels()}
	for i := range events {
		c.Events = append(c.Events, events[i].Kind)
	}
	s.closed = append(s.closed, c)
}

// judge adds to what is pending what the rules make of it.
func (s *series) judge() {
	for i := range s.closed {
		s.pending[i].Alerting = s.monitor.options.Alerts.Judge(s.name, &s.closed[i])
	}
}
