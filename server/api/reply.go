package api

import (
	"net/http"
	"strconv"

	"github.com/quantum-signals/quantum/server"
)

const jsonType = server.JSONType

// reply sends an answer of the given type. What the client does not read any
// more is nobody's failure.
func reply(w http.ResponseWriter, status int, media string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store") // it is about now
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
	return nil
}
