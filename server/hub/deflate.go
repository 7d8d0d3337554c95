package hub

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/gorilla/websocket"
)

// deflated is the connection of a client that agreed on permessage-deflate,
// without context takeover on either side. Melody has no way for a frame
// that was deflated once, nor for a bound of a message once it is inflated: such
// a client is read and written here.
type deflated struct {
	session *session
	conn    *websocket.Conn
	frames  chan outbound // has room for the one on its way
}

// outbound is a frame: text, or the same deflated for all.
type outbound struct {
	text   []byte
	shared *websocket.PreparedMessage
}

// offersDeflate tells whether a request offers the extension.
func offersDeflate(r *http.Request) bool {
	return slices.ContainsFunc(r.Header.Values("Sec-WebSocket-Extensions"), func(offer string) bool {
		return strings.Contains(offer, "permessage-deflate")
	})
}

// serveDeflated upgrades the request, agrees on the extension, and serves the
// connection until it ends.
func (s *session) serveDeflated(w http.ResponseWriter, r *http.Request) {
	upgrader := *s.hub.melody.Upgrader
	upgrader.EnableCompression = true
	conn, err := upgrader.Upgrade(w, r, w.Header())
	if err != nil {
		return // it has been answered
	}
	d := &deflated{session: s, conn: conn, frames: make(chan outbound, 1)}
	s.send = d.send
	s.connected(conn, r)
	var writer sync.WaitGroup
	over := make(chan struct{})
	writer.Go(func() { d.write(over) })
	d.read()
	close(over)
	_ = conn.Close() // it may be closed already
	writer.Wait()
}

func (d *deflated) send(frame []byte) {
	out := outbound{text: frame}
	if d.session.client.frame == nil { // others get the same
		out.shared = d.session.hub.packs.of(frame)
	}
	d.frames <- out // there is room: one is on its way at a time
}

// write writes frames and pings until the connection ends.
func (d *deflated) write(over <-chan struct{}) {
	o := &d.session.hub.options
	pings := time.NewTicker(o.Silence / 3)
	defer pings.Stop()
	for {
		var err error
		select {
		case <-over:
			return
		case <-pings.C:
			err = d.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(o.WriteWait))
		case frame := <-d.frames:
			_ = d.conn.SetWriteDeadline(time.Now().Add(o.WriteWait))
			if frame.shared != nil {
				err = d.conn.WritePreparedMessage(frame.shared)
			} else {
				err = d.conn.WriteMessage(websocket.TextMessage, frame.text)
			}
			if err == nil {
				d.session.client.guarded(d.session.client.sent)
			}
		}
		if err != nil {
			d.session.failed(err)
			_ = d.conn.Close() // ends the reading
			return
		}
	}
}

// read takes messages until the connection ends. The bound of a frame holds
// for what came and for what it inflates to.
func (d *deflated) read() {
	o := &d.session.hub.options
	alive := func(string) error { return d.conn.SetReadDeadline(time.Now().Add(o.Silence)) }
	d.conn.SetReadLimit(o.Frame)
	d.conn.SetPongHandler(alive)
	_ = alive("") // a closed connection ends the reading by itself
	for {
		kind, message, err := d.conn.NextReader()
		var text []byte
		if err == nil {
			text, err = io.ReadAll(io.LimitReader(message, o.Frame+1))
		}
		if err == nil && int64(len(text)) > o.Frame {
			err = websocket.ErrReadLimit
		}
		switch {
		case err != nil:
			d.session.failed(err)
			return
		case kind != websocket.TextMessage:
			d.session.hangUp(closeUnsupported, "frames are text")
		default:
			d.session.message(text)
		}
	}
}

// packsKept is how many frames are kept deflated: those clients are at present
// given, of channels that are busy at the same time.
const packsKept = 64

// packs are the newest frames that several clients get, deflated once.
type packs struct {
	mu    sync.Mutex
	kept  map[*byte]*websocket.PreparedMessage // by where the text is; guarded by mu
	order [packsKept]*byte                     // guarded by mu
	next  int                                  // guarded by mu
	made  atomic.Int64
}

// of gives a frame that is never written to again, to be deflated when it is
// first sent.
func (p *packs) of(text []byte) *websocket.PreparedMessage {
	at := unsafe.SliceData(text)
	p.mu.Lock()
	defer p.mu.Unlock()
	if pack := p.kept[at]; pack != nil {
		return pack
	}
	pack, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		return nil // it is deflated for the client alone
	}
	if p.kept == nil {
		p.kept = map[*byte]*websocket.PreparedMessage{}
	}
	delete(p.kept, p.order[p.next])
	p.kept[at], p.order[p.next] = pack, at
	p.next = (p.next + 1) % packsKept
	p.made.Add(1)
	return pack
}
