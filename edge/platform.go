//go:build !js

package main

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/syumai/workers"
)

// setting reads an environment variable, where the handler runs as a plain
// server.
func setting(name string) string { return os.Getenv(name) }

// serve listens on PORT.
func serve(h http.Handler) { workers.Serve(h) }

// newOrigin is the origin at ORIGIN_URL, nil where that is not set.
func newOrigin() *origin {
	at := setting("ORIGIN_URL")
	if at == "" {
		return nil
	}
	return &origin{
		base: strings.TrimRight(at, "/"), key: setting("ORIGIN_KEY"), do: http.DefaultClient.Do, cache: &memory{}, now: time.Now,
	}
}

// memory is a cache in memory, without bound: of a server that is tried out.
type memory struct{ all sync.Map }

func (m *memory) get(key string) (kept, bool) {
	v, ok := m.all.Load(key)
	if !ok {
		return kept{}, false
	}
	return v.(kept), true
}

func (m *memory) put(key string, k kept) { m.all.Store(key, k) }
