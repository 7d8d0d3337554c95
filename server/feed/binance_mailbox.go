package feed

import (
	"sync"

	"github.com/quantum-signals/quantum/core"
)

// mailbox is what came from the connections and is not yet given. Closed bars
// keep their order; of the forming ones only the newest is kept, so that a
// reader that is slow sees fewer of them. Safe for concurrent use.
type mailbox struct {
	ready chan struct{} // holds a token while there is mail

	mu   sync.Mutex
	next mail // guarded by mu
}

// mail is what a mailbox holds.
type mail struct {
	anew    bool // a connection began: bars may have been missed before it
	closed  []core.Candle
	forming *told
}

// maxMail bounds the closed bars that wait. What came first is dropped beyond
// it, and asked from history.
const maxMail = 1024

func newMailbox() *mailbox { return &mailbox{ready: make(chan struct{}, 1)} }

// put adds a bar.
func (m *mailbox) put(t told) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case t.closed:
		if len(m.next.closed) == maxMail {
			m.next.closed, m.next.anew = m.next.closed[1:], true
		}
		m.next.closed = append(m.next.closed, t.bar)
	case m.next.forming == nil || t.newer(*m.next.forming):
		m.next.forming = &t
	default:
		return
	}
	m.raise()
}

// begin notes that a connection has begun.
func (m *mailbox) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next.anew = true
	m.raise()
}

// raise tells that there is mail. mu is held.
func (m *mailbox) raise() {
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// take empties the mailbox.
func (m *mailbox) take() mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.next
	m.next = mail{}
	return taken
}

// newer reports whether a forming bar is a later state than another.
func (t told) newer(than told) bool {
	if t.bar.OpenTime != than.bar.OpenTime {
		return t.bar.OpenTime > than.bar.OpenTime
	}
	return t.sent > than.sent
}
