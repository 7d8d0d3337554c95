package feed

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	dialTimeout = 10 * time.Second
	// writeTimeout is how long a frame may take to send.
	writeTimeout = 5 * time.Second
	// maxFrame bounds a frame; a kline has some 400 bytes.
	maxFrame = 64 << 10
	// speakEvery spaces the frames we send: Binance cuts a connection off that sends
	// more than five a second, pongs among them.
	speakEvery = 300 * time.Millisecond
	// namesAtOnce is how many streams an address or a request names.
	namesAtOnce = 200
)

// socket is one connection of a line. Its reader puts what comes into the
// mailboxes of the line's series.
//
// A stream that brings nothing for Quiet is asked for anew on the same connection,
// and its series asks history: the other series go on undisturbed, however many
// of their markets are halted or without trades. Only when no stream at all
// brings anything is the connection itself given up.
//
// The package's own WebSocket client keeps address, proxy and keep-alive in
// package variables, so two feeds could not differ in them, and knows no
// SUBSCRIBE; its messages are used, the connection is ours.
type socket struct {
	conn  *websocket.Conn
	line  *line
	asks  []string      // the streams of its address
	wake  chan struct{} // has room for one: other streams may be wanted
	first chan struct{} // closed when the first bar has come
	ended chan struct{} // closed when the reader has returned; err and garbage are set then

	heard    map[string]time.Time // guarded by feed.mu: streams that are asked for, and when they last brought something
	requests [][]string           // guarded by feed.mu: the streams to come of each request so far; its number, counted from 1, is its id

	err     error
	garbage int // frames that were neither a kline nor an answer
}

// dial connects and starts reading. The connection is closed with ctx, too.
func (l *line) dial(ctx context.Context) (*socket, error) {
	b := l.feed
	if err := rest(ctx, b.dials.take(time.Now())); err != nil {
		return nil, err
	}
	names := l.wanted()
	names = names[:min(len(names), namesAtOnce)]
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: dialTimeout}
	conn, answer, err := dialer.DialContext(ctx, b.options.Socket+"/stream?streams="+strings.Join(names, "/"), nil)
	if answer != nil {
		answer.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	k := &socket{
		conn: conn, line: l, asks: names, heard: map[string]time.Time{},
		wake: make(chan struct{}, 1), first: make(chan struct{}), ended: make(chan struct{}),
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, name := range names {
		k.heard[name] = time.Now()
	}
	l.open[k] = true
	k.look() // what has joined or left meanwhile
	go k.run(ctx, b.options)
	return k, nil
}

// look has the socket compare what is asked for with what is wanted.
func (k *socket) look() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// close ends the connection and waits for its reader.
func (k *socket) close() {
	k.conn.Close()
	<-k.ended
}

// run reads until the connection ends or falls silent, and speaks meanwhile.
func (k *socket) run(ctx context.Context, o BinanceOptions) {
	defer close(k.ended)
	read, spoken := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(spoken)
		defer k.conn.Close()
		k.speak(ctx, read, o)
	}()
	k.err = k.read(o)
	close(read)
	<-spoken
	k.line.feed.mu.Lock()
	defer k.line.feed.mu.Unlock()
	delete(k.line.open, k)
}

// speak asks for signs of life and for the streams that are wanted, until the
// reader or ctx has ended.
func (k *socket) speak(ctx context.Context, read <-chan struct{}, o BinanceOptions) {
	ticker := time.NewTicker(min(o.Silence, o.Quiet) / 3)
	defer ticker.Stop()
	send := func(write func() error) bool {
		if write() != nil {
			return false
		}
		select {
		case <-ctx.Done():
		case <-read:
		case <-time.After(speakEvery):
			return true
		}
		return false
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-read:
			return
		case <-k.wake:
		case <-ticker.C:
			if !send(func() error { return k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)) }) {
				return
			}
		}
		for _, r := range k.compare(o.Quiet) {
			if !send(func() error { return k.ask(r) }) {
				return
			}
		}
	}
}

// compare gives the requests that make the streams of the connection those of the
// line: none, mostly. A stream that has been quiet is dropped and asked for anew.
func (k *socket) compare(quiet time.Duration) (list []request) {
	wanted := k.line.wanted()
	k.line.feed.mu.Lock()
	defer k.line.feed.mu.Unlock()
	now := time.Now()
	var gone, missing []string
	for name, at := range k.heard {
		if _, is := slices.BinarySearch(wanted, name); !is || now.Sub(at) >= quiet {
			delete(k.heard, name)
			gone = append(gone, name)
		}
	}
	for _, name := range wanted {
		if _, asked := k.heard[name]; !asked {
			k.heard[name] = now
			missing = append(missing, name)
		}
	}
	add := func(method string, names, come []string) {
		k.requests = append(k.requests, come)
		list = append(list, request{method, names, int64(len(k.requests))})
	}
	for names := range slices.Chunk(gone, namesAtOnce) {
		add(unsubscribe, names, nil)
	}
	for names := range slices.Chunk(missing, namesAtOnce) {
		add(subscribe, names, names)
	}
	return list
}

func (k *socket) ask(r request) error {
	if err := k.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return k.conn.WriteJSON(r)
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
		_, text, err := k.conn.ReadMessage()
		if err != nil {
			return err
		}
		f, err := parse(text)
		if err == nil && f.ID != nil && k.answered(&f, o) {
			continue
		}
		t, wrong := f.kline()
		if err != nil || wrong != nil {
			k.garbage++
			continue
		}
		if !k.put(t) {
			continue // it was under way when we asked to be spared it
		}
		if !isClosed(k.first) {
			close(k.first)
		}
		bars = time.Now()
	}
}

// answered takes an answer: from now on the streams of its request come, and what
// was missed before is in history. It reports whether we asked.
func (k *socket) answered(f *frame, o BinanceOptions) bool {
	k.line.feed.mu.Lock()
	if *f.ID < 1 || *f.ID > int64(len(k.requests)) {
		k.line.feed.mu.Unlock()
		return false
	}
	come := k.requests[*f.ID-1]
	k.requests[*f.ID-1] = nil
	k.line.feed.mu.Unlock()
	if why := f.refused(); why != "" {
		o.Log.Warn("streams are refused; they are asked for again", "err", why, "streams", come, "in", o.Quiet)
		return true
	}
	k.line.begin(come)
	return true
}

// put hands a bar to those who listen to its stream, if anybody does.
func (k *socket) put(t told) bool {
	k.line.feed.mu.Lock()
	defer k.line.feed.mu.Unlock()
	if _, asked := k.heard[t.stream]; !asked {
		return false
	}
	k.heard[t.stream] = time.Now()
	for _, on := range k.line.series[t.stream] {
		on.box.put(t)
	}
	return true
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
