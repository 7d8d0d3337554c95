package api

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"

	"github.com/quantum-signals/quantum/server"
)

// codingQuality is how much an Accept-Encoding header likes a coding, 0 where
// it does not name it.
func codingQuality(accept, coding string) float64 {
	for part := range strings.SplitSeq(accept, ",") {
		name, rest, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		quality := 1.0
		if _, q, ok := strings.Cut(rest, "q="); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
			if err != nil {
				return 0
			}
			quality = v
		}
		return quality
	}
	return 0
}

// inflated gives next bodies as they were before gzip or zstd. Whatever a body
// becomes, its reader bounds it: what is compressed a thousandfold is refused at
// the same size as what is not. The bodies of all requests together are bounded
// as well.
func (a *api) inflated(next http.Handler) http.Handler {
	return server.Handler(func(w http.ResponseWriter, r *http.Request) error {
		body := &countedBody{from: r.Body, budget: &a.bodies, most: a.options.MaxBodies}
		defer body.release()
		coding := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding")))
		var plain io.Reader
		var done func()
		switch coding {
		case "", "identity":
			r.Body = body
			next.ServeHTTP(w, r)
			return nil
		case "gzip":
			z, err := gzip.NewReader(r.Body)
			if err != nil {
				return &server.Error{Code: server.CodeMalformed, Detail: "the body is not gzip, as its Content-Encoding says", Err: err}
			}
			plain, done = z, func() {}
		case "zstd":
			z, err := zstd.NewReader(r.Body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
			if err != nil {
				return &server.Error{Code: server.CodeMalformed, Detail: "the body is not zstd, as its Content-Encoding says", Err: err}
			}
			plain, done = z, z.Close
		default:
			return &server.Error{Code: server.CodeMediaType, Detail: fmt.Sprintf("Content-Encoding is %q, must be gzip, zstd or identity", coding)}
		}
		defer done()
		body.from = &inflating{Reader: plain, Closer: r.Body}
		r.Body = body
		r.Header.Del("Content-Encoding")
		r.Header.Del("Content-Length")
		r.ContentLength = -1
		next.ServeHTTP(w, r)
		return nil
	})
}

// zstdWindow bounds what a zstd body makes its decoder keep.
const zstdWindow = 8 << 20

// inflating reads a compressed body and tells what is wrong with it as the
// caller may hear it.
type inflating struct {
	io.Reader
	io.Closer
}

func (b *inflating) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	var over *http.MaxBytesError
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &over) {
		err = &server.Error{Code: server.CodeMalformed, Detail: "the compressed body is damaged or ends early", Err: err}
	}
	return n, err
}

// countedBody counts what is held of bodies at once, of all requests together.
type countedBody struct {
	from   io.ReadCloser
	budget *atomic.Int64
	most   int64
	held   int64
	free   bool // it is handed on as it comes, nothing is held
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if b.free {
		return n, err
	}
	b.held += int64(n)
	if b.budget.Add(int64(n)) > b.most {
		return n, &server.Error{Code: server.CodeUnavailable, Detail: fmt.Sprintf("the bodies of all requests are over the limit of %d bytes just now; try again", b.most)}
	}
	return n, err
}

func (b *countedBody) Close() error { return b.from.Close() }

func (b *countedBody) release() { b.budget.Add(-b.held) }

// flows tells that a body is taken as it comes: nothing of it is held.
func flows(r *http.Request) {
	if b, ok := r.Body.(*countedBody); ok {
		b.free = true
	}
}
