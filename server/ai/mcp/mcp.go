// Package mcp offers the tools over the Model Context Protocol, so that people's
// own assistants can use them. Nothing can be written.
package mcp

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/ai/tools"
)

const instructions = "Trading signals: Quantum Cipher and Quantum Volume over watched markets. All tools only read. " +
	"Times are Unix milliseconds UTC; percentages are from 0 to 100. State only numbers the tools gave. Not financial advice."

// NewServer makes a server of the tools.
func NewServer(set *tools.Set) *sdk.Server {
	s := sdk.NewServer(&sdk.Implementation{Name: "quantum", Title: "Quantum signals", Version: core.EngineVersion},
		&sdk.ServerOptions{Instructions: instructions, Capabilities: &sdk.ServerCapabilities{}})
	closed := false
	for _, t := range set.All() {
		s.AddTool(&sdk.Tool{
			Name: t.Name, Description: t.Description, InputSchema: t.Input, OutputSchema: t.Output,
			Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &closed},
		}, func(ctx context.Context, q *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			return call(ctx, &t, q.Params.Arguments), nil
		})
	}
	return s
}

// call runs a tool. What the caller did wrong is told as the result, so that an
// assistant can mend it.
func call(ctx context.Context, t *tools.Tool, input json.RawMessage) *sdk.CallToolResult {
	answer, err := t.Call(ctx, input)
	var text []byte
	if err == nil {
		text, err = json.Marshal(answer)
	}
	if err != nil {
		return &sdk.CallToolResult{IsError: true, Content: []sdk.Content{&sdk.TextContent{Text: tools.Says(err)}}}
	}
	return &sdk.CallToolResult{
		Content: []sdk.Content{&sdk.TextContent{Text: string(text)}}, StructuredContent: json.RawMessage(text),
	}
}

// Handler serves the tools over streamable HTTP. No request depends on another,
// so that any origin can answer it.
func Handler(set *tools.Set, log *slog.Logger) http.Handler {
	s := NewServer(set)
	const most, idle = 1 << 20, 5 * time.Minute
	return sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return s }, &sdk.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true, Logger: log, MaxRequestBodyBytes: most, SessionTimeout: idle,
		DisableLocalhostProtection: true, // a proxy in front names other hosts; nothing here is private or can be changed
	})
}

// Serve speaks over a pair of streams, as an assistant that started us does,
// until they end or ctx does.
func Serve(ctx context.Context, set *tools.Set, in io.ReadCloser, out io.WriteCloser) error {
	return NewServer(set).Run(ctx, &sdk.IOTransport{Reader: in, Writer: out})
}
