// Package proof holds the promises of live delivery against logs alone: what
// the monitor stored, and what each client was told, each line with its channel,
// epoch, number, id and time. It knows nothing of how messages travel.
package proof

import (
	"sync"
	"time"
)

// What a line of a log says.
type What string

const (
	Stored   What = "stored"   // the monitor is about to store a message; the time is from before it does
	Attached What = "attached" // a client was told where a channel stands
	Heard    What = "heard"    // a client got a message
	Gap      What = "gap"      // a client was told that messages from Seq to To cannot be had
	Reset    What = "reset"    // a client dropped its positions, as told: the epoch is lost
	Lost     What = "lost"     // the store itself lost what it had behind Seq
)

// Line is one line of a log.
type Line struct {
	Who     string // the client; not looked at where it was stored
	What    What
	Channel string
	Epoch   string
	Seq     int64
	To      int64 // of a gap
	ID      string
	Resumed bool // of attached: the client goes on after its last message
	At      time.Time
}

// Log takes lines of many at once.
type Log struct {
	mu    sync.Mutex
	lines []Line
}

// Add adds a line, with the present time where it has none.
func (l *Log) Add(line Line) {
	if line.At.IsZero() {
		line.At = time.Now()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

// Lines are all lines so far, those of one writer in order.
func (l *Log) Lines() []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Line(nil), l.lines...)
}
