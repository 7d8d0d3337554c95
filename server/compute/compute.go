// Package compute answers the stateless signal requests: candles in, readings
// back. It keeps nothing between requests and knows no store, so that the origin
// and the edge serve this same handler.
//
// # Forms
//
// A body is JSON (application/json), or columns (application/octet-stream): six
// columns of n little-endian float64 each, open_time (Unix milliseconds, whole),
// open, high, low, close, volume, one behind the other, 48 bytes a candle and
// nothing else. What JSON says beside the candles, the query string says then:
// interval, fields (names with commas between), forming, and every parameter by
// its name in the catalog; for a profile also range, developing and events.
//
// An answer is JSON; or JSON Lines (application/x-ndjson), an object a bar, or a
// row of the profile; or columns: as many float64 columns as the header
// Quantum-Columns names, each of Quantum-Rows values, little-endian, one behind
// the other, open_time first. A reading that does not exist is the NaN
// 0x7FF8000000000000, a flag 0 or 1. Every answer has Quantum-Engine, the
// engine's version and the hash of its wasm module.
package compute

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
)

// Options are the bounds of a request.
type Options struct {
	MaxBody    int64  // bytes of a body, 8 MiB if 0
	MaxBars    int    // candles of a request, 50,000 if 0: the answer has 78 columns of them
	MaxTrades  int    // trades of a request, 200,000 if 0
	AtOnce     int    // requests computed at once, the others wait; 16 if 0. What bounds the memory of answers
	WasmSHA256 string // of quantum.wasm, told in every answer beside the version
	Road       string // named in Server-Timing beside what the steps took; "" leaves both out
}

const (
	defaultMaxBody   = 8 << 20
	defaultMaxBars   = 50_000
	defaultMaxTrades = 200_000
	defaultAtOnce    = 16

	// keptBuffer is the greatest buffer that waits for the next request; what
	// a rare giant needed goes back to the collector.
	keptBuffer = 1 << 20

	// piece is how much of a large answer is written at once.
	piece = 256 << 10
)

// The headers that describe columns.
const (
	columnsHeader = "Quantum-Columns"
	rowsHeader    = "Quantum-Rows"
	engineHeader  = "Quantum-Engine"
)

// Handler serves POST /signals/cipher and POST /signals/volume. Safe for
// concurrent use.
type Handler struct {
	options  Options
	validate *server.Validator
	buffers  sync.Pool // of *[]byte: bodies and answers
	memories sync.Pool // of *memory: candles and readings
	turns    chan struct{}
	mux      server.Mux
}

// New returns the handler.
func New(o Options) *Handler {
	o.MaxBody = or(o.MaxBody, defaultMaxBody)
	o.MaxBars = or(o.MaxBars, defaultMaxBars)
	o.MaxTrades = or(o.MaxTrades, defaultMaxTrades)
	h := &Handler{options: o, validate: server.NewValidator(), turns: make(chan struct{}, or(o.AtOnce, defaultAtOnce))}
	h.buffers.New = func() any { return new([]byte) }
	h.memories.New = func() any { return new(memory) }
	h.validate.Tag("column", columnBound, isColumn)
	h.validate.Alias("bars", fmt.Sprintf("min=1,max=%d", o.MaxBars))
	h.validate.Alias("trades", fmt.Sprintf("min=1,max=%d", o.MaxTrades))

	h.mux.Handle("POST /signals/cipher", h.post(h.readCipher))
	h.mux.Handle("POST /signals/volume", h.post(h.readVolume))
	return h
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// asked is a request that was read and is sound: what is left is the work.
type asked func() (answer, error)

// reader reads a request of which body is the body and columns tells whether
// it is columns rather than JSON. What it makes may lie in m until the answer is
// written. All it refuses is in the error.
type reader func(r *http.Request, body []byte, columns bool, m *memory) (asked, error)

// memory is what the candles and readings of a request lie in, one request
// after the other: making and clearing it anew would cost as much as the
// arithmetic.
type memory struct {
	candles server.Candles
	floats  []float64
	flags   []cipher.Flags
}

// keptFloats is the greatest memory that waits for the next request.
const keptFloats = 1 << 19

// column cuts a column of n values, which hold anything, off the memory.
func (m *memory) column(n int) []float64 {
	if cap(m.floats)-len(m.floats) < n {
		m.floats = make([]float64, 0, max(n, 2*cap(m.floats))) // those cut before keep theirs
	}
	from := len(m.floats)
	m.floats = m.floats[:from+n]
	return m.floats[from : from+n : from+n]
}

// takeMemory gives memory for a request, keepMemory takes it back.
func (h *Handler) takeMemory() *memory {
	m := h.memories.Get().(*memory)
	m.floats = m.floats[:0]
	return m
}

func (h *Handler) keepMemory(m *memory) {
	if cap(m.floats) <= keptFloats && cap(m.candles.OpenTime) <= keptFloats/8 {
		h.memories.Put(m)
	}
}

// post reads a bounded body and writes the answer, with a strong ETag over
// everything the answer depends on. Whoever has that answer hears 304.
func (h *Handler) post(read reader) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		gives, err := server.Negotiate(r, server.JSONType, server.NDJSONType, server.BinaryType)
		if err != nil {
			return err
		}
		takes, err := server.ContentType(r, server.JSONType, server.BinaryType)
		if err != nil {
			return err
		}
		in := h.buffer()
		defer h.keep(in)
		if *in, err = server.ReadBody(w, r, *in, h.options.MaxBody); err != nil {
			return err
		}
		tag := h.tag(r, takes, gives, *in)
		head := w.Header()
		if server.NotModified(r, tag) {
			head.Set("ETag", tag)
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		t := steps{began: time.Now()}
		m := h.takeMemory()
		defer h.keepMemory(m)
		work, err := read(r, *in, takes == server.BinaryType, m)
		if err != nil {
			return err
		}
		return h.turn(r, func() error {
			t.decoded = time.Now()
			a, err := work()
			if err != nil {
				return err
			}
			t.computed = time.Now()
			head.Set("ETag", tag)
			head.Set("Cache-Control", "private, max-age=86400") // the same request always has this answer
			return h.write(w, gives, a, t)
		})
	}
}

// turn does work of a request when one of the AtOnce turns is free.
func (h *Handler) turn(r *http.Request, work func() error) error {
	select {
	case h.turns <- struct{}{}:
	case <-r.Context().Done():
		return &server.Error{Code: server.CodeUnavailable, Detail: "the request ended before its turn", Err: r.Context().Err()}
	}
	defer func() { <-h.turns }()
	return work()
}

// tag is a strong validator: 16 bytes of SHA-256 over engine, path, query, forms
// and body.
func (h *Handler) tag(r *http.Request, takes, gives string, body []byte) string {
	hash := sha256.New()
	for _, part := range []string{core.EngineVersion, h.options.WasmSHA256, r.URL.Path, r.URL.RawQuery, takes, gives} {
		hash.Write([]byte(part))
		hash.Write([]byte{0})
	}
	hash.Write(body)
	return `"` + base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:16]) + `"`
}

func (h *Handler) buffer() *[]byte { return h.buffers.Get().(*[]byte) }

func (h *Handler) keep(b *[]byte) {
	if cap(*b) <= keptBuffer {
		h.buffers.Put(b)
	}
}

// answer is a result in all the forms it is given in. Each append method hands
// what it has to flush now and then, which may write it and return an empty
// buffer.
type answer interface {
	appendJSON(b []byte, flush func([]byte) []byte) []byte
	appendLines(b []byte, flush func([]byte) []byte) []byte
	appendColumns(b []byte, flush func([]byte) []byte) []byte
	names() []string // of the columns
	rows() int       // of each column
}

// write sends an answer in one of its forms. One that fits a piece has its
// length told, a larger one is sent as it is made.
func (h *Handler) write(w http.ResponseWriter, media string, a answer, t steps) error {
	out := h.buffer()
	defer h.keep(out)
	head := w.Header()
	head.Set("Content-Type", media)
	head.Add("Vary", "Accept")
	head.Set(engineHeader, core.EngineVersion+"; wasm-sha256="+h.options.WasmSHA256)
	sent := false
	flush := func(b []byte) []byte {
		if len(b) < piece {
			return b
		}
		if !sent {
			sent = true
			t.tell(head, h.options.Road)
		}
		_, _ = w.Write(b) // the client may be gone: nobody is left to tell
		return b[:0]
	}
	b := (*out)[:0]
	switch media {
	case server.NDJSONType:
		b = a.appendLines(b, flush)
	case server.BinaryType:
		head.Set(columnsHeader, strings.Join(a.names(), ","))
		head.Set(rowsHeader, strconv.Itoa(a.rows()))
		b = a.appendColumns(b, flush)
	default:
		b = a.appendJSON(b, flush)
	}
	if !sent {
		head.Set("Content-Length", strconv.Itoa(len(b)))
		t.tell(head, h.options.Road)
	}
	_, _ = w.Write(b)
	*out = b
	return nil
}

// whole is a flush that keeps everything.
func whole(b []byte) []byte { return b }
