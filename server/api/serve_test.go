package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/quantum-signals/quantum/server/api"
)

func TestProbes(t *testing.T) {
	sick := errors.New("no monitor runs them")
	o := start(t, api.Options{Ready: map[string]func(context.Context) error{
		"store":   func(context.Context) error { return nil },
		"monitor": func(context.Context) error { return sick },
	}, Notes: map[string]func(context.Context) error{
		"webhooks": func(context.Context) error { return errors.New("they are late") },
	}})
	if a := o.get("/healthz"); a.status != 200 || string(a.body) != `{"status":"ok"}` {
		t.Errorf("health: %d %s", a.status, a.body)
	}
	if a := o.get("/readyz"); a.status != 503 || string(a.body) != `{"status":"unready","checks":{"monitor":"no monitor runs them","store":"ok","webhooks":"they are late"}}` {
		t.Errorf("unready: %d %s", a.status, a.body)
	}
	sick = nil
	if a := o.get("/readyz"); a.status != 200 || string(a.body) != `{"status":"ready","checks":{"monitor":"ok","store":"ok","webhooks":"they are late"}}` {
		t.Errorf("ready: %d %s", a.status, a.body)
	}
	if a := o.get("/problems/too_large"); a.status != 200 || !strings.Contains(string(a.body), "413") {
		t.Errorf("a problem's page: %d %s", a.status, a.body)
	}
	if a := o.get("/api/v1/openapi.yaml"); a.status != 200 || !strings.HasPrefix(string(a.body), "openapi: 3.1") {
		t.Errorf("openapi.yaml: %d %.40s", a.status, a.body)
	}
}

func TestThePage(t *testing.T) {
	page := fstest.MapFS{
		"index.html":          {Data: []byte("<!doctype html>")},
		"assets/app-1a2b.js":  {Data: []byte("export {}")},
		"assets/quantum.wasm": {Data: []byte("\x00asm")},
		".keep":               {Data: nil},
	}
	o := start(t, api.Options{Page: page})
	for _, tt := range []struct {
		path, media, fresh string
	}{
		{"/", "text/html; charset=utf-8", "no-cache"},
		{"/index.html", "text/html; charset=utf-8", "no-cache"},
		{"/assets/app-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/assets/quantum.wasm", "application/wasm", "public, max-age=31536000, immutable"},
	} {
		a := o.get(tt.path)
		if a.status != 200 || a.header.Get("Content-Type") != tt.media || a.header.Get("Cache-Control") != tt.fresh ||
			a.header.Get("Cross-Origin-Opener-Policy") != "same-origin" || a.header.Get("Cross-Origin-Embedder-Policy") != "require-corp" {
			t.Errorf("%s: %d %v", tt.path, a.status, a.header)
		}
		if again := o.do("GET", tt.path, "", "", "If-None-Match", a.header.Get("ETag")); again.status != 304 || len(again.body) > 0 {
			t.Errorf("%s again: %d, want 304", tt.path, again.status)
		}
	}
	for _, path := range []string{"/.keep", "/assets/", "/assets/../index.htm", "/other"} {
		if a := o.get(path); a.status == 200 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	bare := start(t, api.Options{})
	if a := bare.get("/"); a.status != 200 || !strings.Contains(string(a.body), "make web build") {
		t.Errorf("without a page: %d %s", a.status, a.body)
	}
}

func TestOnlyListedOriginsMayRead(t *testing.T) {
	o := start(t, api.Options{Origins: []string{"https://app.example"}})
	for origin, want := range map[string]string{"https://app.example": "https://app.example", "https://evil.example": "", "null": ""} {
		a := o.do("GET", "/api/v1/markets", "", "", "Origin", origin)
		if got := a.header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("origin %s is allowed as %q, want %q", origin, got, want)
		}
		ask := o.do("OPTIONS", "/api/v1/signals/cipher", "", "", "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type")
		if got := ask.header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("a preflight of %s is allowed as %q, want %q", origin, got, want)
		}
	}
	closed := start(t, api.Options{})
	if a := closed.do("GET", "/api/v1/markets", "", "", "Origin", "https://app.example"); a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("without a list another origin is allowed")
	}
}

func TestEveryRequestHasAnIDAndALine(t *testing.T) {
	o := start(t, api.Options{Hub: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") })})
	a := o.do("GET", "/healthz", "", "", "X-Request-Id", "from-the-proxy.1")
	if got := a.header.Get("X-Request-Id"); got != "from-the-proxy.1" || !strings.Contains(o.log.String(), "id=from-the-proxy.1 method=GET path=/healthz status=200") {
		t.Errorf("request %q, log %s", got, o.log)
	}
	if a := o.do("GET", "/healthz", "", "", "X-Request-Id", "bad id\u00e9"); len(a.header.Get("X-Request-Id")) != 16 {
		t.Errorf("an id of another form is taken over: %q", a.header.Get("X-Request-Id"))
	}
	a = o.get("/api/v1/ws")
	p, _ := problem(t, a)
	if a.status != 500 || p.Code != "internal" || strings.Contains(string(a.body), "a bug") {
		t.Errorf("a panic is answered with %d %s", a.status, a.body)
	}
	if log := o.log.String(); !strings.Contains(log, "panic: a bug") || !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "stack=") {
		t.Errorf("a panic is logged as %s", log)
	}
	if !strings.Contains(o.log.String(), "id="+p.Instance) {
		t.Errorf("the log does not know request %s", p.Instance)
	}
}

func TestAStoreThatIsGoneIsUnavailable(t *testing.T) {
	o := start(t, api.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := o.store.Close(ctx); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/markets", "/candles?" + series, "/signals/events", "/signals/snapshot?" + series} {
		a := o.get("/api/v1" + path)
		p, _ := problem(t, a)
		if a.status != 503 || p.Code != "unavailable" || a.header.Get("Retry-After") == "" || strings.Contains(string(a.body), "redis") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if !strings.Contains(o.log.String(), "redis: client is closed") {
		t.Errorf("the cause is not in the log: %s", o.log)
	}
}
