package hub

import (
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// message is one entry as clients read it: encoded once, sent to all.
type message struct {
	seq  int64
	id   string // of the event, or the open time of the bar
	text []byte // one JSON object
	lead []byte // another, to go before it: a gap of the source; mostly nil
	at   int64  // ms, when the hub had it
	from int    // in text: where a conflated message says what it stands for, 0 in others
}

// encode writes an entry as a message of the channel.
func encode(e server.Entry, epoch string, now time.Time) message {
	b := make([]byte, 0, len(e.Body)+len(e.Channel)+160)
	b = server.AppendText(append(b, `{"t":`...), e.Type)
	b = appendPlace(b, e.Channel, epoch, e.Seq)
	if e.Corrects != 0 {
		b = strconv.AppendInt(append(b, `,"corrects":`...), e.Corrects, 10)
	}
	from := 0
	switch e.Type {
	case "event":
		b = strconv.AppendInt(append(b, `,"ts":{"bar_close":`...), knownAt(e.Body), 10)
		b = strconv.AppendInt(append(b, `,"committed":`...), e.At.UnixMilli(), 10)
		b = strconv.AppendInt(append(b, `,"sent":`...), now.UnixMilli(), 10)
		b = append(b, '}')
	case "forming", "markets":
		from = len(b)
	}
	if len(e.Body) > len(`{}`) { // its members go on where ours end
		b = append(append(b, ','), e.Body[1:]...)
	} else {
		b = append(b, '}')
	}
	return message{seq: e.Seq, id: e.ID, text: b, at: now.UnixMilli(), from: from}
}

// append appends the message for a client whose last one was cursor.
func (m *message) append(b []byte, cursor int64) []byte {
	if m.from == 0 || cursor+1 >= m.seq {
		return append(b, m.text...)
	}
	b = append(b, m.text[:m.from]...)
	b = strconv.AppendInt(append(b, `,"from":`...), cursor+1, 10)
	return append(b, m.text[m.from:]...)
}

// appendPlace appends the members that say where a message stands.
func appendPlace(b []byte, channel, epoch string, seq int64) []byte {
	b = server.AppendText(append(b, `,"ch":`...), channel)
	b = server.AppendText(append(b, `,"epoch":`...), epoch)
	return strconv.AppendInt(append(b, `,"seq":`...), seq, 10)
}

// knownAt reads the close of an event's bar from its body.
func knownAt(body []byte) int64 {
	s := server.NewScanner(body)
	at, ok := int64(0), true
	for key := range s.Object(&ok) {
		if key == "known_at" {
			at, _ = s.Int()
			break // what comes behind is most of the body
		}
		s.Skip()
	}
	return at
}

// Reasons of a gap.
const (
	whyWindow = "window" // no longer stored
	whyEpoch  = "epoch"  // not the same numbers any more
	whySlow   = "slow"   // no longer stored when the client was ready for them
	whySource = "source" // the source had no bars there; no number is missing
)

// gap says that messages from to to cannot be had.
func gap(channel, epoch string, from, to int64, why string) []byte {
	b := server.AppendText([]byte(`{"t":"gap","ch":`), channel)
	b = server.AppendText(append(b, `,"epoch":`...), epoch)
	b = strconv.AppendInt(append(b, `,"from":`...), from, 10)
	b = strconv.AppendInt(append(b, `,"to":`...), to, 10)
	b = server.AppendText(append(b, `,"why":`...), why)
	b = strconv.AppendInt(append(b, `,"next":`...), to+1, 10)
	return append(b, '}')
}

// attached answers a sub: where the channel stands, and what will be replayed.
func attached(id, channel, epoch string, head int64, resumed bool, replay int64) []byte {
	b := server.AppendText([]byte(`{"t":"ok","id":`), id)
	b = appendPlace(b, channel, epoch, head)
	b = strconv.AppendBool(append(b, `,"resumed":`...), resumed)
	b = strconv.AppendInt(append(b, `,"replay":`...), replay, 10)
	return append(b, '}')
}

// done answers an operation that gives nothing else.
func done(id string) []byte {
	return append(server.AppendText([]byte(`{"t":"ok","id":`), id), '}')
}

// refused answers an operation that failed. The cause of an internal failure
// stays out of it.
func refused(id string, err error) []byte {
	p := server.ProblemOf(err, "")
	b := []byte(`{"t":"err"`)
	if id != "" {
		b = server.AppendText(append(b, `,"id":`...), id)
	}
	b = server.AppendText(append(b, `,"code":`...), string(p.Code))
	b = strconv.AppendInt(append(b, `,"status":`...), int64(p.Status), 10)
	b = server.AppendText(append(b, `,"msg":`...), p.Detail)
	b = strconv.AppendBool(append(b, `,"retry":`...), p.Status >= 500)
	return append(b, '}')
}
