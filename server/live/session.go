package live

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/websocket"
)

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
	if err := c.send(map[string]any{"op": "hello", "id": c.id(), "client": cmp.Or(c.Name, "go/1"), "token": c.Token}); err != nil {
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
