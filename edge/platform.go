//go:build !js

package main

import (
	"net/http"
	"os"

	"github.com/syumai/workers"
)

// setting reads an environment variable, where the handler runs as a plain
// server.
func setting(name string) string { return os.Getenv(name) }

// serve listens on PORT.
func serve(h http.Handler) { workers.Serve(h) }
