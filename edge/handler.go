package main

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"

	"github.com/rs/cors"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/compute"
)

// base is where version 1 lives.
const base = "/api/v1"

const requestIDHeader = "X-Request-Id"

// newHandler returns the handler of the routes the edge answers itself.
func newHandler(o options) http.Handler {
	computes := compute.New(o.compute)
	signals := keyed(o.keys, http.StripPrefix(base, computes))
	mux := &server.Mux{}
	mux.Handle("POST "+base+"/signals/cipher", signals)
	mux.Handle("POST "+base+"/signals/volume", signals)
	mux.Handle("GET "+base+"/signals/catalog", keyed(o.keys, server.Handler(getCatalog)))
	if o.origin != nil {
		s := &watched{o.origin, computes}
		mux.Handle("GET "+base+"/signals/cipher", keyed(o.keys, s.handler(s.getCipher)))
		mux.Handle("GET "+base+"/signals/volume", keyed(o.keys, s.handler(s.getVolume)))
	}
	mux.Handle("GET /healthz", server.Handler(getHealth))
	return identified(allowed(o.origins, mux))
}

// allowed lets pages of the given origins read answers; none but the Worker's
// own if there are none.
func allowed(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete},
		AllowedHeaders: []string{"Accept", "Authorization", "Content-Type", "If-None-Match", requestIDHeader},
		ExposedHeaders: []string{
			"ETag", "Retry-After", "Quantum-Columns", "Quantum-Rows", "Quantum-Engine", staleHeader, requestIDHeader, "Server-Timing",
		},
		MaxAge: 600,
	}).Handler(next)
}

// goodID is what we take over as a request's id.
var goodID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// identified gives every request an id, which problems name.
func identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		trace := &server.Trace{ID: r.Header.Get(requestIDHeader)}
		if !goodID.MatchString(trace.ID) {
			var b [8]byte
			_, _ = rand.Read(b[:]) // never fails
			trace.ID = hex.EncodeToString(b[:])
		}
		w.Header().Set(requestIDHeader, trace.ID)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r.WithContext(server.WithTrace(r.Context(), trace)))
	})
}

// getCatalog describes every reading, flag, event and parameter, in the bytes of
// the origin and of the wasm module.
func getCatalog(w http.ResponseWriter, _ *http.Request) error {
	c, v := cipher.Catalog(), volume.Catalog()
	b := c.AppendJSON([]byte(`{"cipher":`))
	b = v.AppendJSON(append(b, `,"volume":`...))
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return reply(w, append(b, '}'))
}

// getHealth tells that the Worker runs.
func getHealth(w http.ResponseWriter, _ *http.Request) error {
	return reply(w, []byte(`{"status":"ok"}`))
}

func reply(w http.ResponseWriter, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", server.JSONType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store") // it is about now
	}
	_, _ = w.Write(body) // the client may be gone: nobody is left to tell
	return nil
}
