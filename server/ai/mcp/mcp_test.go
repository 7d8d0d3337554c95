package mcp_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai/mcp"
	"github.com/quantum-signals/quantum/server/ai/outcomes"
	"github.com/quantum-signals/quantum/server/ai/tools"
	"github.com/quantum-signals/quantum/server/feed"
)

// The transcript: go test ./server/ai/mcp -run Transcript -transcript -v.
var transcript = flag.Bool("transcript", false, "print what client and server say")

func set(t *testing.T) *tools.Set {
	t.Helper()
	in, err := feed.OpenCSV("../../../core/cipher/testdata/walk.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c, err := feed.ReadCSV(in, feed.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	setup := outcomes.DefaultSetup(cipher.Quantum)
	source, err := tools.NewFixed(server.Series{Market: server.Market{Source: "test", Symbol: "WALK"}, Interval: 15 * core.Minute}, c, setup)
	if err != nil {
		t.Fatal(err)
	}
	return tools.New(source, setup, 0)
}

// dial connects the SDK's own client over HTTP.
func dial(t *testing.T) *sdk.ClientSession {
	t.Helper()
	s := httptest.NewServer(mcp.Handler(set(t), slog.New(slog.NewTextHandler(io.Discard, nil))))
	t.Cleanup(s.Close)
	return connect(t, &sdk.StreamableClientTransport{Endpoint: s.URL})
}

func connect(t *testing.T, over sdk.Transport) *sdk.ClientSession {
	t.Helper()
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), over, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

func TestEveryToolIsListedWithItsSchemas(t *testing.T) {
	list, err := dial(t).ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		in, _ := json.Marshal(tool.InputSchema)
		out, _ := json.Marshal(tool.OutputSchema)
		if !strings.Contains(string(in), `"additionalProperties":false`) || !strings.Contains(string(out), `"properties"`) {
			t.Errorf("%s takes %s and gives %s", tool.Name, in, out)
		}
		if a := tool.Annotations; a == nil || !a.ReadOnlyHint {
			t.Errorf("%s is not marked as reading only", tool.Name)
		}
	}
	if got := strings.Join(names, " "); got != "candles catalog cipher events explain outcomes volume" {
		t.Errorf("tools are %s", got)
	}
}

func TestEveryToolAnswers(t *testing.T) {
	session := dial(t)
	asked := map[string]any{"market": "test:WALK", "interval": "15m"}
	with := func(name string, value any) map[string]any {
		return map[string]any{"market": "test:WALK", "interval": "15m", name: value}
	}
	for _, tt := range []struct {
		tool  string
		input map[string]any
		has   string
	}{
		{"catalog", nil, `"market":"test:WALK"`}, {"candles", with("limit", 2), `"close":10670.03`}, {"cipher", with("fields", []string{"wt2", "htf_fast_wt"}), `"wt2":-71.6`},
		{"volume", with("bars", 100), `"poc":`}, {"events", with("limit", 3), `"kind":"`}, {"outcomes", with("kinds", []string{"cipher.cross_up"}), `"hit_percent":`},
		{"explain", asked, "Not financial advice."},
	} {
		r, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tt.tool, Arguments: tt.input})
		if err != nil || r.IsError {
			t.Errorf("%s: %v, %+v", tt.tool, err, r)
			continue
		}
		text := r.Content[0].(*sdk.TextContent).Text
		structured, _ := json.Marshal(r.StructuredContent)
		if !strings.Contains(text, tt.has) || len(structured) < 10 {
			t.Errorf("%s gives %.300s, want %s", tt.tool, text, tt.has)
		}
	}
}

func TestWrongCallsAreToldWhatIsWrong(t *testing.T) {
	session := dial(t)
	for _, tt := range []struct {
		tool  string
		input map[string]any
		says  string
	}{
		{"candles", map[string]any{"market": "test:WALK"}, "interval"},
		{"candles", map[string]any{"market": "test:WALK", "interval": "15m", "delete": true}, "delete"},
		{"candles", map[string]any{"market": "test:WALK", "interval": "15m", "limit": 100000}, "limit"},
		{"candles", map[string]any{"market": "WALK", "interval": "15m"}, "source:SYMBOL"},
		{"candles", map[string]any{"market": "test:OTHER", "interval": "15m"}, "there are no candles"},
		{"cipher", map[string]any{"market": "test:WALK", "interval": "15m", "fields": []string{"secret"}}, "secret"},
		{"outcomes", map[string]any{"market": "test:WALK", "interval": "15m", "horizon": -3}, "horizon"},
	} {
		r, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tt.tool, Arguments: tt.input})
		if err != nil || !r.IsError || !strings.Contains(r.Content[0].(*sdk.TextContent).Text, tt.says) {
			t.Errorf("%s %v: %v, %+v; want an error that says %s", tt.tool, tt.input, err, r, tt.says)
		}
	}
	if _, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "place_order"}); err == nil {
		t.Error("a tool that is not there can be called")
	}
}

// Over a pair of streams, as on standard input and output.
func TestStreams(t *testing.T) {
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- mcp.Serve(t.Context(), set(t), fromClient, toClient) }()
	session := connect(t, &sdk.IOTransport{Reader: fromServer, Writer: toServer})
	r, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "catalog"})
	if err != nil || r.IsError {
		t.Fatalf("catalog: %v, %+v", err, r)
	}
	if err := session.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the server ends with %v", err)
	}
}

func TestTranscript(t *testing.T) {
	var said strings.Builder
	client, own := sdk.NewInMemoryTransports()
	if _, err := mcp.NewServer(set(t)).Connect(t.Context(), own, nil); err != nil {
		t.Fatal(err)
	}
	session := connect(t, &sdk.LoggingTransport{Transport: client, Writer: &said})
	if _, err := session.ListTools(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"cipher", "explain"} {
		if _, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: map[string]any{"market": "test:WALK", "interval": "15m"}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{`"tools/list"`, `"tools/call"`, `readOnlyHint`} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the transcript has no %s", want)
		}
	}
	if *transcript {
		for line := range strings.SplitSeq(said.String(), "\n") {
			fmt.Printf("%.400s\n", line)
		}
	}
}
