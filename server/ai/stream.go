package ai

import (
	"net/http"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server"
)

const eventStream = "text/event-stream"

// askBody is the request of POST /ai/ask.
type askBody struct {
	Question string `name:"question" validate:"required,max=2000"`
	Market   string `name:"market" validate:"omitempty,market"`
	Interval string `name:"interval" validate:"omitempty,interval"`
	Provider string `name:"provider" validate:"max=20"`
}

func (s *Service) postAsk(w http.ResponseWriter, r *http.Request) error {
	if err := server.CheckMedia(r, []string{"application/json"}, eventStream); err != nil {
		return err
	}
	q, issues := askBody{}, &server.Issues{}
	err := s.scan(w, r, issues, func(b *server.Scanner, key string) bool {
		place := map[string]*string{"question": &q.Question, "market": &q.Market, "interval": &q.Interval, "provider": &q.Provider}[key]
		if place == nil {
			return false
		}
		*place = text(b, key, issues)
		return true
	})
	if err != nil {
		return err
	}
	s.validate.Check(q, "/", issues)
	if err := issues.Err(); err != nil {
		return err
	}
	if _, err := s.provider(q.Provider); err != nil {
		return err
	}
	if q.Market != "" && q.Interval != "" {
		if _, err := s.watched(r.Context(), q.Market, q.Interval); err != nil {
			return err
		}
	}
	out := newEvents(w)
	defer out.close()
	if err := s.Ask(r.Context(), Question(q), out.tell); err != nil {
		problem := server.ProblemOf(away(err), server.RequestID(r.Context()))
		out.tell(Part{"error", problem})
	}
	return nil
}

// events writes server-sent events, and a comment while nothing happens, so that
// nobody in between takes the connection for dead.
type events struct {
	mu      sync.Mutex
	w       http.ResponseWriter // guarded by mu
	control *http.ResponseController
	quit    chan struct{}
	beats   sync.WaitGroup
}

const (
	beat      = 10 * time.Second
	writeWait = 30 * time.Second // for one event, in place of the server's for a whole answer
)

func newEvents(w http.ResponseWriter) *events {
	e := &events{w: w, control: http.NewResponseController(w), quit: make(chan struct{})}
	h := w.Header()
	h.Set("Content-Type", eventStream)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	e.write(": answer follows\n\n")
	e.beats.Go(func() {
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-e.quit:
				return
			case <-ticker.C:
				e.write(": working\n\n")
			}
		}
	})
	return e
}

func (e *events) close() {
	close(e.quit)
	e.beats.Wait()
}

func (e *events) tell(p Part) {
	body, err := written(p.Data)
	if err != nil {
		panic(err) // types of ours
	}
	e.write("event: " + p.Event + "\ndata: " + string(body) + "\n\n")
}

// write sends at once. A client that has gone is told by the request's context.
func (e *events) write(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = e.control.SetWriteDeadline(time.Now().Add(writeWait)) // where it cannot be set, the server's holds
	if _, err := e.w.Write([]byte(text)); err == nil {
		_ = e.control.Flush()
	}
}
