package live

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gorilla/websocket"
)

const (
	pingAfter = 5 * time.Second // the server lets a client go it does not hear for 15 s
	stable    = 10 * time.Second
	subsAtOne = 100 // the server takes no longer list
	helloWait = 10 * time.Second
)

// client is the running of one.
type client struct {
	Options
	cursors map[string]*cursor
	order   []*cursor
	nextID  int
	conn    *websocket.Conn
	leave   time.Time // a moment to move at, after drain; zero if none
}

// Run listens until ctx ends, which is no error, or the server says not to come
// back.
func Run(ctx context.Context, o Options) error {
	c := &client{Options: o, cursors: map[string]*cursor{}}
	c.Silence = cmp.Or(o.Silence, 12*time.Second)
	c.First, c.Most = cmp.Or(o.First, 500*time.Millisecond), cmp.Or(o.Most, 30*time.Second)
	for _, ch := range o.Channels {
		one := &cursor{channel: ch.Name, snap: ch.Snap, at: ch.Since}
		c.cursors[ch.Name] = one
		c.order = append(c.order, one)
	}
	if err := c.stay(ctx); ctx.Err() == nil {
		return err
	}
	return nil
}

// stay makes one connection after the other until ctx ends, or the server says
// not to come back.
func (c *client) stay(ctx context.Context) error {
	for attempt := 0; ; {
		began := time.Now()
		err := c.session(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.tell(err)
		var closed *Closed
		var refused *Refused
		switch {
		case errors.As(err, &refused), errors.As(err, &closed) && closed.final():
			return err
		case errors.As(err, &closed) && closed.Code == epochLost:
			for _, one := range c.order {
				one.at = nil
			}
		case errors.Is(err, errMoving):
			continue // at a moment of our own already
		}
		if time.Since(began) > stable {
			attempt = 0
		}
		pause := min(c.Most, c.First<<min(attempt, 16))
		attempt++
		select {
		case <-time.After(rand.N(pause)): // full jitter
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *client) tell(err error) {
	if c.State != nil {
		c.State(err)
	}
}

// ask subscribes: after its position where a channel has one, from now on
// otherwise.
func (c *client) ask(cursors ...*cursor) error {
	list := make([]map[string]any, 0, len(cursors))
	for _, one := range cursors {
		one.asked = c.id()
		sub := map[string]any{"op": "sub", "id": one.asked, "ch": one.channel}
		switch {
		case one.at != nil:
			sub["since"] = one.at
		case one.snap:
			sub["snap"] = true
		}
		list = append(list, sub)
	}
	for len(list) > 0 {
		n := min(len(list), subsAtOne)
		if err := c.send(map[string]any{"op": "subs", "id": c.id(), "list": list[:n]}); err != nil {
			return closedBy(err)
		}
		list = list[n:]
	}
	return nil
}

func (c *client) take(line []byte) error {
	if len(line) == 0 {
		return nil
	}
	var m Message
	if err := json.Unmarshal(line, &m); err != nil {
		return fmt.Errorf("the server says %q: %w", line, err)
	}
	m.Raw = line
	switch m.T {
	case "welcome":
		c.tell(nil)
		return c.ask(c.order...)
	case "hb":
		return c.behind(m.Heads)
	case "drain":
		spread := max(1, min(m.In, m.Jitter))
		c.leave = time.Now().Add(rand.N(time.Duration(spread) * time.Millisecond))
		return nil
	case "err":
		return c.refused(&m)
	case "ok":
		if one := c.cursors[m.Ch]; one != nil && one.asked == m.ID {
			one.attached(&m)
			c.Deliver(m)
		}
		return nil
	}
	one := c.cursors[m.Ch]
	if one == nil {
		return nil
	}
	deliver, missed := one.take(&m)
	if deliver {
		c.Deliver(m)
	}
	if missed {
		return c.ask(one)
	}
	return nil
}

// behind asks again for channels with a head beyond what came: something was
// lost on the way without a trace.
func (c *client) behind(heads map[string]int64) error {
	for ch, head := range heads {
		if one := c.cursors[ch]; one != nil && one.asked == "" && one.at != nil && head > one.at.Seq && !one.lastValue() {
			if err := c.ask(one); err != nil {
				return err
			}
		}
	}
	return nil
}

// refused ends the session: what was refused for now is asked for with the
// next.
func (c *client) refused(m *Message) error {
	for _, one := range c.order {
		if one.asked == m.ID && m.ID != "" {
			if m.Retry {
				return fmt.Errorf("%s: %s", one.channel, m.Msg)
			}
			return &Refused{one.channel, m.Code, m.Msg}
		}
	}
	return nil
}
