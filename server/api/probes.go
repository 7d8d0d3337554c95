package api

import (
	"context"
	_ "embed" // the description is carried in the program
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/quantum-signals/quantum/server"
)

// getHealth tells that the process answers.
func getHealth(w http.ResponseWriter, _ *http.Request) error {
	return reply(w, http.StatusOK, jsonType, []byte(`{"status":"ok"}`))
}

// getReady tells whether the origin can do its work, and what stands in the
// way: 503 then.
func (a *api) getReady(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyWait)
	defer cancel()
	var mu sync.Mutex
	var checks sync.WaitGroup
	answer := struct {
		Status string            `json:"status"`
		Checks map[string]string `json:"checks"`
	}{"ready", map[string]string{}}
	status := http.StatusOK
	run := func(name string, check func(context.Context) error, needed bool) {
		checks.Go(func() {
			err := check(ctx)
			mu.Lock()
			defer mu.Unlock()
			answer.Checks[name] = "ok"
			if err != nil {
				answer.Checks[name] = err.Error()
			}
			if err != nil && needed {
				answer.Status, status = "unready", http.StatusServiceUnavailable
			}
		})
	}
	for name, check := range a.options.Ready {
		run(name, check, true)
	}
	for name, check := range a.options.Notes {
		run(name, check, false)
	}
	checks.Wait()
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return reply(w, status, jsonType, body)
}

//go:embed openapi.yaml
var openAPI []byte

// getOpenAPI gives the description of this API.
func getOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	return reply(w, http.StatusOK, "application/yaml", openAPI)
}

// getProblem says in words what the type of a problem means.
func getProblem(w http.ResponseWriter, r *http.Request) error {
	code := server.Code(r.PathValue("code"))
	title, ok := code.Title()
	if !ok {
		return &server.Error{Code: server.CodeNotFound, Detail: fmt.Sprintf("there is no problem %q", code)}
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	body := fmt.Sprintf("%s\n\n%s (status %d)\n", code, title, code.Status())
	return reply(w, http.StatusOK, "text/plain; charset=utf-8", []byte(body))
}
