package hub

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/server"
)

const (
	maxID   = 32  // characters of an operation's id
	maxList = 100 // subs of one operation
	maxBad  = 3   // malformed messages before a client is let go
)

// operation is one message of a client. Fields it does not use are ignored.
type operation struct {
	op, id, ch   string
	client       string
	token        string
	snap         bool
	from, limit  int64 // of history; 0 where not given
	join, joined bool  // join as given, and whether it was
	since        *position
	list         []operation
}

// position is the last message a client has seen of a channel.
type position struct {
	epoch string
	seq   int64
	last  string // its id; empty where the client has seen none
}

// parse reads an operation.
func parse(text []byte) (operation, error) {
	s := server.NewScanner(text)
	o, ok := scan(s)
	switch err := s.End(); {
	case err != nil:
		return o, err
	case !ok || o.op == "":
		return o, &server.Error{Code: server.CodeMalformed, Detail: "an operation is an object with op"}
	case len(o.id) > maxID:
		long := o.id
		o.id = "" // the refusal carries no such id
		return o, server.Invalid("id", clip(long), "max", fmt.Sprintf("at most %d characters long", maxID))
	case slices.ContainsFunc(o.list, func(one operation) bool { return len(one.id) > maxID }):
		return o, server.Invalid("list", len(o.list), "max", fmt.Sprintf("of ids at most %d characters long", maxID))
	case len(o.list) > maxList:
		return o, server.Invalid("list", len(o.list), "max", fmt.Sprintf("at most %d long", maxList))
	}
	return o, nil
}

func scan(s *server.Scanner) (o operation, ok bool) {
	isObject := true
	ok = true
	text := func(to *string) {
		var is bool
		*to, is = s.Text()
		ok = ok && is
	}
	number := func(to *int64) {
		var is bool
		*to, is = s.Int()
		ok = ok && is
	}
	for key := range s.Object(&isObject) {
		switch key {
		case "op":
			text(&o.op)
		case "id":
			text(&o.id)
		case "ch":
			text(&o.ch)
		case "client":
			text(&o.client)
		case "token":
			text(&o.token)
		case "from":
			number(&o.from)
		case "limit":
			number(&o.limit)
		case "snap":
			o.snap, _ = s.Bool()
		case "join":
			o.join, o.joined = s.Bool()
		case "since":
			o.since = scanPosition(s, &ok)
		case "list":
			o.list = scanList(s, &ok)
		default:
			s.Skip()
		}
	}
	return o, ok && isObject
}

func scanPosition(s *server.Scanner, ok *bool) *position {
	if s.Kind() == 'n' {
		s.Skip()
		return nil
	}
	var p position
	isObject, is := true, true
	for key := range s.Object(&isObject) {
		switch key {
		case "epoch":
			p.epoch, is = s.Text()
		case "seq":
			p.seq, is = s.Int()
			is = is && p.seq >= 0
		case "last":
			p.last, is = s.Text()
		default:
			s.Skip()
		}
		*ok = *ok && is
	}
	*ok = *ok && isObject
	return &p
}

func scanList(s *server.Scanner, ok *bool) []operation {
	var list []operation
	isArray := true
	for range s.Array(&isArray) {
		o, is := scan(s)
		*ok = *ok && is
		list = append(list, o)
	}
	*ok = *ok && isArray
	return list
}

// receive takes a message of the client. It does not block: answers to pings
// of the protocol below are read where it is called.
func (c *client) receive(text []byte) {
	c.mu.Lock()
	if !c.allowed.take(c.hub.now()) || len(c.inbox) > c.hub.options.OpsBurst {
		c.mu.Unlock()
		c.line.hangUp(closeTooMany, fmt.Sprintf("more than %v operations a second", c.hub.options.OpsRate))
		return
	}
	c.inbox = append(c.inbox, text)
	work := !c.working
	c.working = true
	c.mu.Unlock()
	if work {
		c.hub.start(c.work)
	}
}

// work goes through the inbox, in order.
func (c *client) work() {
	for {
		c.mu.Lock()
		if len(c.inbox) == 0 || c.gone {
			c.working, c.inbox = false, nil
			c.mu.Unlock()
			return
		}
		text := c.inbox[0]
		c.inbox = c.inbox[1:]
		c.mu.Unlock()
		if !c.awaitRoom() {
			continue
		}
		c.guarded(func() { c.take(text) })
	}
}

// awaitRoom waits until answers were read, so that a client gets no more of
// them than it takes. It tells whether the client is still there.
func (c *client) awaitRoom() bool {
	for {
		c.mu.Lock()
		full, gone := c.queued > c.hub.options.Queue/2, c.gone
		c.mu.Unlock()
		if !full || gone {
			return !gone
		}
		select {
		case <-c.room:
		case <-c.ended:
		}
	}
}

// guarded lets a client go whose message made us panic: a bug of ours must not
// leave a socket that is open and deaf.
func (c *client) guarded(f func()) {
	defer func() {
		if v := recover(); v != nil {
			c.hub.options.Log.Error("hub: a client's message made the server panic", "panic", v, "client", c.name)
			c.line.hangUp(closeInternal, "internal error")
		}
	}()
	f()
}

// take does what a message asks for.
func (c *client) take(text []byte) {
	o, err := parse(text)
	if err != nil {
		c.answer(refused(o.id, err))
		c.mu.Lock()
		c.bad++
		over := c.bad >= maxBad
		c.mu.Unlock()
		if over {
			c.line.hangUp(closeProtocol, strconv.Itoa(maxBad)+" malformed messages")
		}
		return
	}
	c.mu.Lock()
	hello := c.hello
	c.mu.Unlock()
	if !hello && o.op != "hello" {
		c.answer(refused(o.id, &server.Error{Code: codeHello, Detail: "the first operation is hello"}))
		return
	}
	c.operate(o)
}

// codeHello refuses what comes before hello.
const codeHello = server.CodeMalformed

func (c *client) operate(o operation) {
	switch o.op {
	case "hello":
		c.welcome(o)
	case "sub":
		c.subscribe(o)
	case "subs":
		for _, one := range o.list {
			if !c.awaitRoom() {
				return
			}
			c.subscribe(one)
		}
	case "unsub":
		c.unsubscribe(o)
	case "snap":
		c.snap(o)
	case "history":
		c.history(o)
	case "auth":
		if code, reason := c.admit(o.token); code != 0 {
			c.line.hangUp(code, reason)
			return
		}
		c.answer(done(o.id))
	case "ping":
		c.answer(done(o.id))
	default:
		c.answer(refused(o.id, server.Invalid("op", clip(o.op), "oneof", "one of hello, sub, subs, unsub, snap, history, auth, ping")))
	}
}

// welcome answers hello with the hub's bounds.
func (c *client) welcome(o operation) {
	if code, reason := c.admit(o.token); code != 0 {
		c.line.hangUp(code, reason)
		return
	}
	c.mu.Lock()
	c.hello, c.name = true, clip(o.client)
	if o.joined {
		c.join = o.join
	}
	c.mu.Unlock()
	h := &c.hub.options
	b := []byte(`{"t":"welcome"`)
	if o.id != "" {
		b = server.AppendText(append(b, `,"id":`...), o.id)
	}
	b = strconv.AppendInt(append(b, `,"v":1,"now":`...), c.hub.now().UnixMilli(), 10)
	b = server.AppendFloat(append(b, `,"hb":`...), h.Beat.Seconds())
	b = server.AppendText(append(b, `,"engine":`...), h.Engine)
	b = append(b, `,"limits":{`...)
	for i, limit := range []struct {
		name  string
		value float64
	}{
		{"frame_bytes", float64(h.Frame)}, {"ops_per_second", h.OpsRate}, {"ops_burst", float64(h.OpsBurst)},
		{"channels", float64(h.Channels)}, {"connections", float64(h.Connections)}, {"key_connections", float64(h.PerKey)},
		{"list", maxList}, {"id", maxID}, {"history", float64(h.History)}, {"queue_bytes", float64(h.Queue)}, {"behind", float64(h.Behind)},
		{"slow_seconds", h.SlowAfter.Seconds()}, {"write_seconds", h.WriteWait.Seconds()},
		{"hello_seconds", h.HelloWithin.Seconds()}, {"silence_seconds", h.Silence.Seconds()},
	} {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(server.AppendText(b, limit.name), ':')
		b = server.AppendFloat(b, limit.value)
	}
	c.answer(append(b, `}}`...))
}
