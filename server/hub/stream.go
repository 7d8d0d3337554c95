package hub

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// maxStream is how many channels one stream of server-sent events carries: each
// event repeats the place in all of them.
const maxStream = 32

// ServeStream answers GET with server-sent events: the messages of the channels
// named by ch, as the WebSocket carries them, one an event. The id of an event
// is the place after it, epoch.seq.id, of several channels one each in the order
// they were named with commas between; Last-Event-ID resumes there.
func (h *Hub) ServeStream(w http.ResponseWriter, r *http.Request) {
	server.Handler(h.serveStream).ServeHTTP(w, r)
}

func (h *Hub) serveStream(w http.ResponseWriter, r *http.Request) error {
	list, err := streamed(r)
	if err != nil {
		return err
	}
	if err := server.CheckAccept(r, "text/event-stream"); err != nil {
		return err
	}
	if err := h.enter(); err != nil {
		return err
	}
	s := &stream{hub: h, frames: make(chan []byte, 1), over: make(chan struct{}), control: http.NewResponseController(w)}
	s.client = newClient(h, s)
	defer h.leave(s.client)
	if err := s.admit(r); err != nil {
		return err
	}
	for i, o := range list {
		s.places = append(s.places, place{ch: o.ch})
		if o.since != nil {
			s.places[i].set(o.since.epoch, o.since.seq, o.since.last)
		}
		if err := s.client.mayHear(o); err != nil {
			return err
		}
	}
	h.mu.Lock()
	h.clients[s.client] = struct{}{}
	h.mu.Unlock()
	h.start(func() {
		for _, o := range list {
			if s.client.awaitRoom() {
				s.client.guarded(func() { s.client.subscribe(o) })
			}
		}
	})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // proxies must not hold events back
	return s.serve(r.Context(), w)
}

// mayHear refuses, while there is still a status to answer with, what a sub
// would be refused for.
func (c *client) mayHear(o operation) error {
	t, _, err := c.asked(o)
	if err != nil {
		return err
	}
	ctx, cancel := c.hub.callContext()
	defer cancel()
	_, err = c.hub.channel(ctx, t)
	return err
}

// streamed reads which channels a request asks for, and where each goes on.
func streamed(r *http.Request) ([]operation, error) {
	names := r.URL.Query()["ch"]
	if len(names) == 0 || len(names) > maxStream {
		return nil, server.Invalid("ch", len(names), "range", fmt.Sprintf("named from 1 to %d times", maxStream))
	}
	list, seen := make([]operation, len(names)), map[string]bool{}
	for i, name := range names {
		t, err := parseTopic(name)
		if err != nil {
			return nil, err
		}
		if t.every() || seen[name] {
			return nil, server.Invalid("ch", clip(name), "form", "a single channel, and named once")
		}
		seen[name] = true
		list[i] = operation{op: "sub", id: strconv.Itoa(i), ch: name}
	}
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		return list, nil
	}
	places := strings.Split(last, ",")
	bad := server.Invalid("Last-Event-ID", clip(last), "form", "epoch.seq.id of each channel, as given with an event")
	if len(places) != len(list) {
		return nil, bad
	}
	for i, text := range places {
		part := strings.SplitN(text, ".", 3)
		if text == "" {
			continue // nothing was heard of it
		}
		if len(part) != 3 {
			return nil, bad
		}
		seq, err := strconv.ParseInt(part[1], 10, 64)
		if err != nil || seq < 0 {
			return nil, bad
		}
		list[i].since = &position{part[0], seq, part[2]}
	}
	return list, nil
}

// stream is the connection of a client that hears server-sent events.
type stream struct {
	hub     *Hub
	client  *client
	control *http.ResponseController
	frames  chan []byte // has room for the one on its way
	places  []place     // of each channel, in the order they were named

	once   sync.Once
	over   chan struct{} // closed with the reason to hang up
	code   int
	reason string
}

// place is how far a channel was heard, as an id says it.
type place struct {
	ch   string
	text []byte
}

func (p *place) set(epoch string, seq int64, id string) {
	p.text = append(append(p.text[:0], epoch...), '.')
	p.text = append(strconv.AppendInt(p.text, seq, 10), '.')
	p.text = append(p.text, id...)
}

// admit lets the client in with the token of its request. What is queued for
// it waits until serve begins.
func (s *stream) admit(r *http.Request) error {
	token, err := bearer(r)
	if err != nil {
		return err
	}
	c := s.client
	c.mu.Lock()
	c.hello, c.flying = true, true // serve takes off
	c.mu.Unlock()
	switch code, reason := c.admit(token); code {
	case 0:
		return nil
	case closeBadToken:
		return &server.Error{Code: server.CodeUnauthorized, Detail: "the key is not known, or was revoked"}
	default:
		return &server.Error{Code: server.CodeUnavailable, Detail: reason}
	}
}

// bearer is the token a request names, "" for none.
func bearer(r *http.Request) (string, error) {
	given := r.Header.Get("Authorization")
	if given == "" {
		return "", nil
	}
	scheme, token, _ := strings.Cut(given, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", &server.Error{Code: server.CodeUnauthorized, Detail: "Authorization must be Bearer and a key"}
	}
	return token, nil
}

func (s *stream) write(frame []byte) {
	s.frames <- frame // there is room: one is on its way at a time
}

func (s *stream) hangUp(code int, reason string) {
	s.once.Do(func() {
		s.code, s.reason = code, reason
		close(s.over)
	})
}

// serve writes frames until either side leaves.
func (s *stream) serve(ctx context.Context, w http.ResponseWriter) error {
	var out []byte
	s.client.guarded(s.client.flush)
	for {
		select {
		case frame := <-s.frames:
			out = out[:0]
			for line := range bytes.SplitSeq(frame, []byte{'\n'}) {
				out = s.appendEvent(out, line)
			}
			if !s.send(w, out) {
				return nil
			}
			s.client.guarded(s.client.sent)
		case <-s.over:
			b := strconv.AppendInt([]byte("event: close\ndata: {\"code\":"), int64(s.code), 10)
			b = server.AppendText(append(b, `,"reason":`...), s.reason)
			s.send(w, append(b, "}\n\n"...))
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// send writes within the time a frame may stay unwritten. Where that fails
// nobody is there to be told.
func (s *stream) send(w http.ResponseWriter, b []byte) bool {
	if s.control.SetWriteDeadline(time.Now().Add(s.hub.options.WriteWait)) != nil {
		return false
	}
	_, err := w.Write(b)
	return err == nil && s.control.Flush() == nil
}

// appendEvent appends a message as an event. One that moves a channel's place
// has an id.
func (s *stream) appendEvent(b, line []byte) []byte {
	if len(line) == 0 {
		return b
	}
	if s.follow(line) {
		b = append(b, "id: "...)
		for i := range s.places {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, s.places[i].text...)
		}
		b = append(b, '\n')
	}
	b = append(append(b, "data: "...), line...)
	return append(b, "\n\n"...)
}

// follow notes how far a message of ours brings its channel.
func (s *stream) follow(line []byte) (moved bool) {
	m, ok := readPlace(line)
	if !ok {
		return false
	}
	for i := range s.places {
		p := &s.places[i]
		if p.ch != m.ch {
			continue
		}
		switch {
		case m.kind == "ok" && m.resumed: // what it lacks is on its way
		case m.kind == "gap" && m.next <= m.from: // of the source: no number is missing
		case m.kind == "gap":
			p.set(m.epoch, m.next-1, "")
		default:
			p.set(m.epoch, m.seq, m.id)
		}
		return true
	}
	return false
}

// told is what a message says of its place.
type told struct {
	kind, ch, epoch, id string
	seq, from, next     int64
	resumed             bool
}

func readPlace(line []byte) (m told, ok bool) {
	sc := server.NewScanner(line)
	isObject := true
	for key := range sc.Object(&isObject) {
		switch key {
		case "t":
			m.kind, _ = sc.Text()
		case "ch":
			m.ch, _ = sc.Text()
		case "epoch":
			m.epoch, _ = sc.Text()
		case "id":
			m.id, _ = sc.Text()
		case "seq":
			m.seq, _ = sc.Int()
		case "from":
			m.from, _ = sc.Int()
		case "next":
			m.next, _ = sc.Int()
		case "resumed":
			m.resumed, _ = sc.Bool()
		case "open_time":
			if open, is := sc.Int(); is && m.kind == "bar" {
				m.id = strconv.FormatInt(open, 10)
			}
		default:
			sc.Skip()
		}
	}
	if m.kind == "ok" || m.kind == "snap" {
		m.id = "" // of the operation
	}
	return m, isObject && sc.End() == nil && m.ch != ""
}
