package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// noPage is served where the page was not built before the binary was.
const noPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Quantum</title>
<h1>Quantum runs, its page was not built</h1>
<p>Build it with <code>make web build</code> and start again. The API is at <a href="/api/v1/markets">/api/v1</a>.</p>
</html>
`

// types are the content types of what a page is made of: those of the machine
// differ from place to place.
var types = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".map": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".txt": "text/plain; charset=utf-8",
	".wasm": "application/wasm", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2",
}

// asset is one file of the page.
type asset struct {
	body  []byte
	media string
	etag  string
	fresh string // Cache-Control
}

// newPage serves a built page, / being its index.html. All is read once: the
// files are in the binary.
func newPage(files fs.FS) http.Handler {
	assets := map[string]asset{}
	if files != nil {
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
				return err
			}
			body, err := fs.ReadFile(files, name)
			if err == nil {
				assets["/"+name] = newAsset(name, body)
			}
			return err
		})
		if err != nil {
			panic(fmt.Sprintf("the embedded page cannot be read: %v", err)) // a bug of ours
		}
	}
	if index, ok := assets["/index.html"]; ok {
		assets["/"] = index
	} else {
		assets["/"] = newAsset("index.html", []byte(noPage))
	}
	return server.Handler(func(w http.ResponseWriter, r *http.Request) error {
		a, ok := assets[r.URL.Path]
		if !ok {
			return &server.Error{Code: server.CodeNotFound, Detail: fmt.Sprintf("there is nothing at %s", r.URL.Path)}
		}
		a.serve(w, r)
		return nil
	})
}

func newAsset(name string, body []byte) asset {
	hash := sha256.Sum256(body)
	a := asset{
		body: body, media: types[path.Ext(name)],
		etag:  `"` + base64.RawURLEncoding.EncodeToString(hash[:16]) + `"`,
		fresh: "no-cache", // asked for anew each time, answered by 304
	}
	if a.media == "" {
		a.media = mime.TypeByExtension(path.Ext(name))
	}
	if strings.HasPrefix(name, "assets/") { // names there carry a hash of the content
		a.fresh = "public, max-age=31536000, immutable"
	}
	return a
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.media)
	h.Set("Cache-Control", a.fresh)
	h.Set("ETag", a.etag)
	// The page is isolated: its clocks are finer, and shared memory is allowed.
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", contentPolicy)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.body))
}

// contentPolicy lets the page load from here only; 'wasm-unsafe-eval' is the
// name for compiling WebAssembly.
const contentPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self' data: ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
