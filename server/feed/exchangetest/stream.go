package exchangetest

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// line is one connection.
type line struct {
	streams map[string]bool // guarded by the exchange's mu

	mu   sync.Mutex // held while writing
	conn *websocket.Conn
	sent []time.Time // when it sent the last frames; its reader's alone
}

const writeWait = 5 * time.Second

func (l *line) write(kind int, text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(writeWait)) // never fails
	_ = l.conn.WriteMessage(kind, text)                    // the client may have gone
}

// What Binance allows one connection.
const (
	mostFrames  = 5 // a second, pings and pongs among them
	mostStreams = 1024
)

// flooded notes a frame and reports whether it was one too many.
func (l *line) flooded() bool {
	now := time.Now()
	if l.sent = append(l.sent, now); len(l.sent) <= mostFrames {
		return false
	}
	first := l.sent[0]
	l.sent = l.sent[1:]
	return now.Sub(first) < time.Second
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// stream is a connection to /stream?streams=<symbol>@kline_<interval>/… Streams
// that are not there stay silent, as Binance's do.
func (e *Exchange) stream(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	refused := e.closed
	e.mu.Unlock()
	if refused || r.URL.Query().Get("streams") == "" {
		http.Error(w, "no such stream", http.StatusServiceUnavailable)
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l := &line{conn: conn, streams: map[string]bool{}}
	for name := range strings.SplitSeq(r.URL.Query().Get("streams"), "/") {
		l.streams[name] = true
	}
	conn.SetPongHandler(func(string) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.pongs++
		return e.allows(l)
	})
	conn.SetPingHandler(func(text string) error {
		e.mu.Lock()
		silent, err := e.silent, e.allows(l)
		e.mu.Unlock()
		if silent || err != nil {
			return err
		}
		return conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(writeWait))
	})
	e.mu.Lock()
	e.open[l] = true
	e.connections++
	e.mu.Unlock()
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			break
		}
		answer, err := e.answer(l, text)
		if err != nil {
			break
		}
		if !e.isSilent() {
			l.write(websocket.TextMessage, answer)
		}
	}
	e.mu.Lock()
	delete(e.open, l)
	e.mu.Unlock()
	conn.Close()
}

// allows gives an error where a connection has sent too much. mu is held.
func (e *Exchange) allows(l *line) error {
	if !l.flooded() {
		return nil
	}
	e.floods++
	return &websocket.CloseError{Code: websocket.ClosePolicyViolation, Text: "Too many requests"}
}

// answer does what a frame asks for. An error ends the connection.
func (e *Exchange) answer(l *line, text []byte) ([]byte, error) {
	var asked struct {
		Method string
		Params []string
		ID     *int64
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.allows(l); err != nil {
		return nil, err
	}
	refuse := func(why string) ([]byte, error) {
		return json.Marshal(map[string]any{"error": map[string]any{"code": 2, "msg": "Invalid request: " + why}, "id": asked.ID})
	}
	if err := json.Unmarshal(text, &asked); err != nil || asked.ID == nil {
		return refuse("request ID must be an unsigned integer")
	}
	e.asked = append(e.asked, asked.Method)
	switch asked.Method {
	case "SUBSCRIBE":
		if len(l.streams)+len(asked.Params) > mostStreams {
			return refuse("too many parameters")
		}
		for _, name := range asked.Params {
			l.streams[name] = true
		}
	case "UNSUBSCRIBE":
		for _, name := range asked.Params {
			delete(l.streams, name)
		}
	default:
		return refuse("unknown variant " + asked.Method)
	}
	return json.Marshal(map[string]any{"result": nil, "id": asked.ID})
}

func (e *Exchange) isSilent() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.silent
}

// Floods is how many connections were cut off because they sent too much.
func (e *Exchange) Floods() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.floods
}

// Asked are the methods of the requests that came on connections so far.
func (e *Exchange) Asked() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.asked...)
}

// Listeners is how many connections have the market's stream.
func (m *Market) Listeners() (n int) {
	m.exchange.mu.Lock()
	defer m.exchange.mu.Unlock()
	for l := range m.exchange.open {
		if l.streams[m.name()] {
			n++
		}
	}
	return n
}

// Forget has the market's stream dry up on all connections: they live on, and
// only who asks for it anew gets it again.
func (m *Market) Forget() {
	m.exchange.mu.Lock()
	defer m.exchange.mu.Unlock()
	for l := range m.exchange.open {
		delete(l.streams, m.name())
	}
}

// Silence makes connections, open ones too, live on without a word, pongs
// included, or speak again.
func (e *Exchange) Silence(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.silent = on
}

// Close refuses connections to come, or takes them again.
func (e *Exchange) Close(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = on
}

// Down takes the exchange off the network, requests and all, or brings it back.
func (e *Exchange) Down(on bool) {
	e.Close(on)
	e.mu.Lock()
	e.down = on
	e.mu.Unlock()
	if on {
		e.Cut()
	}
}

// Open is how many connections are open.
func (e *Exchange) Open() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.open)
}

// Connections is how many were ever made.
func (e *Exchange) Connections() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.connections
}

// Pongs is how many of our pings were answered.
func (e *Exchange) Pongs() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pongs
}

// lines are the open connections, those with a stream if it is named, none while
// the exchange is silent.
func (e *Exchange) lines(stream string) []*line {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]*line, 0, len(e.open))
	for l := range e.open {
		if !e.silent && (stream == "" || l.streams[stream]) {
			all = append(all, l)
		}
	}
	return all
}

// Cut breaks all connections without a word.
func (e *Exchange) Cut() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for l := range e.open {
		l.conn.NetConn().Close()
	}
}

// EndDay closes all connections as Binance does after 24 hours.
func (e *Exchange) EndDay() {
	for _, l := range e.lines("") {
		l.write(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, "24h"))
	}
}

// Ping asks all connections for a pong.
func (e *Exchange) Ping() {
	for _, l := range e.lines("") {
		l.write(websocket.PingMessage, []byte("1499404630606"))
	}
}

// Send sends a text frame as it is, on every connection.
func (e *Exchange) Send(text []byte) {
	for _, l := range e.lines("") {
		l.write(websocket.TextMessage, text)
	}
}

// send sends a text frame to those who have the market's stream.
func (m *Market) send(text []byte) {
	for _, l := range m.exchange.lines(m.name()) {
		l.write(websocket.TextMessage, text)
	}
}
