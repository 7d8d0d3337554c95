package api

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/quantum-signals/quantum/server"
)

const requestIDHeader = "X-Request-Id"

// goodID is what we take over as a request's id from a proxy in front of us.
var goodID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// watch gives every request an id, a line in the log and its place in the
// metrics, and turns a panic into an answer.
func watch(log *slog.Logger, m *metrics, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		trace := &server.Trace{ID: r.Header.Get(requestIDHeader)}
		if !goodID.MatchString(trace.ID) {
			trace.ID = newID()
		}
		w.Header().Set(requestIDHeader, trace.ID)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		r = r.WithContext(server.WithTrace(r.Context(), trace))
		seen := &seen{ResponseWriter: w}
		began := time.Now()
		m.open.Inc()
		defer func() {
			m.open.Dec()
			v, begun := recover(), seen.wrote || seen.hijacked
			if v != nil {
				trace.Err = fmt.Errorf("panic: %v", v)
				if !begun {
					server.WriteProblem(seen, r, trace.Err)
				}
			}
			took := time.Since(began)
			nameSpan(r)
			m.done(r, seen.code(), seen.bytes, took)
			logRequest(log, r, seen, trace, took, v)
			if v != nil && begun {
				panic(http.ErrAbortHandler) // the answer is cut short: so must the connection be
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func logRequest(log *slog.Logger, r *http.Request, seen *seen, trace *server.Trace, took time.Duration, panicked any) {
	status := seen.code()
	level := slog.LevelInfo
	attributes := []slog.Attr{
		slog.String("id", trace.ID), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", status), slog.Int64("bytes", seen.bytes), slog.Duration("took", took), slog.String("remote", r.RemoteAddr),
	}
	if id := traceID(r); id != "" {
		attributes = append(attributes, slog.String("trace", id))
	}
	if err := trace.Err; err != nil {
		attributes = append(attributes, slog.String("err", cause(err)))
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if panicked != nil {
		attributes = append(attributes, slog.String("stack", string(debug.Stack())))
	}
	log.LogAttrs(r.Context(), level, "request", attributes...)
}

// cause is an error with what the caller was not told.
func cause(err error) string {
	var e *server.Error
	if errors.As(err, &e) && e.Err != nil && e.Detail != "" {
		return e.Detail + ": " + e.Err.Error()
	}
	return err.Error()
}

// seen passes an answer on and remembers what became of it.
type seen struct {
	http.ResponseWriter
	status   int
	bytes    int64
	wrote    bool
	hijacked bool
}

// code is the status the caller saw.
func (s *seen) code() int {
	switch {
	case s.hijacked:
		return http.StatusSwitchingProtocols
	case !s.wrote:
		return http.StatusOK // nothing was said: the server says so
	}
	return s.status
}

// Unwrap lets http.ResponseController reach the connection.
func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *seen) WriteHeader(status int) {
	if !s.wrote {
		s.wrote, s.status = true, status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *seen) Write(b []byte) (int, error) {
	if !s.wrote {
		s.wrote, s.status = true, http.StatusOK
	}
	n, err := s.ResponseWriter.Write(b)
	s.bytes += int64(n)
	return n, err
}

// Hijack gives the connection to the WebSocket endpoint.
func (s *seen) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(s.ResponseWriter).Hijack()
	s.hijacked = err == nil
	return conn, rw, err
}
