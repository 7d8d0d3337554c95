package hub

import (
	"compress/flate"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"github.com/olahol/melody"

	"github.com/quantum-signals/quantum/server"
)

// Subprotocol is what the endpoint speaks.
const Subprotocol = "quantum.v1.json"

// Close codes. Clients come back after those below 4500.
const (
	closeUnsupported = websocket.CloseUnsupportedData
	closeBadText     = websocket.CloseInvalidFramePayloadData
	closeInternal    = websocket.CloseInternalServerErr
	closeNoHello     = 4001
	closeSilent      = 4002
	closeDrain       = 4003
	closeSlow        = 4008
	closeEpoch       = 4010
	closeOverload    = 4013
	closeTooMany     = 4029
	closeBadToken    = 4500
	closeProtocol    = 4503
	closeVersion     = 4504
	closePerKey      = 4505
	closeRevoked     = 4506
)

// farewell is how long a client has to answer a close before its connection is
// cut.
const farewell = time.Second

// session is a client's connection, held by Melody unless its frames are
// deflated.
type session struct {
	hub    *Hub
	client *client
	conn   *websocket.Conn
	send   func(frame []byte)
	timer  *time.Timer // until hello

	once    sync.Once      // the first reason to hang up counts
	parting sync.WaitGroup // the farewell
}

// writeBuffer holds a frame of a few messages whole: what is larger is written
// in two parts, which costs more than copying it.
const writeBuffer = 8 << 10

const sessionKey = "session"

func sessionOf(s *melody.Session) *session {
	v, _ := s.Get(sessionKey)
	return v.(*session) // every session of ours is made with one
}

// newMelody sets what Melody leaves open: it accepts any origin and messages
// of 512 bytes only, and tells a full queue by dropping.
func (h *Hub) newMelody() *melody.Melody {
	m := melody.New()
	m.Config.MaxMessageSize = h.options.Frame
	m.Config.WriteWait = h.options.WriteWait
	m.Config.PongWait = h.options.Silence
	m.Config.PingPeriod = h.options.Silence / 3
	m.Config.MessageBufferSize = 2                                                     // one frame is on its way at a time
	m.Upgrader.WriteBufferSize, m.Upgrader.WriteBufferPool = writeBuffer, &sync.Pool{} // held while a frame is written
	m.Upgrader.Subprotocols = []string{Subprotocol}
	m.Upgrader.CheckOrigin = h.allowed
	m.Upgrader.Error = func(w http.ResponseWriter, r *http.Request, status int, reason error) {
		code := server.CodeMalformed
		if status == http.StatusForbidden {
			code = server.CodeForbidden
		}
		server.WriteProblem(w, r, &server.Error{Code: code, Detail: reason.Error()})
	}
	m.HandleConnect(func(s *melody.Session) {
		sess := sessionOf(s)
		sess.send = func(frame []byte) { _ = s.Write(frame) } // a closed session has its own end
		sess.connected(s.WebsocketConnection(), s.Request)
	})
	m.HandleMessage(func(s *melody.Session, text []byte) { sessionOf(s).message(text) })
	m.HandleMessageBinary(func(s *melody.Session, _ []byte) {
		sessionOf(s).hangUp(closeUnsupported, "frames are text")
	})
	m.HandleSentMessage(func(s *melody.Session, _ []byte) {
		sess := sessionOf(s)
		sess.client.guarded(sess.client.sent)
	})
	m.HandleError(func(s *melody.Session, err error) { sessionOf(s).failed(err) })
	return m
}

// allowed accepts the page's own host, origins of the list, and clients that
// are no browser and name none.
func (h *Hub) allowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || slices.Contains(h.options.Origins, origin) || slices.Contains(h.options.Origins, "*") {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

// ServeHTTP upgrades the request and serves the connection until it ends.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	server.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if !websocket.IsWebSocketUpgrade(r) {
			return &server.Error{Code: server.CodeMalformed, Detail: "this is a WebSocket endpoint: the request must ask for an upgrade"}
		}
		s := &session{hub: h}
		s.client = newClient(h, s)
		if err := h.enter(); err != nil {
			return err
		}
		defer s.leave()
		if h.options.Compression && offersDeflate(r) {
			s.serveDeflated(w, r)
			return nil
		}
		// A failed upgrade has been answered by then.
		_ = h.melody.HandleRequestWithKeys(w, r, map[string]any{sessionKey: s})
		return nil
	}).ServeHTTP(w, r)
}

// enter counts a connection, if there is room.
func (h *Hub) enter() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closing:
		return &server.Error{Code: server.CodeUnavailable, Detail: "the server is stopping; come back"}
	case h.connections >= h.options.Connections:
		return &server.Error{Code: server.CodeUnavailable, Detail: "too many connections; come back"}
	}
	h.connections++
	h.tasks.Add(1)
	return nil
}

// leave forgets a client whose connection has ended.
func (h *Hub) leave(c *client) {
	defer h.tasks.Done()
	c.mu.Lock()
	c.gone = true
	subs := c.subs
	c.mu.Unlock()
	for _, sub := range subs {
		sub.channel.detach(sub, h.now())
	}
	close(c.ended)
	c.release()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.connections--
	delete(h.clients, c)
	if len(h.clients) == 0 && h.draining != nil {
		close(h.draining)
		h.draining = nil
	}
}

// leave ends a session.
func (s *session) leave() {
	if s.timer != nil {
		s.timer.Stop()
	}
	s.hub.leave(s.client)
	s.once.Do(func() {}) // from here on no farewell begins
	s.parting.Wait()
}

// connected is called before anything is read or written.
func (s *session) connected(conn *websocket.Conn, r *http.Request) {
	s.conn = conn
	s.hub.mu.Lock()
	s.hub.clients[s.client] = struct{}{}
	closing := s.hub.closing
	s.hub.mu.Unlock()
	if closing {
		s.hangUp(closeDrain, stopping)
		return
	}
	if len(websocket.Subprotocols(r)) > 0 && conn.Subprotocol() == "" {
		s.hangUp(closeVersion, "this server speaks "+Subprotocol)
		return
	}
	s.timer = time.AfterFunc(s.hub.options.HelloWithin, func() {
		s.client.mu.Lock()
		hello := s.client.hello
		s.client.mu.Unlock()
		if !hello {
			s.hangUp(closeNoHello, "no hello")
		}
	})
}

// message takes a text frame. Any frame of the client is a sign of life, which
// Melody sees in pongs only.
func (s *session) message(text []byte) {
	_ = s.conn.SetReadDeadline(time.Now().Add(s.hub.options.Silence)) // a closed connection ends the reading by itself
	if !utf8.Valid(text) {
		s.hangUp(closeBadText, "text is not UTF-8")
		return
	}
	s.client.guarded(func() { s.client.receive(text) })
}

// failed is told by Melody why a connection ends, before it is closed.
func (s *session) failed(err error) {
	var timeout net.Error
	switch {
	case errors.Is(err, melody.ErrMessageBufferFull):
		s.hangUp(closeSlow, "a frame is still on its way") // not through Melody: that would queue again
	case errors.Is(err, websocket.ErrReadLimit): // mostly said already
		s.once.Do(func() { _ = s.say(websocket.CloseMessageTooBig, "the frame is too large", farewell) })
	case errors.As(err, new(flate.CorruptInputError)):
		s.once.Do(func() { _ = s.say(closeBadText, "text does not inflate", farewell) })
	case errors.As(err, &timeout) && timeout.Timeout():
		// Of a read. After one of a write nothing can be said any more.
		s.once.Do(func() { _ = s.say(closeSilent, "nothing heard", farewell) })
	}
}

func (s *session) write(frame []byte) { s.send(frame) }

// hangUp sends the close code behind whatever is being written, and cuts the
// connection when the client has answered, or has not in time. One that reads
// slowly has as long for what is on its way as any frame.
func (s *session) hangUp(code int, reason string) {
	s.once.Do(func() {
		s.parting.Go(func() {
			s.client.mute()
			patience, stop := farewell, (<-chan struct{})(nil)
			if code == closeSlow {
				patience, stop = max(farewell, s.hub.options.WriteWait), s.hub.ctx.Done()
			}
			if s.say(code, reason, patience) == nil {
				select {
				case <-s.client.ended:
				case <-time.After(patience):
				case <-stop:
				}
			}
			_ = s.conn.Close() // it may be closed already
		})
	})
}

// mute ends the sending: what is on its way is the last.
func (c *client) mute() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
}

func (s *session) say(code int, reason string, patience time.Duration) error {
	frame := websocket.FormatCloseMessage(code, reason)
	return s.conn.WriteControl(websocket.CloseMessage, frame, time.Now().Add(patience))
}
