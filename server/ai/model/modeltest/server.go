// Package modeltest runs local servers that speak each provider's wire format,
// streaming, errors and breakdowns included, so that no test needs a key.
package modeltest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// Reply is what the server does with one request.
type Reply struct {
	Text   []string // pieces, in order
	Calls  []Call
	Status int    // of a refusal; 0 answers
	After  string // Retry-After of a refusal
	Says   string // the refusal's message
	End    End
}

// Call is a tool call of the model.
type Call struct {
	ID, Name, Input string
}

// End is how an answer ends.
type End int

const (
	Whole   End = iota
	Length      // the model ran out of tokens
	Cut         // the connection ends in the middle
	Garbage     // a piece is no JSON
	Stall       // nothing comes any more, the connection stays open
	Failing     // the provider tells of a failure in the middle, where its format can
)

// Tokens every whole answer tells it used.
const TokensIn, TokensOut = 120, 30

// Request is what the server was sent.
type Request struct {
	Path   string
	Header http.Header
	Body   []byte
}

// Wire is one provider's format.
type Wire interface {
	Name() string
	// Generates reports whether a path asks for an answer; others ask for models.
	Generates(path string) bool
	// Frames are the pieces of an answer on the wire.
	Frames(r Reply) []string
	// Refusal is the body of an error.
	Refusal(status int, says string) string
	// Described is the body of a model's description.
	Described() string
	// Read takes system words, user words and tools out of a request, as JSON.
	Read(body []byte) (Heard, error)
}

// Heard is what a request says, whatever its format.
type Heard struct {
	System string
	User   []string        // texts and tool results from our side
	Tools  json.RawMessage // as sent
	Schema json.RawMessage // of the answer; nil where none is asked for
}

// Server answers the first request with the first reply, and so on; the last
// one is repeated.
type Server struct {
	*httptest.Server
	t       testing.TB
	wire    Wire
	replies []Reply
	quit    chan struct{}

	mu       sync.Mutex
	requests []Request // guarded by mu
}

// Start runs a server for the length of the test.
func Start(t testing.TB, wire Wire, replies ...Reply) *Server {
	t.Helper()
	s := &Server{t: t, wire: wire, replies: replies, quit: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		close(s.quit)
		s.Server.CloseClientConnections()
		s.Server.Close()
	})
	return s
}

// Requests are those for answers, in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Heard reads request i.
func (s *Server) Heard(i int) Heard {
	s.t.Helper()
	all := s.Requests()
	if i >= len(all) {
		s.t.Fatalf("request %d of %d", i, len(all))
	}
	heard, err := s.wire.Read(all[i].Body)
	if err != nil {
		s.t.Fatalf("request %d: %v\n%s", i, err, all[i].Body)
	}
	return heard
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if !s.wire.Generates(r.URL.Path) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, s.wire.Described())
		return
	}
	s.mu.Lock()
	at := min(len(s.requests), len(s.replies)-1)
	s.requests = append(s.requests, Request{r.URL.RequestURI(), r.Header.Clone(), body})
	s.mu.Unlock()
	s.answer(w, r, s.replies[at])
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, reply Reply) {
	if reply.Status != 0 {
		w.Header().Set("Content-Type", "application/json")
		if reply.After != "" {
			w.Header().Set("Retry-After", reply.After)
		}
		w.WriteHeader(reply.Status)
		fmt.Fprint(w, s.wire.Refusal(reply.Status, reply.Says))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	for _, frame := range s.wire.Frames(reply) {
		fmt.Fprint(w, frame)
		if control.Flush() != nil {
			return
		}
	}
	switch reply.End {
	case Stall:
		select {
		case <-r.Context().Done():
		case <-s.quit:
		case <-time.After(time.Minute):
		}
	case Cut:
		if conn, _, err := control.Hijack(); err == nil {
			conn.Close()
		}
	case Whole, Length, Garbage, Failing:
	}
}

// Once puts the pieces of a text into a whole reply.
func Once(text ...string) Reply { return Reply{Text: text} }

// quoted is a text as JSON.
func quoted(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // tests send what JSON has
	}
	return string(b)
}
