package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/api"
	"github.com/quantum-signals/quantum/server/store"
)

// description is openapi.yaml as the origin serves it, and what of it the
// answers of these tests have met.
var description struct {
	once    sync.Once
	schemas *jsonschema.Compiler
	paths   map[string]any
	errs    error
	listed  []string // operations, as in "GET /markets"

	mu  sync.Mutex
	met map[string]bool // guarded by mu: operations that answered as described
}

// describe reads the description from an origin, once.
func describe(t *testing.T, s *store.Store, options api.Options) {
	t.Helper()
	d := &description
	d.once.Do(func() {
		d.met = map[string]bool{}
		rec := httptest.NewRecorder()
		api.New(s, options).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.yaml", nil))
		var document map[string]any
		if d.errs = yaml.Unmarshal(rec.Body.Bytes(), &document); d.errs != nil {
			return
		}
		text, err := json.Marshal(document)
		if err != nil {
			d.errs = err
			return
		}
		plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			d.errs = err
			return
		}
		d.schemas = jsonschema.NewCompiler()
		d.schemas.DefaultDraft(jsonschema.Draft2020)
		d.errs = d.schemas.AddResource("openapi.yaml", plain)
		d.paths, _ = document["paths"].(map[string]any)
		for path, item := range d.paths {
			for method := range item.(map[string]any) {
				d.listed = append(d.listed, strings.ToUpper(method)+" "+path)
			}
		}
		slices.Sort(d.listed)
	})
	if d.errs != nil {
		t.Fatalf("openapi.yaml: %v", d.errs)
	}
}

// operation is the described operation a request belongs to, "" for none.
func operation(r *http.Request) string {
	path, below := strings.CutPrefix(r.URL.Path, "/api/v1")
	for _, one := range description.listed {
		method, template, _ := strings.Cut(one, " ")
		pattern := "^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), "[^/]+") + "$"
		if below && method == r.Method && regexp.MustCompile(pattern).MatchString(path) {
			return one
		}
	}
	return ""
}

// hold holds an answer to the description: its status, media type, and the JSON
// of its body.
func hold(t testing.TB, r *http.Request, response *http.Response, body []byte) {
	t.Helper()
	one := operation(r)
	if one == "" {
		return // a path or method that is none of ours
	}
	d := &description
	d.mu.Lock()
	defer d.mu.Unlock()
	method, path, _ := strings.Cut(one, " ")
	responses := d.paths[path].(map[string]any)[strings.ToLower(method)].(map[string]any)["responses"].(map[string]any)
	at := strconv.Itoa(response.StatusCode)
	if _, ok := responses[at]; !ok {
		at = "default"
	}
	described, ok := responses[at].(map[string]any)
	if !ok || at == "default" && response.StatusCode < 400 {
		t.Errorf("%s answers %d, which openapi.yaml does not know", one, response.StatusCode)
		return
	}
	place := "#/paths/" + escape(path) + "/" + strings.ToLower(method) + "/responses/" + at
	if ref, ok := described["$ref"].(string); ok {
		place = ref
		described = map[string]any{"content": map[string]any{"application/problem+json": map[string]any{}}}
	}
	content, _ := described["content"].(map[string]any)
	media, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	if _, ok := content[media]; !ok && (len(content) > 0 || len(body) > 0) {
		t.Errorf("%s answers %d with %s, which openapi.yaml does not know", one, response.StatusCode, media)
		return
	}
	if strings.HasSuffix(media, "json") && response.Header.Get("Content-Encoding") == "" && media != server.NDJSONType {
		schema, err := d.schemas.Compile("openapi.yaml" + place + "/content/" + escape(media) + "/schema")
		if err != nil {
			t.Fatalf("openapi.yaml, %s: %v", place, err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s %s answers %d as openapi.yaml does not say: %.300s\n%v", r.Method, r.URL, response.StatusCode, body, err)
			return
		}
	}
	if response.StatusCode < 300 {
		d.met[one] = true
	}
}

// escape writes a key as a step of a JSON pointer in a URL.
func escape(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "+").Replace(key)
}

// otherForms are answers that are not JSON, which have tests of their own; and
// the routes other packages serve.
var otherForms = []string{"GET /ws", "GET /stream", "GET /openapi.yaml"}

// elsewhere are the first segments of routes other packages serve and hold to the
// description.
var elsewhere = []string{"/ai/", "/alerts"}

// TestMain asks, after all tests, whether each described operation has given a
// good answer that was held to the description.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == "" && code == 0 {
		for _, one := range description.listed {
			_, path, _ := strings.Cut(one, " ")
			if slices.ContainsFunc(elsewhere, func(prefix string) bool { return strings.HasPrefix(path, prefix) }) {
				continue // held to the description there
			}
			if !description.met[one] && !slices.Contains(otherForms, one) {
				fmt.Printf("%s is in openapi.yaml, and no test has held a good answer of it to that\n", one)
				code = 1
			}
		}
	}
	os.Exit(code)
}
