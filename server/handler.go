package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Handler answers a request or returns why it did not. Its ServeHTTP is the
// one place where failures become answers.
type Handler func(w http.ResponseWriter, r *http.Request) error

func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h(w, r); err != nil {
		if trace, ok := r.Context().Value(traceKey{}).(*Trace); ok {
			trace.Err = err
		}
		WriteProblem(w, r, err)
	}
}

// Trace accompanies one request: its id, and the failure it ended in, for the
// log.
type Trace struct {
	ID  string
	Err error
}

type traceKey struct{}

// WithTrace attaches a trace to a request's context.
func WithTrace(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// RequestID is the id of the request ctx belongs to, or "".
func RequestID(ctx context.Context) string {
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return t.ID
	}
	return ""
}

// Mux is a ServeMux whose own refusals, 404 and 405 with Allow, are problems
// too.
type Mux struct{ http.ServeMux }

func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := m.Handler(r)
	if pattern != "" {
		m.ServeMux.ServeHTTP(w, r)
		return
	}
	Handler(func(w http.ResponseWriter, r *http.Request) error {
		p := probe{header: http.Header{}}
		h.ServeHTTP(&p, r)
		if p.status != http.StatusMethodNotAllowed {
			return &Error{Code: CodeNotFound, Detail: fmt.Sprintf("there is nothing at %s", r.URL.Path)}
		}
		allow := p.header.Get("Allow")
		w.Header().Set("Allow", allow)
		return &Error{Code: CodeMethod, Detail: fmt.Sprintf("%s does not take %s, only %s", r.URL.Path, r.Method, allow)}
	}).ServeHTTP(w, r)
}

// probe hears what a handler would answer.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }

// maxReserve bounds what a mere Content-Length makes us allocate.
const maxReserve = 1 << 20

// ReadBody reads a body of at most limit bytes into buf, which grows as
// needed. A greater one is refused, naming the limit.
func ReadBody(w http.ResponseWriter, r *http.Request, buf []byte, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return buf, tooLarge(limit)
	}
	if need := min(r.ContentLength, maxReserve) + 1; need > int64(cap(buf)) { // one more, so that the end is seen without growing
		buf = make([]byte, 0, need)
	}
	body := http.MaxBytesReader(w, r.Body, limit)
	buf = buf[:0]
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return buf, nil
		default:
			return buf, BodyError(err, limit)
		}
	}
}

// BodyError says what a failed read of a bounded body means to the caller.
func BodyError(err error, limit int64) error {
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		return tooLarge(limit)
	}
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	return &Error{Code: CodeMalformed, Detail: "the body ended early", Err: err}
}

func tooLarge(limit int64) error {
	return &Error{Code: CodeTooLarge, Detail: fmt.Sprintf("the body is larger than the limit of %d bytes", limit)}
}
