package alert_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// described is openapi.yaml as JSON.
func described(t *testing.T) (document map[string]any, schemas *jsonschema.Compiler) {
	t.Helper()
	text, err := os.ReadFile("../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	schemas = jsonschema.NewCompiler()
	schemas.DefaultDraft(jsonschema.Draft2020)
	if err := schemas.AddResource("openapi.yaml", value); err != nil {
		t.Fatal(err)
	}
	return document, schemas
}

// caller calls the routes of a service, and holds the answers to openapi.yaml.
type caller struct {
	t       *testing.T
	mux     *server.Mux
	routes  []alert.Route
	schemas *jsonschema.Compiler
	met     map[string]bool
}

func (c *caller) call(method, path, body string, want int) map[string]any {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	c.mux.ServeHTTP(w, r)
	if w.Code != want {
		c.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, w.Code, w.Body, want)
	}
	var answer map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			c.t.Fatalf("%s %s: %s", method, path, w.Body)
		}
	}
	plain, _, _ := strings.Cut(path, "?")
	for _, route := range c.routes {
		pattern := "^" + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(route.Path, "[^/]+") + "$"
		if want >= 300 || route.Method != method || !regexp.MustCompile(pattern).MatchString(plain) || plain != "/alerts/dead-letters" && strings.HasSuffix(route.Path, "letters") {
			continue
		}
		c.met[route.Method+" "+route.Path] = true
		if w.Body.Len() == 0 {
			continue
		}
		at := strings.NewReplacer("/", "~1", "{", "%7B", "}", "%7D").Replace(route.Path)
		schema, err := c.schemas.Compile("openapi.yaml#/paths/" + at + "/" + strings.ToLower(method) + "/responses/" + map[int]string{200: "200", 201: "201"}[want] + "/content/application~1json/schema")
		if err != nil {
			c.t.Fatal(err)
		}
		if err := schema.Validate(any(answer)); err != nil {
			c.t.Errorf("%s %s answers as openapi.yaml does not say: %s\n%v", method, path, w.Body, err)
		}
		break
	}
	return answer
}

func newCaller(t *testing.T, s *store.Store) *caller {
	t.Helper()
	document, schemas := described(t)
	c := &caller{t: t, mux: &server.Mux{}, schemas: schemas, met: map[string]bool{}}
	c.routes = alert.NewService(s, alert.ServiceOptions{Allow: loopback.Allow, Limit: 3}).Routes()
	served := map[string]bool{}
	for _, r := range c.routes {
		c.mux.Handle(r.Method+" "+r.Path, r.Handler)
		served[r.Method+" "+r.Path] = true
	}
	for path, item := range document["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			if name := strings.ToUpper(method) + " " + path; strings.HasPrefix(path, "/alerts") {
				if !served[name] {
					t.Errorf("%s is in openapi.yaml and not served", name)
				}
				delete(served, name)
			}
		}
	}
	for name := range served {
		t.Errorf("%s is served and not in openapi.yaml", name)
	}
	return c
}

func TestAlertsOfTheAPI(t *testing.T) {
	storetest.OnEach(t, store.Options{Partitions: 4}, func(t *testing.T, s *store.Store) {
		c := newCaller(t, s)
		const plain = `{"market":"file:walk","interval":"15m","expression":"close > 0"}`
		c.call("POST", "/alerts", plain, http.StatusNotFound) // not watched
		if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
			t.Fatal(err)
		}
		c.call("POST", "/alerts", plain, http.StatusConflict) // no bar yet
		commit(t, s, 0, 120, nil)
		r := receive(t)
		runSender(t, s, loopback)

		// What is wrong is refused, all of it at once and each by its place.
		for body, places := range map[string][]string{
			`{"market":"x","interval":"1y","expression":"rsi <","trigger":"often","cooldown":-1,"message":"{{x}}","webhook":{"url":"ftp://a","secret":"short"},"more":1}`: {
				"/market", "/interval", "/expression", "/trigger", "/cooldown", "/message", "/webhook/url", "/webhook/secret", "/more"},
			`{"market":"file:walk","interval":"15m","expression":"true","webhook":{"url":"http://10.0.0.1/x"}}`:          {"/webhook/url"},
			`{"market":"file:walk","interval":"15m","expression":"true","webhook":{"url":"https://u:p@example.com/x"}}`:  {"/webhook/url"},
			`{"market":"file:walk","interval":"15m","expression":"true","webhook":{"url":"http://[::ffff:10.0.0.1]/x"}}`: {"/webhook/url"},
		} {
			answer := c.call("POST", "/alerts", body, http.StatusUnprocessableEntity)
			text, err := json.Marshal(answer["errors"])
			for _, place := range places {
				if err != nil || !strings.Contains(string(text), `"`+place+`"`) {
					t.Errorf("%s is refused without %s: %s", body, place, text)
				}
			}
		}
		c.call("POST", "/alerts", `[1]`, http.StatusBadRequest)
		c.call("POST", "/alerts", `{"market":"file:walk","interval":"15m","expression":7}`, http.StatusBadRequest)

		tested := c.call("POST", "/alerts/test", `{"market":"file:walk","interval":"15m","expression":"close > open","trigger":"bar","cooldown":9000000,"message":"{{close}}"}`, http.StatusOK)
		if n := tested["count"].(float64); n < 5 || n > 12 || tested["bars"].(float64) != 120 {
			t.Errorf("a test with a cooldown of 10 bars matches %v of %v bars", tested["count"], tested["bars"])
		}

		made := c.call("POST", "/alerts", `{"market":"file:walk","interval":"15m","name":"Any","expression":"close > 0","webhook":{"url":"`+r.URL+`/hook?key=1"}}`, http.StatusCreated)
		id, hook := made["id"].(string), made["webhook"].(map[string]any)
		if !strings.HasPrefix(hook["secret"].(string), "whs_") || hook["host"] != r.URL {
			t.Errorf("the webhook is told as %v", hook)
		}
		a, err := s.Alert(t.Context(), id)
		if err != nil || a.Webhook.URL != r.URL+"/hook?key=1" {
			t.Fatalf("stored as %+v, %v", a, err)
		}
		if text, err := json.Marshal(c.call("GET", "/alerts/"+id, "", http.StatusOK)); err != nil || strings.Contains(string(text), "whs_") || strings.Contains(string(text), "key=1") {
			t.Errorf("a secret is told: %s", text)
		}
		commit(t, s, 120, 123, []*server.Alert{a})
		until(t, "three are delivered", func() bool {
			lines, _, err := s.Attempts(t.Context(), id, "", 10)
			return err == nil && len(lines) == 3
		})
		fired := c.call("GET", "/alerts/"+id+"/deliveries?limit=2", "", http.StatusOK)
		first := fired["deliveries"].([]any)[0].(map[string]any)
		if first["outcome"] != "delivered" || first["status"] != 200.0 || fired["cursor"] == "" {
			t.Errorf("deliveries %v", fired)
		}
		again := first["id"].(string)
		c.call("POST", "/alerts/"+id+"/deliveries/"+again+"/replay", "", http.StatusAccepted)
		until(t, "it is sent again", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return r.times[again] == 2 })
		c.call("POST", "/alerts/"+id+"/deliveries/f_0/replay", "", http.StatusNotFound)
		c.call("GET", "/alerts/dead-letters?limit=5", "", http.StatusOK)
		c.call("GET", "/alerts/"+id+"/fired?limit=0", "", http.StatusUnprocessableEntity)

		// A new secret signs beside the former; another market is refused.
		c.call("PUT", "/alerts/"+id, `{"market":"file:other","interval":"15m","expression":"true"}`, http.StatusNotFound)
		put := c.call("PUT", "/alerts/"+id, `{"market":"file:walk","interval":"15m","expression":"rsi < 30","trigger":"once","webhook":{"url":"`+r.URL+`","secret":"0123456789abcdef"}}`, http.StatusOK)
		if a, err = s.Alert(t.Context(), id); err != nil || a.Webhook.Former != hook["secret"] || a.Webhook.FormerUntil < time.Now().UnixMilli() || put["trigger"] != "once" {
			t.Errorf("rotated to %+v, %v", a.Webhook, err)
		}
		c.call("PUT", "/alerts/"+id, `{"market":"file:walk","interval":"15m","expression":"rsi < 30","webhook":null}`, http.StatusOK)
		c.call("POST", "/alerts/"+id+"/deliveries/"+again+"/replay", "", http.StatusConflict)
		c.call("POST", "/alerts", plain, http.StatusCreated)
		c.call("POST", "/alerts", plain, http.StatusCreated)
		c.call("POST", "/alerts", plain, http.StatusConflict) // one more than Limit
		if all := c.call("GET", "/alerts?market=file:walk", "", http.StatusOK)["alerts"].([]any); len(all) != 3 {
			t.Errorf("%d alerts are listed", len(all))
		}
		c.call("GET", "/alerts/"+id+"/fired", "", http.StatusOK)
		c.call("DELETE", "/alerts/"+id, "", http.StatusNoContent)
		c.call("GET", "/alerts/"+id, "", http.StatusNotFound)
		c.call("GET", "/alerts/"+id+"/deliveries", "", http.StatusNotFound)
		for _, route := range c.routes {
			if !c.met[route.Method+" "+route.Path] {
				t.Errorf("no good answer of %s %s was held to openapi.yaml", route.Method, route.Path)
			}
		}
	})
}
