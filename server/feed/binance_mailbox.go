package feed

import (
	"sync"

	"github.com/quantum-signals/quantum/server"
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
	closed  []server.Bar
	forming *server.Bar
	sent    int64 // when the exchange sent forming
}

// maxMail bounds the closed bars that wait. What came first is dropped beyond
// it, and asked from history.
const maxMail = 1024

func newMailbox() *mailbox { return &mailbox{ready: make(chan struct{}, 1)} }

// put adds a bar the exchange sent at a time.
func (m *mailbox) put(b server.Bar, sent int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case b.Closed:
		if len(m.next.closed) == maxMail {
			m.next.closed, m.next.anew = m.next.closed[1:], true
		}
		m.next.closed = append(m.next.closed, b)
	case m.next.forming == nil || newer(b, sent, *m.next.forming, m.next.sent):
		m.next.forming, m.next.sent = &b, sent
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

// newer reports whether a forming bar, sent at a time, is a later state than
// another.
func newer(b server.Bar, sent int64, than server.Bar, thanSent int64) bool {
	if b.Candle.OpenTime != than.Candle.OpenTime {
		return b.Candle.OpenTime > than.Candle.OpenTime
	}
	return sent > thanSent
}
