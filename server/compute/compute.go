// Package compute answers the stateless signal requests: candles in the body,
// readings back. It keeps nothing between requests and knows no store, so that
// the origin and the edge serve this same handler.
package compute

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// Options are the bounds of a request.
type Options struct {
	MaxBody    int64  // bytes of a body, 8 MiB if 0
	MaxBars    int    // candles of a request, 50,000 if 0: the answer has 78 columns of them
	WasmSHA256 string // of quantum.wasm, told in every answer beside the version
}

const (
	defaultMaxBody = 8 << 20
	defaultMaxBars = 50_000

	// keptBuffer is the greatest buffer that waits for the next request; what
	// a rare giant needed goes back to the collector.
	keptBuffer = 1 << 20

	jsonType = "application/json"
)

// handler holds what requests share. It is read only but for the pool.
type handler struct {
	options  Options
	validate *server.Validator
	buffers  sync.Pool // of *[]byte: bodies and answers
}

// New returns the handler of POST /signals/cipher and POST /signals/volume.
func New(o Options) http.Handler {
	if o.MaxBody == 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.MaxBars == 0 {
		o.MaxBars = defaultMaxBars
	}
	h := &handler{options: o, validate: server.NewValidator()}
	h.buffers.New = func() any { return new([]byte) }
	h.validate.Tag("column", columnBound, isColumn)
	h.validate.Alias("bars", fmt.Sprintf("min=1,max=%d", o.MaxBars))

	var mux server.Mux
	mux.Handle("POST /signals/cipher", h.post(h.postCipher))
	mux.Handle("POST /signals/volume", h.post(h.postVolume))
	return &mux
}

// answer computes the answer to a body and appends it to dst.
type answer func(dst, body []byte) ([]byte, error)

// post reads a bounded JSON body and writes the answer, with a strong ETag
// over everything the answer depends on.
func (h *handler) post(answer answer) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := server.CheckMedia(r, []string{jsonType}, jsonType); err != nil {
			return err
		}
		in, out := h.buffer(), h.buffer()
		defer h.keep(in)
		defer h.keep(out)
		var err error
		if *in, err = server.ReadBody(w, r, *in, h.options.MaxBody); err != nil {
			return err
		}
		if *out, err = answer((*out)[:0], *in); err != nil {
			return err
		}
		head := w.Header()
		head.Set("Content-Type", jsonType)
		head.Set("Content-Length", strconv.Itoa(len(*out)))
		head.Set("ETag", h.tag(r.URL.Path, *in))
		head.Set("Cache-Control", "private, max-age=86400") // the same request always has this answer
		_, _ = w.Write(*out)                                // the client may be gone: nobody is left to tell
		return nil
	}
}

// tag is a strong validator: 16 bytes of SHA-256 over engine, path and body.
func (h *handler) tag(path string, body []byte) string {
	hash := sha256.New()
	for _, part := range []string{core.EngineVersion, h.options.WasmSHA256, path} {
		hash.Write([]byte(part))
		hash.Write([]byte{0})
	}
	hash.Write(body)
	return `"` + base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:16]) + `"`
}

func (h *handler) buffer() *[]byte { return h.buffers.Get().(*[]byte) }

func (h *handler) keep(b *[]byte) {
	if cap(*b) <= keptBuffer {
		h.buffers.Put(b)
	}
}

// request is what every body of ours holds, and what its own scan adds.
type request struct {
	candles  server.Candles
	given    bool // candles were in the body
	settings []setting
}

// unread names the count of candles where some could not be read: too few of
// them is then not another failure.
func (q *request) unread(issues *server.Issues) []string {
	if q.given && issues.Len() > 0 {
		return []string{"Bars"}
	}
	return nil
}

// scan reads the fields of a body. other reads those the request does not
// share, and returns false for a name that means nothing.
func (q *request) scan(body []byte, p params, issues *server.Issues, other func(s *server.Scanner, key string) bool) error {
	s := server.NewScanner(body)
	ok := true
	for key := range s.Object(&ok) {
		switch {
		case key == "candles":
			q.given = true
			q.candles = server.ScanCandles(s, "/candles", issues)
		case key == "params":
			q.settings = p.scan(s, issues)
		case !other(s, key):
			s.Skip()
			issues.Unknown("/"+key, key, "a field of this request")
		}
	}
	if !ok && s.Err() == nil {
		return &server.Error{Code: server.CodeMalformed, Detail: "the body is " + kindName(body) + ", must be an object"}
	}
	return s.End()
}

func kindName(body []byte) string {
	switch server.NewScanner(body).Kind() {
	case '[':
		return "an array"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't':
		return "a boolean"
	}
	return "null"
}

// scanTexts reads a list of strings.
func scanTexts(s *server.Scanner, pointer string, issues *server.Issues) []string {
	list, ok := []string{}, true
	for i := range s.Array(&ok) {
		if s.Kind() != '"' {
			issues.Shape(pointer+"/"+strconv.Itoa(i), s.Raw(), "text")
			continue
		}
		text, _ := s.Text()
		list = append(list, text)
	}
	if !ok && s.Err() == nil {
		issues.Shape(pointer, nil, "a list of text")
	}
	return slices.Clip(list)
}
