package main

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall/js"
	"time"

	"github.com/syumai/workers"
	"github.com/syumai/workers/cloudflare"
	caches "github.com/syumai/workers/cloudflare/cache"
	"github.com/syumai/workers/cloudflare/fetch"
)

// setting reads a variable or secret of the Worker.
func setting(name string) string {
	if v := cloudflare.GetBinding(name); v.Type() == js.TypeString {
		return v.String()
	}
	return ""
}

// serve answers the one request this instance is made for.
func serve(h http.Handler) {
	workers.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rejoin(r.Header)
		h.ServeHTTP(&atOnce{ResponseWriter: w}, r)
	}))
}

// atOnce hands an answer that is written in one piece to JavaScript as such,
// without a stream.
type atOnce struct{ http.ResponseWriter }

func (w *atOnce) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil // the stream's reader would take it for a piece that is still to come, and hang
	}
	raw, ok := w.ResponseWriter.(interface{ WriteRawJSBody(body js.Value) })
	if !ok || w.Header().Get("Content-Length") != strconv.Itoa(len(b)) {
		return w.ResponseWriter.Write(b)
	}
	body := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(body, b)
	raw.WriteRawJSBody(body)
	return len(b), nil
}

// rejoin undoes what syumai/workers does to headers, which it splits at every
// comma, also those within a value.
func rejoin(h http.Header) {
	for name, values := range h {
		if len(values) > 1 {
			h[name] = []string{strings.Join(values, ",")}
		}
	}
}

// newOrigin is the origin behind the service binding ORIGIN, else at ORIGIN_URL;
// nil where neither is set.
func newOrigin() *origin {
	client, at := fetch.NewClient(), strings.TrimRight(setting("ORIGIN_URL"), "/")
	if binding := cloudflare.GetBinding("ORIGIN"); binding.Type() == js.TypeObject {
		client = fetch.NewClient(fetch.WithBinding(bound(binding)))
		if at == "" {
			at = "https://origin" // a binding goes by no name
		}
	}
	if at == "" {
		return nil
	}
	return &origin{
		base: at, key: setting("ORIGIN_KEY"),
		do: func(r *http.Request) (*http.Response, error) { // an http.Client would bring its transport: a megabyte
			return client.Do(&fetch.Request{Request: r}, &fetch.RequestInit{Redirect: fetch.RedirectModeManual})
		},
		cache: edgeCache{caches.New(caches.WithNamespace("quantum")), at}, now: time.Now,
	}
}

// bound is an object whose fetch is that of a binding: syumai/workers calls it
// without its object.
func bound(binding js.Value) js.Value {
	object := js.Global().Get("Object").New()
	object.Set("fetch", binding.Get("fetch").Call("bind", binding))
	return object
}

// edgeCache is Cloudflare's Cache API.
type edgeCache struct {
	all *caches.Cache
	at  string // of the origin: keys are its addresses
}

const (
	storedHeader = "Quantum-Stored"
	keepFor      = "public, max-age=86400"
)

func (c edgeCache) get(key string) (kept, bool) {
	r, err := http.NewRequest(http.MethodGet, c.at+key, nil) //nolint:noctx // it reaches the cache alone
	if err != nil {
		return kept{}, false
	}
	answer, err := c.all.Match(r, nil)
	if err != nil {
		return kept{}, false
	}
	body, err := io.ReadAll(answer.Body)
	at, _ := strconv.ParseInt(answer.Header.Get(storedHeader), 10, 64)
	return kept{body, time.UnixMilli(at)}, err == nil
}

func (c edgeCache) put(key string, k kept) {
	r, err := http.NewRequest(http.MethodGet, c.at+key, nil) //nolint:noctx // it reaches the cache alone
	if err != nil {
		return
	}
	_ = c.all.Put(r, &http.Response{ // one that is not kept is asked for again
		StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(k.body)), ContentLength: int64(len(k.body)),
		Header: http.Header{"Cache-Control": {keepFor}, storedHeader: {strconv.FormatInt(k.at.UnixMilli(), 10)}},
	})
}
