package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Options say where a client connects and what it wants. A zero field is its
// default.
type Options struct {
	URL      string    // of the endpoint, ws:// or wss://
	Token    string    // sent in hello
	Name     string    // who connects, for the server's log
	Channels []Channel // one each; none stands for several

	// Deliver gets every message of the channels, gaps and snaps included, and the
	// answers that attach them (ok), from one goroutine.
	Deliver func(Message)
	// State, if not nil, is told of every change: connected with nil, and why a
	// connection ended.
	State func(error)

	Dial    func(ctx context.Context, network, address string) (net.Conn, error) // the network's if nil
	Silence time.Duration                                                        // after which a connection counts as dead; 12 s
	First   time.Duration                                                        // longest first pause before coming back; 500 ms, doubling
	Most    time.Duration                                                        // longest pause; 30 s
}

// Channel is one to listen to.
type Channel struct {
	Name  string
	Snap  bool      // begin with its newest messages
	Since *Position // go on after this message
}

// Closed is the end of a connection by the server.
type Closed struct {
	Code   int
	Reason string
}

func (c *Closed) Error() string {
	if c.Reason == "" {
		return fmt.Sprintf("the server closed with %d", c.Code)
	}
	return fmt.Sprintf("the server closed with %d: %s", c.Code, c.Reason)
}

// epochLost says that positions are worth nothing any more.
const epochLost = 4010

// final tells whether one does not come back.
func (c *Closed) final() bool {
	return c.Code >= 4500 && c.Code < 4600 || c.Code == websocket.CloseUnsupportedData ||
		c.Code == websocket.CloseInvalidFramePayloadData || c.Code == websocket.CloseMessageTooBig
}

// Refused is a sub the server refused for good.
type Refused struct {
	Channel, Code, Msg string
}

func (r *Refused) Error() string { return fmt.Sprintf("%s: %s", r.Channel, r.Msg) }

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
	c.Silence = or(o.Silence, 12*time.Second)
	c.First, c.Most = or(o.First, 500*time.Millisecond), or(o.Most, 30*time.Second)
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

func or(v, otherwise time.Duration) time.Duration {
	if v == 0 {
		return otherwise
	}
	return v
}

func (c *client) tell(err error) {
	if c.State != nil {
		c.State(err)
	}
}

// errMoving ends a session the server asked us to leave.
var errMoving = errors.New("the server drains")

// session is one connection, from dial to end.
func (c *client) session(ctx context.Context) error {
	dialer := websocket.Dialer{Subprotocols: []string{"quantum.v1.json"}, NetDialContext: c.Dial, HandshakeTimeout: helloWait}
	conn, response, err := dialer.DialContext(ctx, c.URL, nil)
	if response != nil {
		defer response.Body.Close()
	}
	if err != nil {
		if response != nil && response.StatusCode != http.StatusSwitchingProtocols {
			return fmt.Errorf("%s answers %s", c.URL, response.Status)
		}
		return err
	}
	c.conn, c.leave = conn, time.Time{}
	over := context.AfterFunc(ctx, func() { conn.Close() })
	defer func() {
		over()
		conn.Close()
	}()
	pings := time.NewTicker(min(pingAfter, c.Silence/2))
	defer pings.Stop()
	frames, failed, ended := make(chan []byte), make(chan error, 1), make(chan struct{})
	defer close(ended)
	go c.read(conn, frames, failed, ended)
	if err := c.send(map[string]any{"op": "hello", "id": c.id(), "client": or2(c.Name, "go/1"), "token": c.Token}); err != nil {
		return closedBy(err)
	}
	move := time.NewTimer(time.Hour)
	defer move.Stop()
	for {
		select {
		case frame := <-frames:
			for line := range bytes.SplitSeq(frame, []byte{'\n'}) {
				if err := c.take(line); err != nil {
					return err
				}
			}
			if !c.leave.IsZero() {
				move.Reset(time.Until(c.leave))
			}
		case err := <-failed:
			return closedBy(err)
		case <-move.C:
			return errMoving
		case <-pings.C:
			if err := c.send(map[string]any{"op": "ping", "id": c.id()}); err != nil {
				return closedBy(err)
			}
		}
	}
}

func or2(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}

// read hands frames on until the connection ends, or is silent for too long.
func (c *client) read(conn *websocket.Conn, frames chan<- []byte, failed chan<- error, ended <-chan struct{}) {
	for {
		_ = conn.SetReadDeadline(time.Now().Add(c.Silence)) // a closed connection ends the reading by itself
		_, frame, err := conn.ReadMessage()
		if err != nil {
			failed <- err
			return
		}
		select {
		case frames <- frame:
		case <-ended:
			return
		}
	}
}

// closedBy makes of the end of a connection the code it was closed with.
func closedBy(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return &Closed{closed.Code, closed.Text}
	}
	return err
}

func (c *client) id() string {
	c.nextID++
	return strconv.Itoa(c.nextID)
}

func (c *client) send(v any) error {
	_ = c.conn.SetWriteDeadline(time.Now().Add(c.Silence))
	return c.conn.WriteJSON(v)
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

// Endpoint is the address of the WebSocket below a base address such as
// http://127.0.0.1:8080.
func Endpoint(base string) string {
	return "ws" + strings.TrimPrefix(strings.TrimRight(base, "/"), "http") + "/api/v1/ws"
}
