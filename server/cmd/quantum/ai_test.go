package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai"
	"github.com/quantum-signals/quantum/server/ai/model/modeltest"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestTheOriginExplains has an origin with a Redis, a monitor and a model's
// server explain a market it was pushed, over HTTP, the command line and MCP.
func TestTheOriginExplains(t *testing.T) {
	modelServer := modeltest.Start(t, modeltest.OpenAI{}, modeltest.Once(`{"bias":"bearish","summary":"Sellers press.","risks":[]}`))
	redis := storetest.Start(t)
	s := serveHere(t, redis, map[string]string{"OPENAI_URL": modelServer.URL + "/v1", "OPENAI_API_KEY": "sk-never-shown", "OPENAI_MODEL": "test-model", "AI_BURST": "1000"})
	must(t, "replay", "--file", walk, "--market", market, "--url", s.url)
	storetest.Eventually(t, limit, "the pushed bars are committed", func() bool {
		_, body := fetch(t, s.url+"/api/v1/candles?market="+market+"&interval=15m&limit=1")
		return strings.Contains(body, "1702705500000")
	})

	text := must(t, "explain", "--market", market, "--interval", "15m", "--url", s.url)
	if !strings.HasPrefix(text, market+" 15m closed at 10,670") || strings.Count(text, ai.Notice) != 1 {
		t.Errorf("explained as\n%s", text)
	}
	for range 2 { // the second time it is in the cache
		text = must(t, "explain", "--market", market, "--interval", "15m", "--url", s.url, "--provider", "openai")
		if !strings.HasPrefix(text, "Sellers press.") {
			t.Errorf("explained by a model as\n%s", text)
		}
	}
	if n := len(modelServer.Requests()); n != 1 {
		t.Errorf("the model was asked %d times, want 1", n)
	}

	var table outcomes.Table
	if err := json.Unmarshal([]byte(must(t, "outcomes", "--market", market, "--interval", "15m", "--url", s.url, "--format", "json")), &table); err != nil || table.Bars != 3000 {
		t.Errorf("outcomes over %d bars, %v", table.Bars, err)
	}
	if _, body := fetch(t, s.url+"/api/v1/ai/providers"); !strings.Contains(body, `"name":"openai","model":"test-model","default":false,"reachable":true`) || strings.Contains(body, "sk-never") {
		t.Errorf("providers: %s", body)
	}
	if _, body := fetch(t, s.url+"/metrics"); !strings.Contains(body, `quantum_ai_requests_total{provider="openai"} 1`) {
		t.Error("the metrics do not count the model's requests")
	}

	// What quantum mcp --url reads is what the store has.
	source := &remote{origin{base: s.url + "/api/v1"}}
	series := server.Series{Market: server.Market{Source: "ingest", Symbol: "WALK"}, Interval: 15 * core.Minute}
	c, err := source.Candles(t.Context(), series, server.CandleRange{Limit: 5000})
	if err != nil || c.Len() != 3000 || c.Close[2999] != 10670.03 {
		t.Errorf("%d candles from the origin, %v", c.Len(), err)
	}
	if markets, err := source.Markets(t.Context()); err != nil || len(markets) != 1 || markets[0].Market != series.Market || markets[0].Intervals[0] != series.Interval {
		t.Errorf("markets from the origin: %+v, %v", markets, err)
	}
	page, err := source.Events(t.Context(), server.EventFilter{Series: []server.Series{series}, Kinds: []string{"cipher.buy"}, Limit: 3})
	if err != nil || len(page.Events) != 3 || page.Events[0].Kind != "cipher.buy" {
		t.Errorf("events from the origin: %+v, %v", page.Events, err)
	}

	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &sdk.StreamableClientTransport{Endpoint: s.url + "/mcp"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	r, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "events", Arguments: map[string]any{"market": market, "interval": "15m", "limit": 5}})
	if err != nil || r.IsError || !strings.Contains(r.Content[0].(*sdk.TextContent).Text, `"kind":"`) {
		t.Errorf("events over MCP: %v, %+v", err, r)
	}
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// TestMCPOnStandardStreams starts quantum mcp as an assistant does.
func TestMCPOnStandardStreams(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "mcp", "--file", walk, "--market", "file:WALK")
	cmd.Env = append(os.Environ(), asProcess+"=1")
	cmd.Stderr = os.Stderr
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &sdk.CommandTransport{Command: cmd}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "explain", Arguments: map[string]any{"market": "file:WALK", "interval": "15m"}})
	if err != nil || r.IsError || !strings.Contains(r.Content[0].(*sdk.TextContent).Text, "closed at 10,670") {
		t.Errorf("explain: %v, %+v", err, r)
	}
	if err := session.Close(); err != nil {
		t.Errorf("the process does not end well: %v", err)
	}
}

// Every AI route is in openapi.yaml and back.
func TestAIRoutesAreDescribed(t *testing.T) {
	text, err := os.ReadFile("../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var described, served []string
	path := ""
	for line := range strings.SplitSeq(string(text), "\n") {
		if m := regexp.MustCompile(`^  (/ai/\S+|/\S+):$`).FindStringSubmatch(line); m != nil {
			path = m[1]
		}
		if m := regexp.MustCompile(`^    (get|post|put|delete):$`).FindStringSubmatch(line); m != nil && strings.HasPrefix(path, "/ai/") {
			described = append(described, strings.ToUpper(m[1])+" "+path)
		}
	}
	for _, e := range ai.New(ai.Options{}).Endpoints() {
		served = append(served, e.Method+" "+e.Path)
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described are %v, served %v", described, served)
	}
}
