package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

func ask(h http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// variables is what a Worker is configured with.
func variables(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

const oneBar = `{"interval":"1m","fields":["rsi"],"candles":[[0,1,1,1,1,1]]}`

func TestRoutes(t *testing.T) {
	h := newHandler(readOptions(variables()))
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/healthz", "", 200, `{"status":"ok"}`},
		{"GET", "/api/v1/signals/catalog", "", 200, `{"cipher":{"engine":"cipher"`},
		{"POST", "/api/v1/signals/cipher", oneBar, 200, `"columns":{"open_time":[0],"rsi":[null]},"events":[]}`},
		{"POST", "/api/v1/signals/volume", `{"candles":[[0,1,2,1,2,5]]}`, 200, `"version":"` + core.EngineVersion},
		{"POST", "/api/v1/signals/cipher", `{}`, 422, `"pointer":"/candles"`},
		{"PUT", "/api/v1/signals/cipher", ``, 405, `"code":"method_not_allowed"`},
		{"GET", "/api/v1/markets", ``, 404, `"code":"not_found"`},
	} {
		w := ask(h, tt.method, tt.path, tt.body, "X-Request-Id", "mine")
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s %s: %d %s, want %d with %s", tt.method, tt.path, w.Code, w.Body, tt.status, tt.want)
		}
		if got := w.Header().Get("X-Request-Id"); got != "mine" {
			t.Errorf("%s %s: request id %q, want that of the request", tt.method, tt.path, got)
		}
	}
	if w := ask(h, "GET", "/healthz", "", "X-Request-Id", "not one"); len(w.Header().Get("X-Request-Id")) != 16 {
		t.Errorf("an id of another form is taken over: %q", w.Header().Get("X-Request-Id"))
	}
}

func TestBoundsComeFromVariables(t *testing.T) {
	h := newHandler(readOptions(variables("MAX_BODY", "100", "MAX_BARS", "1")))
	two := `{"interval":"1m","candles":[[0,1,1,1,1,1],[60000,1,1,1,1,1]]}`
	if w := ask(h, "POST", "/api/v1/signals/cipher", two); w.Code != 422 || !strings.Contains(w.Body.String(), "at most 1") {
		t.Errorf("two bars of one: %d %s", w.Code, w.Body)
	}
	if w := ask(h, "POST", "/api/v1/signals/cipher", strings.Repeat(" ", 101)); w.Code != 413 || !strings.Contains(w.Body.String(), "100 bytes") {
		t.Errorf("101 bytes of 100: %d %s", w.Code, w.Body)
	}
	if o := readOptions(variables("MAX_BARS", "many", "ORIGINS", " https://a.example, https://b.example,")); o.compute.MaxBars != 0 || len(o.origins) != 2 {
		t.Errorf("options %+v, want the default of bars and two origins", o)
	}
}

func TestOnlyListedOriginsMayRead(t *testing.T) {
	h := newHandler(readOptions(variables("ORIGINS", "https://app.example")))
	for origin, want := range map[string]string{"https://app.example": "https://app.example", "https://evil.example": "", "null": ""} {
		if got := ask(h, "POST", "/api/v1/signals/cipher", oneBar, "Origin", origin).Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("origin %s is allowed as %q, want %q", origin, got, want)
		}
		preflight := ask(h, "OPTIONS", "/api/v1/signals/cipher", "", "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type")
		if got := preflight.Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("a preflight of %s is allowed as %q, want %q", origin, got, want)
		}
	}
	if w := ask(newHandler(readOptions(variables())), "GET", "/healthz", "", "Origin", "https://app.example"); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("without a list another origin is allowed")
	}
}

func TestKeys(t *testing.T) {
	// SHA-256 of "secret".
	h := newHandler(readOptions(variables("KEYS", "00,2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b")))
	for authorization, want := range map[string]int{"Bearer secret": 200, "bearer secret": 200, "Bearer secre": 401, "Basic secret": 401, "": 401, "Bearer": 401} {
		for _, path := range []string{"/api/v1/signals/cipher", "/api/v1/signals/catalog"} {
			method, body := "POST", oneBar
			if path == "/api/v1/signals/catalog" {
				method, body = "GET", ""
			}
			if w := ask(h, method, path, body, "Authorization", authorization); w.Code != want {
				t.Errorf("%s with %q: %d %s, want %d", path, authorization, w.Code, w.Body, want)
			}
		}
	}
	if w := ask(h, "GET", "/healthz", ""); w.Code != 200 {
		t.Errorf("health needs a key: %d", w.Code)
	}
}
