package api

import (
	"net/http"

	"github.com/quantum-signals/quantum/server"
)

// base is where version 1 lives.
const base = "/api/v1"

// Route is one method of one path.
type Route struct {
	Method  string
	Path    string // below /api/v1, unless in Options.Outside
	Scope   string // of the key it needs; empty needs none and counts for no rate
	Handler http.Handler
	Streams bool // the answer goes on and on: it is not compressed
	Arrow   bool // the handler answers columns, which are given as Arrow too
}

// Access judges requests.
type Access interface {
	// Allow judges a request that needs a scope and tells its rate in head. The error is
	// a *server.Error to answer with.
	Allow(r *http.Request, head http.Header, scope string) error
}

// guarded puts around a route what all have: the key and the rate come first,
// before a byte of the body is read.
func (a *api) guarded(route Route) http.Handler {
	h := route.Handler
	if route.Arrow {
		h = arrowed(h)
	}
	if !route.Streams {
		h = a.compressed(h)
	}
	if route.Method != http.MethodGet {
		h = a.inflated(h)
	}
	if route.Scope == "" || a.options.Access == nil {
		return h
	}
	return server.Handler(func(w http.ResponseWriter, r *http.Request) error {
		if err := a.options.Access.Allow(r, w.Header(), route.Scope); err != nil {
			return err
		}
		h.ServeHTTP(w, r)
		return nil
	})
}
