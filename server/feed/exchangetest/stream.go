package exchangetest

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/quantum-signals/quantum/core"
)

// line is one connection.
type line struct {
	mu   sync.Mutex // held while writing
	conn *websocket.Conn
}

const writeWait = 5 * time.Second

func (l *line) write(kind int, text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(writeWait)) // never fails
	_ = l.conn.WriteMessage(kind, text)                    // the client may have gone
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// stream is a connection to /stream?streams=<symbol>@kline_<interval>.
func (e *Exchange) stream(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	refused := e.closed
	e.mu.Unlock()
	if refused || r.URL.Query().Get("streams") != e.name() {
		http.Error(w, "no such stream", http.StatusServiceUnavailable)
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l := &line{conn: conn}
	conn.SetPongHandler(func(string) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.pongs++
		return nil
	})
	conn.SetPingHandler(func(text string) error {
		if e.isSilent() {
			return nil
		}
		return conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(writeWait))
	})
	e.mu.Lock()
	e.open[l] = true
	e.connections++
	e.mu.Unlock()
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			break
		}
	}
	e.mu.Lock()
	delete(e.open, l)
	e.mu.Unlock()
	conn.Close()
}

// name is the name of the stream.
func (e *Exchange) name() string {
	return strings.ToLower(e.symbol) + "@kline_" + e.interval.String()
}

func (e *Exchange) isSilent() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.silent
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

// lines are the open connections, none while the exchange is silent.
func (e *Exchange) lines() []*line {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]*line, 0, len(e.open))
	for l := range e.open {
		if !e.silent {
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
	for _, l := range e.lines() {
		l.write(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, "24h"))
	}
}

// Ping asks all connections for a pong.
func (e *Exchange) Ping() {
	for _, l := range e.lines() {
		l.write(websocket.PingMessage, []byte("1499404630606"))
	}
}

// Send sends a text frame as it is.
func (e *Exchange) Send(text []byte) {
	for _, l := range e.lines() {
		l.write(websocket.TextMessage, text)
	}
}

// kline is the body of a kline message.
type kline struct {
	Start    int64  `json:"t"`
	End      int64  `json:"T"`
	Symbol   string `json:"s"`
	Interval string `json:"i"`
	First    int64  `json:"f"`
	Last     int64  `json:"L"`
	Open     string `json:"o"`
	Close    string `json:"c"`
	High     string `json:"h"`
	Low      string `json:"l"`
	Volume   string `json:"v"`
	Trades   int64  `json:"n"`
	Final    bool   `json:"x"`
	Quote    string `json:"q"`
	Bought   string `json:"V"`
	Paid     string `json:"Q"`
	Unused   string `json:"B"`
}

// event is a kline message.
type event struct {
	Event  string `json:"e"`
	Time   int64  `json:"E"`
	Symbol string `json:"s"`
	Kline  kline  `json:"k"`
}

// Message is the frame of a bar sent at a time, closed or forming.
func (e *Exchange) Message(k core.Candle, at int64, final bool) []byte {
	text, err := json.Marshal(struct {
		Stream string `json:"stream"`
		Data   event  `json:"data"`
	}{e.name(), event{"kline", at, e.symbol, kline{
		Start: k.OpenTime, End: k.OpenTime + int64(e.interval) - 1, Symbol: e.symbol, Interval: e.interval.String(),
		First: 100, Last: 200, Open: number(k.Open), Close: number(k.Close), High: number(k.High), Low: number(k.Low),
		Volume: number(k.Volume), Trades: 101, Final: final, Quote: number(k.Volume * k.Close),
		Bought: number(k.Volume / 2), Paid: number(k.Volume * k.Close / 2), Unused: "0",
	}}})
	if err != nil {
		panic(err) // no value above cannot be written
	}
	return text
}

// Form sends a state of the forming bar, share of its time over.
func (e *Exchange) Form(share float64) {
	e.mu.Lock()
	k := e.candles.At(e.played)
	e.mu.Unlock()
	e.Send(e.Message(part(k, share), k.OpenTime+int64(share*float64(e.interval)), false))
}

// Advance closes the forming bar and begins the next. Only history has the bar
// until Tell.
func (e *Exchange) Advance() core.Candle {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.played++
	e.used = 0 // another minute, at least
	return e.candles.At(e.played - 1)
}

// Tell sends a closed bar.
func (e *Exchange) Tell(k core.Candle) {
	e.Send(e.Message(k, k.OpenTime+int64(e.interval)+5, true))
}

// Play plays n bars as an exchange does: each forms, closes and is told.
func (e *Exchange) Play(n int) {
	for range n {
		e.Form(0.25)
		e.Form(0.75)
		e.Tell(e.Advance())
	}
}
