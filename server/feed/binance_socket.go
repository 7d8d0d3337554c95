package feed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/adshao/go-binance/v2"
	"github.com/gorilla/websocket"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

const (
	dialTimeout = 10 * time.Second
	// writeTimeout is how long a ping or a pong may take.
	writeTimeout = 5 * time.Second
	// maxFrame bounds a frame; a kline has some 400 bytes.
	maxFrame = 64 << 10
)

// socket is one connection to the stream of one series. Its reader puts what
// comes into a mailbox.
//
// The package's own WebSocket client keeps address, proxy and keep-alive in
// package variables, so two feeds could not differ in them; its messages are
// used, the connection is ours.
type socket struct {
	conn   *websocket.Conn
	series server.Series
	box    *mailbox
	first  chan struct{} // closed when the first bar has come
	ended  chan struct{} // closed when the reader has returned; err and garbage are set then

	err     error
	garbage int // frames that were no kline of the series
}

// dial connects and starts reading. The connection is closed with ctx, too.
func (b *Binance) dial(ctx context.Context, s server.Series, box *mailbox) (*socket, error) {
	if err := rest(ctx, b.dials.take(time.Now())); err != nil {
		return nil, err
	}
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: dialTimeout}
	stream := fmt.Sprintf("%s@kline_%s", strings.ToLower(s.Market.Symbol), s.Interval)
	conn, answer, err := dialer.DialContext(ctx, b.options.Socket+"/stream?streams="+stream, nil)
	if answer != nil {
		answer.Body.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", stream, err)
	}
	k := &socket{conn: conn, series: s, box: box, first: make(chan struct{}), ended: make(chan struct{})}
	go k.run(ctx, b.options)
	return k, nil
}

// close ends the connection and waits for its reader.
func (k *socket) close() {
	k.conn.Close()
	<-k.ended
}

// run reads until the connection ends or falls silent, and pings it meanwhile.
func (k *socket) run(ctx context.Context, o BinanceOptions) {
	defer close(k.ended)
	read := make(chan struct{})
	pinged := make(chan struct{})
	go func() {
		defer close(pinged)
		k.ping(ctx, read, o.Silence/3)
	}()
	k.err = k.read(o)
	close(read)
	<-pinged
}

// ping asks for a sign of life again and again until the reader has ended, and
// ends the reader with ctx.
func (k *socket) ping(ctx context.Context, read <-chan struct{}, every time.Duration) {
	defer k.conn.Close()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-read:
			return
		case <-ticker.C:
			if k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)) != nil {
				return
			}
		}
	}
}

// errQuiet is the end of a connection that lives but brings no bars.
var errQuiet = errors.New("the connection brings no bars")

// read reads frames. Any frame is a sign of life; only a kline is one of bars.
func (k *socket) read(o BinanceOptions) error {
	bars := time.Now() // when the last kline came
	alive := func() error {
		now := time.Now()
		if now.Sub(bars) >= o.Quiet {
			return errQuiet
		}
		return k.conn.SetReadDeadline(now.Add(min(o.Silence, o.Quiet-now.Sub(bars))))
	}
	k.conn.SetReadLimit(maxFrame)
	k.conn.SetPongHandler(func(string) error { return alive() })
	k.conn.SetPingHandler(func(text string) error {
		if err := alive(); err != nil {
			return err
		}
		err := k.conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(writeTimeout))
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return nil // it will ask again
		}
		return err
	})
	for {
		if err := alive(); err != nil {
			return err
		}
		_, frame, err := k.conn.ReadMessage()
		if err != nil {
			return err
		}
		bar, at, err := k.decode(frame)
		if err != nil {
			k.garbage++
			continue
		}
		k.box.put(bar, at)
		if !isClosed(k.first) {
			close(k.first)
		}
		bars = time.Now()
	}
}

// frame is one message of a combined stream.
type frame struct {
	Stream string               `json:"stream"`
	Data   binance.WsKlineEvent `json:"data"`
}

// decode reads a kline of the series, and when the exchange sent it. All that
// tells what bar it is must agree, and a bar that opens after the exchange's own
// clock is none.
func (k *socket) decode(text []byte) (server.Bar, int64, error) {
	var f frame
	if err := json.Unmarshal(text, &f); err != nil {
		return server.Bar{}, 0, err
	}
	kline, s := f.Data.Kline, k.series
	if f.Data.Event != "kline" || kline.Symbol != s.Market.Symbol || kline.Interval != s.Interval.String() {
		return server.Bar{}, 0, fmt.Errorf("%s of %s %s is not asked for", f.Data.Event, kline.Symbol, kline.Interval)
	}
	if kline.StartTime < 1 || kline.StartTime > core.MaxOpenTime || kline.EndTime != kline.StartTime+int64(s.Interval)-1 || kline.StartTime > f.Data.Time {
		return server.Bar{}, 0, fmt.Errorf("a bar from %d to %d, sent at %d", kline.StartTime, kline.EndTime, f.Data.Time)
	}
	bar, err := candle(kline.StartTime, kline.Open, kline.High, kline.Low, kline.Close, kline.Volume)
	return server.Bar{Series: s, Candle: bar, Closed: kline.IsFinal}, f.Data.Time, err
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
