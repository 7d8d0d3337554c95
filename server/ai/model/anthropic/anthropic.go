// Package anthropic asks models of Anthropic over its Messages API.
package anthropic

import (
	"context"
	"errors"
	"net/http"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"github.com/quantum-signals/quantum/server/ai/model"
)

// Options of New. Key and Model are required.
type Options struct {
	Key, Model string
	URL        string       // the provider's own if empty
	Client     *http.Client // http.DefaultClient if nil
}

// Provider asks one model.
type Provider struct {
	client sdk.Client
	o      Options
}

// New makes no request yet. What the environment says is not read: the key is
// given.
func New(o Options) *Provider {
	options := []option.RequestOption{option.WithoutEnvironmentDefaults(), option.WithAPIKey(o.Key), option.WithMaxRetries(0)}
	if o.URL != "" {
		options = append(options, option.WithBaseURL(o.URL))
	}
	if o.Client != nil {
		options = append(options, option.WithHTTPClient(o.Client))
	}
	return &Provider{sdk.NewClient(options...), o}
}

// Name is the provider's name in configuration and answers.
func (p *Provider) Name() string { return "anthropic" }

// Model is the model asked.
func (p *Provider) Model() string { return p.o.Model }

// Reach asks for the model's description.
func (p *Provider) Reach(ctx context.Context) error {
	_, err := p.client.Models.Get(ctx, p.o.Model, sdk.ModelGetParams{})
	return p.failure(err)
}

// Generate asks and streams the answer.
func (p *Provider) Generate(ctx context.Context, q model.Request, progress func(string)) (model.Reply, error) {
	stream := p.client.Messages.NewStreaming(ctx, p.params(q))
	defer stream.Close()
	var message sdk.Message
	for stream.Next() {
		event := stream.Current()
		if err := message.Accumulate(event); err != nil {
			return reply(&message), model.Failure(p.Name(), p.o.Key, 0, "", "the answer is not well formed: "+err.Error())
		}
		text := ""
		if event.Type == "content_block_delta" && event.Delta.Type == "text_delta" {
			text = event.Delta.Text
		}
		progress(text)
	}
	if err := stream.Err(); err != nil {
		return reply(&message), p.failure(err)
	}
	if message.StopReason == "" {
		return reply(&message), model.Failure(p.Name(), "", 0, "", "the answer broke off")
	}
	return reply(&message), nil
}

func (p *Provider) params(q model.Request) sdk.MessageNewParams {
	params := sdk.MessageNewParams{
		Model: p.o.Model, MaxTokens: int64(q.MaxTokens), System: []sdk.TextBlockParam{{Text: q.System}},
	}
	for _, t := range q.Turns {
		params.Messages = append(params.Messages, message(t))
	}
	for _, tool := range q.Tools {
		schema := sdk.ToolInputSchemaParam{Properties: tool.Schema["properties"]}
		if required, ok := tool.Schema["required"].([]any); ok {
			for _, name := range required {
				if text, ok := name.(string); ok {
					schema.Required = append(schema.Required, text)
				}
			}
		}
		params.Tools = append(params.Tools, sdk.ToolUnionParam{OfTool: &sdk.ToolParam{
			Name: tool.Name, Description: sdk.String(tool.Description), InputSchema: schema,
		}})
	}
	if q.Schema != nil {
		params.OutputConfig = sdk.OutputConfigParam{Format: sdk.JSONOutputFormatParam{Schema: q.Schema}}
	}
	return params
}

func message(t model.Turn) sdk.MessageParam {
	var blocks []sdk.ContentBlockParamUnion
	for _, r := range t.Results {
		blocks = append(blocks, sdk.NewToolResultBlock(r.ID, string(r.Output), r.Failed))
	}
	if t.Text != "" {
		blocks = append(blocks, sdk.NewTextBlock(t.Text))
	}
	for _, c := range t.Calls {
		blocks = append(blocks, sdk.NewToolUseBlock(c.ID, c.Input, c.Name))
	}
	if t.FromModel {
		return sdk.NewAssistantMessage(blocks...)
	}
	return sdk.NewUserMessage(blocks...)
}

func reply(m *sdk.Message) model.Reply {
	r := model.Reply{
		Truncated: m.StopReason == sdk.StopReasonMaxTokens,
		Usage:     model.Usage{In: m.Usage.InputTokens + m.Usage.CacheReadInputTokens + m.Usage.CacheCreationInputTokens, Out: m.Usage.OutputTokens},
	}
	for _, block := range m.Content {
		switch block.Type {
		case "text":
			r.Text += block.Text
		case "tool_use":
			r.Calls = append(r.Calls, model.Call{ID: block.ID, Name: block.Name, Input: block.Input})
		}
	}
	return r
}

// failure is an error of the SDK as ours.
func (p *Provider) failure(err error) error {
	if err == nil {
		return nil
	}
	var refused *sdk.Error
	if errors.As(err, &refused) {
		after := ""
		if refused.Response != nil {
			after = refused.Response.Header.Get("Retry-After")
		}
		return model.Failure(p.Name(), p.o.Key, refused.StatusCode, after, refused.RawJSON())
	}
	return model.Failure(p.Name(), p.o.Key, 0, "", err.Error())
}
