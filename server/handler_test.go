package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

func TestFailuresBecomeProblems(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		code   Code
		detail string
	}{
		{Invalid("limit", 0, "range", "from 1 to 10"), 422, CodeInvalid, "limit is 0, must be from 1 to 10"},
		{fmt.Errorf("reading: %w", &core.Error{Code: core.InvalidBar, Field: "high", Index: 3, Value: math.Inf(1), Rule: core.RuleAtMost, High: 5}), 422, CodeInvalidBar, "bar 3: high is +Inf, must be at most 5"},
		{errors.New("dial tcp 10.0.0.1: secret"), 500, CodeInternal, "the server could not do this; the log has the cause under the request id"},
		{&Error{Code: CodeUnavailable, Detail: "the store does not answer", Err: io.EOF}, 503, CodeUnavailable, "the store does not answer"},
	} {
		rec := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		trace := &Trace{ID: "id-1"}
		r = r.WithContext(WithTrace(r.Context(), trace))
		Handler(func(http.ResponseWriter, *http.Request) error { return tt.err }).ServeHTTP(rec, r)
		var p Problem
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
			t.Fatalf("%v: body %q: %v", tt.err, rec.Body, err)
		}
		if rec.Code != tt.status || p.Status != tt.status || p.Code != tt.code || p.Detail != tt.detail || p.Instance != "id-1" || p.Type != "/problems/"+string(tt.code) {
			t.Errorf("%v: status %d, problem %+v; want %d %s %q", tt.err, rec.Code, p, tt.status, tt.code, tt.detail)
		}
		if got := rec.Header().Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%v: Content-Type %q", tt.err, got)
		}
		if !errors.Is(trace.Err, tt.err) {
			t.Errorf("the trace has %v, want %v", trace.Err, tt.err)
		}
	}
}

func TestMuxRefusesWithProblems(t *testing.T) {
	var mux Mux
	mux.HandleFunc("POST /a/{id}", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.PathValue("id")) })
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{{"POST", "/a/7", 200, ""}, {"GET", "/a/7", 405, "POST"}, {"GET", "/b", 404, ""}} {
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest(tt.method, tt.path, nil))
		if rec.Code != tt.status || rec.Header().Get("Allow") != tt.allow {
			t.Errorf("%s %s: %d, Allow %q; want %d, %q", tt.method, tt.path, rec.Code, rec.Header().Get("Allow"), tt.status, tt.allow)
		}
		if tt.status == 200 && rec.Body.String() != "7" {
			t.Errorf("%s %s: the path value is %q, want 7", tt.method, tt.path, rec.Body)
		}
	}
}

func TestCheckMedia(t *testing.T) {
	for _, tt := range []struct {
		content, encoding, accept string
		want                      Code // "internal" never comes; "" is no refusal
	}{
		{"", "", "", ""},
		{"application/json", "", "application/json", ""},
		{"application/json; charset=UTF-8", "identity", "text/html, */*;q=0.1", ""},
		{"application/json", "", "application/*", ""},
		{"application/json; charset=latin1", "", "", CodeMediaType},
		{"text/plain", "", "", CodeMediaType},
		{"application/json", "gzip", "", CodeMediaType},
		{"application/json", "", "text/html", CodeAcceptable},
		{"application/json", "", "application/json;q=0", CodeAcceptable},
		{"application/json", "", "application/json;q=0.0, text/html", CodeAcceptable},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		for name, v := range map[string]string{"Content-Type": tt.content, "Content-Encoding": tt.encoding, "Accept": tt.accept} {
			if v != "" {
				r.Header.Set(name, v)
			}
		}
		got := Code("")
		if err := CheckMedia(r, []string{"application/json"}, "application/json"); err != nil {
			got = CodeOf(err)
		}
		if got != tt.want {
			t.Errorf("CheckMedia(%+v) = %q, want %q", tt, got, tt.want)
		}
	}
}

func TestReadBodyIsBounded(t *testing.T) {
	for _, declared := range []bool{true, false} {
		for _, size := range []int{0, 1, 99, 100, 101, 5000} {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", size)))
			if !declared {
				r.ContentLength = -1
			}
			got, err := ReadBody(httptest.NewRecorder(), r, nil, 100)
			if size <= 100 && (err != nil || len(got) != size) {
				t.Errorf("reading %d bytes of at most 100: %d, %v", size, len(got), err)
			}
			if size > 100 && (CodeOf(err) != CodeTooLarge || !strings.Contains(err.Error(), "100 bytes")) {
				t.Errorf("reading %d bytes of at most 100: %v, want too_large naming the limit", size, err)
			}
		}
	}
}
