package main

import (
	"net/http"
	"strconv"
	"strings"
	"syscall/js"

	"github.com/syumai/workers"
	"github.com/syumai/workers/cloudflare"
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
