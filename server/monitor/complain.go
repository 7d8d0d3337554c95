package monitor

import (
	"log/slog"
	"sync"
	"time"
)

// complainEvery bounds how often the same complaint is logged: an outage of the
// store is one event, however many series wait for its end.
const complainEvery = 10 * time.Second

// complaints log the same thing once in a while.
type complaints struct {
	log *slog.Logger

	mu   sync.Mutex
	last map[string]time.Time // guarded by mu
}

func newComplaints(log *slog.Logger) *complaints {
	return &complaints{log: log, last: map[string]time.Time{}}
}

// warn logs what is wrong, unless it did so lately.
func (c *complaints) warn(what string, err error) {
	c.mu.Lock()
	now := time.Now()
	lately := now.Sub(c.last[what]) < complainEvery
	if !lately {
		c.last[what] = now
	}
	c.mu.Unlock()
	if !lately {
		c.log.Warn(what, "err", err)
	}
}
