package live

import (
	"context"
	"fmt"
	"net"
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

// Endpoint is the address of the WebSocket below a base address such as
// http://127.0.0.1:8080.
func Endpoint(base string) string {
	return "ws" + strings.TrimPrefix(strings.TrimRight(base, "/"), "http") + "/api/v1/ws"
}
