package proof

import (
	"fmt"
	"time"
)

// Result is what the lines come to.
type Result struct {
	Stored, Heard int
	Clients       int   // with a channel each
	Resumes       int   // attached after the last message, without a gap
	Gaps          int   // told
	Lacking       int64 // messages the gaps told of
	Lost          int64 // messages left out without a word
	Duplicates    int   // messages heard again in one epoch
	Missing       int64 // messages clients had not heard at the end

	Broken []string // promises, at most a hundred
}

func (r *Result) breaks(promise, format string, a ...any) {
	const most = 100
	if len(r.Broken) < most {
		r.Broken = append(r.Broken, promise+": "+fmt.Sprintf(format, a...))
	}
}

func (r Result) String() string {
	return fmt.Sprintf("%d stored, %d heard by %d clients, %d resumes, %d gaps of %d messages, %d lost, %d duplicates, %d missing at the end, %d broken",
		r.Stored, r.Heard, r.Clients, r.Resumes, r.Gaps, r.Lacking, r.Lost, r.Duplicates, r.Missing, len(r.Broken))
}

// Check holds the lines against the promises. Where complete, every client must
// have come to the end of its channels.
func Check(lines []Line, complete bool) Result {
	c := checker{stored: map[place][]message{}, heads: map[channel]int64{}, ids: map[id]int64{}, places: map[listener]*standing{}}
	for _, line := range lines { // stores first: logs of different writers may be in any order
		switch line.What {
		case Stored:
			c.store(line)
		case Lost:
			c.lose(line)
		}
	}
	for _, line := range lines {
		if line.What != Stored && line.What != Lost {
			c.hear(line)
		}
	}
	c.Clients = len(c.places)
	for who, at := range c.places {
		if at.owed {
			c.Lost++
			c.breaks("P2", "%s was never told what it lacks of %s after %d", who.who, who.channel, at.seq)
		}
		head := c.heads[channel{who.channel, at.epoch}]
		if complete && at.seq < head {
			c.Missing += head - at.seq
			c.breaks("P2", "%s ends at %d of %s, which has %d", who.who, at.seq, who.channel, head)
		}
	}
	return c.Result
}

type (
	channel struct{ name, epoch string }
	place   struct {
		channel
		seq int64
	}
	id struct {
		channel
		id string
	}
	message struct {
		id string
		at time.Time
	}
	listener struct{ who, channel string }
)

// standing is how far a client has come in a channel.
type standing struct {
	epoch string
	seq   int64
	id    string // of the last message heard, empty where none was
	owed  bool   // a gap: it was attached further on than it had come
	fresh bool   // it has no place
}

type checker struct {
	Result
	stored map[place][]message
	heads  map[channel]int64
	ids    map[id]int64
	places map[listener]*standing
}

// store notes a message. Numbers of an epoch grow by one, and an id is stored
// once.
func (c *checker) store(line Line) {
	c.Stored++
	of := channel{line.Channel, line.Epoch}
	if head := c.heads[of]; line.Seq != head+1 {
		c.breaks("P1", "%s of epoch %s has %d stored after %d: an epoch was used again, or a number left out", line.Channel, line.Epoch, line.Seq, head)
	}
	c.heads[of] = line.Seq
	if seq, ok := c.ids[id{of, line.ID}]; ok {
		c.breaks("P5", "%s has the id %s stored as %d and as %d", line.Channel, line.ID, seq, line.Seq)
	}
	c.ids[id{of, line.ID}] = line.Seq
	at := place{of, line.Seq}
	c.stored[at] = append(c.stored[at], message{line.ID, line.At})
}

// lose goes back: what comes next takes the numbers of what was lost.
func (c *checker) lose(line Line) {
	of := channel{line.Channel, line.Epoch}
	for lost := range c.ids {
		if lost.channel == of && c.ids[lost] > line.Seq {
			delete(c.ids, lost)
		}
	}
	c.heads[of] = line.Seq
}

func (c *checker) hear(line Line) {
	who := listener{line.Who, line.Channel}
	at := c.places[who]
	if at == nil {
		at = &standing{fresh: true}
		c.places[who] = at
	}
	switch line.What {
	case Attached:
		c.attach(at, line)
	case Gap:
		c.gap(at, line)
	case Reset:
		*at = standing{fresh: true}
	case Heard:
		c.Heard++
		c.held(line)
		c.step(at, line)
	}
}

func (c *checker) attach(at *standing, line Line) {
	switch {
	case line.Resumed && !at.fresh:
		c.Resumes++
		if now := c.stored[place{channel{line.Channel, line.Epoch}, at.seq}]; at.id != "" && (len(now) == 0 || now[len(now)-1].id != at.id) {
			c.breaks("P2", "%s resumed %s after %d as %s, which is another message by now", line.Who, line.Channel, at.seq, at.id)
		}
		if line.Epoch != at.epoch {
			c.breaks("P3", "%s resumed %s in epoch %s with a place of %s", line.Who, line.Channel, line.Epoch, at.epoch)
		}
	case at.fresh:
		*at = standing{epoch: line.Epoch, seq: line.Seq}
	default: // a gap is owed, even if there is nothing in it
		at.owed = true
	}
}

// gap moves a client on. It begins behind the last message heard, or belongs to
// another epoch; one of the source lacks no number.
func (c *checker) gap(at *standing, line Line) {
	c.Gaps++
	if line.Epoch == at.epoch && line.Seq != at.seq+1 {
		c.breaks("P2", "%s was at %d of %s and told of a gap from %d on", line.Who, at.seq, line.Channel, line.Seq)
	}
	c.Lacking += max(0, line.To-line.Seq+1)
	to := line.To
	if line.Seq == at.seq+1 && to < line.Seq && !at.owed {
		return // of the source
	}
	if line.Epoch == at.epoch && !at.owed {
		to = max(to, at.seq)
	}
	*at = standing{epoch: line.Epoch, seq: to}
}

// step holds a message against the one before it.
func (c *checker) step(at *standing, line Line) {
	switch {
	case at.fresh:
		c.breaks("P2", "%s heard %d of %s before it was told where the channel stands", line.Who, line.Seq, line.Channel)
	case at.owed:
		c.Lost++
		c.breaks("P2", "%s heard %d of %s before the gap after %d", line.Who, line.Seq, line.Channel, at.seq)
	case line.Epoch != at.epoch:
		c.breaks("P2", "%s heard %d of %s in epoch %s, unannounced after %s", line.Who, line.Seq, line.Channel, line.Epoch, at.epoch)
	case line.Seq <= at.seq:
		c.Duplicates++
		c.breaks("P3", "%s heard %d of %s again after %d", line.Who, line.Seq, line.Channel, at.seq)
		return
	case line.Seq > at.seq+1:
		c.Lost += line.Seq - at.seq - 1
		c.breaks("P2", "%s heard %d of %s after %d, and nothing of what is between", line.Who, line.Seq, line.Channel, at.seq)
	}
	*at = standing{epoch: line.Epoch, seq: line.Seq, id: line.ID}
}

// held holds a message against what was stored under its number, and when.
func (c *checker) held(line Line) {
	versions := c.stored[place{channel{line.Channel, line.Epoch}, line.Seq}]
	if len(versions) == 0 {
		c.breaks("P7", "%s heard %d of %s, epoch %s, which was never stored", line.Who, line.Seq, line.Channel, line.Epoch)
		return
	}
	for _, m := range versions {
		if m.id != line.ID {
			continue
		}
		if line.At.Before(m.at) {
			c.breaks("P7", "%s heard %d of %s %v before it was stored", line.Who, line.Seq, line.Channel, m.at.Sub(line.At))
		}
		return
	}
	c.breaks("P1", "%s heard %d of %s as %s, stored is %s", line.Who, line.Seq, line.Channel, line.ID, versions[len(versions)-1].id)
}
