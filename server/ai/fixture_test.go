package ai_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai"
	"github.com/quantum-signals/quantum/server/ai/evidence"
	"github.com/quantum-signals/quantum/server/ai/model"
	"github.com/quantum-signals/quantum/server/ai/model/anthropic"
	"github.com/quantum-signals/quantum/server/ai/model/gemini"
	"github.com/quantum-signals/quantum/server/ai/model/modeltest"
	"github.com/quantum-signals/quantum/server/ai/model/openai"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/ai/tools"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/feed"
)

const interval = 15 * core.Minute

func walk(t testing.TB) core.Columns {
	t.Helper()
	in, err := feed.OpenCSV("../../core/cipher/testdata/walk.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c, err := feed.ReadCSV(in, feed.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Slice(c.Len()-bars, c.Len())
}

// bars of the walk, its last: enough for every reading, few enough for a race
// detector.
const bars = 1000

func setup() outcomes.Setup { return outcomes.DefaultSetup(cipher.Quantum) }

// sources are the walks by symbol, made once.
var sources sync.Map

// source is the walk under a symbol.
func source(t testing.TB, symbol string) *tools.Fixed {
	t.Helper()
	if made, ok := sources.Load(symbol); ok {
		return made.(*tools.Fixed)
	}
	f, err := tools.NewFixed(server.Series{Market: server.Market{Source: "test", Symbol: symbol}, Interval: interval}, walk(t), setup())
	if err != nil {
		t.Fatal(err)
	}
	sources.Store(symbol, f)
	return f
}

// held is the evidence of the walk under a symbol.
func held(t testing.TB, symbol string) *evidence.Evidence {
	t.Helper()
	e, err := evidence.Build("test:"+symbol, interval, walk(t), evidence.Options{Setup: setup()})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var wires = []modeltest.Wire{modeltest.Gemini{}, modeltest.OpenAI{}, modeltest.Anthropic{}}

// guarded is a provider that speaks to a local server.
func guarded(t testing.TB, name, url string) *model.Guarded {
	t.Helper()
	limits := model.Limits{Timeout: time.Minute, Stall: 2 * time.Second, Pause: time.Millisecond, Tries: 2}
	switch name {
	case "gemini":
		p, err := gemini.New(t.Context(), gemini.Options{Key: "k", Model: "test-model", URL: url})
		if err != nil {
			t.Fatal(err)
		}
		return model.Guard(p, limits)
	case "openai":
		return model.Guard(openai.New(openai.Options{Key: "k", Model: "test-model", URL: url + "/v1"}), limits)
	}
	return model.Guard(anthropic.New(anthropic.Options{Key: "k", Model: "test-model", URL: url}), limits)
}

// memory is a cache in this process.
type memory struct{ sync.Map }

func (m *memory) Cached(_ context.Context, key string) ([]byte, error) {
	v, _ := m.Load(key)
	text, _ := v.([]byte)
	return text, nil
}

func (m *memory) Cache(_ context.Context, key string, value []byte, _ time.Duration) error {
	m.Store(key, value)
	return nil
}

// alerts are the rules of the alert engine.
type alerts struct{ engines alert.Engines }

func (alerts) Compile(expression string) error {
	_, err := alert.Compile(expression)
	return err
}

func (a alerts) Matches(ctx context.Context, expression string, i core.Interval, c core.Columns) ([]int64, error) {
	rule, err := alert.Compile(expression)
	if err != nil {
		return nil, err
	}
	return a.engines.Matches(ctx, rule, i, c)
}

// service serves the walk under a symbol, over HTTP.
func service(t testing.TB, symbol string, o ai.Options) *httptest.Server {
	t.Helper()
	o.Source, o.Setup, o.Rules = source(t, symbol), setup(), alerts{alert.DefaultEngines(cipher.Quantum)}
	o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	s := httptest.NewServer(ai.New(o).Handler())
	t.Cleanup(s.Close)
	return s
}

func post(t testing.TB, url, body string) (int, http.Header, []byte) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	return do(t, q)
}

func get(t testing.TB, url string) (int, http.Header, []byte) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, q)
}

func do(t testing.TB, q *http.Request) (int, http.Header, []byte) {
	t.Helper()
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, r.Header, text
}

func explain(t testing.TB, s *httptest.Server, symbol, provider string) ai.Explanation {
	t.Helper()
	status, _, body := post(t, s.URL+"/ai/explain", fmt.Sprintf(`{"market":"test:%s","interval":"15m","provider":%q}`, symbol, provider))
	var x ai.Explanation
	if err := json.Unmarshal(body, &x); err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v: %s", status, err, body)
	}
	return x
}

// part is one server-sent event.
type part struct{ event, data string }

// ask reads an answer's stream.
func ask(t testing.TB, s *httptest.Server, body string) []part {
	t.Helper()
	status, head, text := post(t, s.URL+"/ai/ask", body)
	if status != http.StatusOK || head.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("status %d, %s: %s", status, head.Get("Content-Type"), text)
	}
	var parts []part
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			parts = append(parts, part{event: event})
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			parts[len(parts)-1].data = data
		}
	}
	return parts
}

// story is a stream as its events in order, and what a reader is left with.
func story(t testing.TB, parts []part) (events, text string, done ai.Done) {
	t.Helper()
	for _, p := range parts {
		events += p.event + " "
		switch p.event {
		case "text":
			var piece ai.Text
			if err := json.Unmarshal([]byte(p.data), &piece); err != nil {
				t.Fatal(err)
			}
			text += piece.Text
		case "retract":
			text = ""
		case "done":
			if err := json.Unmarshal([]byte(p.data), &done); err != nil {
				t.Fatal(err)
			}
		}
	}
	return strings.TrimSpace(events), text, done
}
