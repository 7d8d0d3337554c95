// Package live is a client of the WebSocket endpoint: it delivers every message
// of its channels once and in order, says where some cannot be had any more, and
// resumes after a cut.
package live

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Message is an object of the server. Raw is all of it.
type Message struct {
	T       string `json:"t"`
	ID      string `json:"id"`
	Ch      string `json:"ch"`
	Epoch   string `json:"epoch"`
	Seq     int64  `json:"seq"`
	From    int64  `json:"from"` // of a gap or a conflated message
	To      int64  `json:"to"`
	Next    int64  `json:"next"`
	Why     string `json:"why"`
	Resumed bool   `json:"resumed"`

	Corrects int64 `json:"corrects"` // seq of a bar its source has revised, 0 in other messages

	OpenTime int64            `json:"open_time"`
	Now      int64            `json:"now"`
	Heads    map[string]int64 `json:"heads"`
	In       int64            `json:"in"` // ms, of drain
	Jitter   int64            `json:"jitter"`
	Code     string           `json:"code"`
	Status   int              `json:"status"`
	Msg      string           `json:"msg"`
	Retry    bool             `json:"retry"`

	Raw json.RawMessage `json:"-"`
}

// last is the id by which the server knows a stored message again.
func (m *Message) last() string {
	switch m.T {
	case "event", "alert":
		return m.ID
	case "bar":
		return strconv.FormatInt(m.OpenTime, 10)
	}
	return ""
}

// Position is the last message seen of a channel.
type Position struct {
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
	Last  string `json:"last,omitempty"` // its id
}

// cursor is the client's place in one channel.
type cursor struct {
	channel string
	snap    bool      // wanted with the first sub
	at      *Position // nil before the server said where the channel is
	asked   string    // id of the sub not answered yet: until then none of its messages is taken
}

// lastValue tells whether newer is enough.
func (c *cursor) lastValue() bool {
	return c.channel == "markets" || strings.HasPrefix(c.channel, "forming:")
}

// attached takes the answer to a sub. A resumed place stays as it is: what came
// after it is on the way.
func (c *cursor) attached(m *Message) {
	c.asked = ""
	if !m.Resumed || c.at == nil {
		c.at = &Position{Epoch: m.Epoch, Seq: m.Seq}
	}
}

// take tells whether a message is to be delivered, and moves to it; missed tells
// that some before it did not come.
func (c *cursor) take(m *Message) (deliver, missed bool) {
	if c.at == nil || c.asked != "" {
		return false, false
	}
	switch m.T {
	case "gap":
		if m.Next-1 != c.at.Seq || m.Epoch != c.at.Epoch { // else the source's: no number is missing
			c.at = &Position{Epoch: m.Epoch, Seq: m.Next - 1}
		}
		return true, false
	case "snap":
		if m.Seq != c.at.Seq || m.Epoch != c.at.Epoch {
			c.at = &Position{Epoch: m.Epoch, Seq: m.Seq}
		}
		return true, false
	}
	if m.Corrects != 0 { // beside the sequence
		return m.Epoch == c.at.Epoch && m.Corrects <= c.at.Seq, false
	}
	from := m.From
	if from == 0 {
		from = m.Seq
	}
	switch {
	case m.Epoch != c.at.Epoch && !c.lastValue():
		return false, true
	case m.Epoch == c.at.Epoch && m.Seq <= c.at.Seq:
		return false, false
	case from > c.at.Seq+1 && !c.lastValue():
		return false, true
	}
	c.at = &Position{Epoch: m.Epoch, Seq: m.Seq, Last: m.last()}
	return true, false
}
