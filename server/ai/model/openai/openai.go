// Package openai asks models over the chat completions API, as OpenAI serves it
// and many others do: Ollama, vLLM and the like.
package openai

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"github.com/quantum-signals/quantum/server/ai/model"
)

// Options of New. Model is required; a key is where the server asks for one.
type Options struct {
	Key, Model string
	URL        string       // with /v1; OpenAI's own if empty
	Client     *http.Client // http.DefaultClient if nil
}

// Provider asks one model.
type Provider struct {
	client sdk.Client
	o      Options
}

// ownURL is where OpenAI itself answers.
const ownURL = "https://api.openai.com/v1/"

// New makes no request yet. The key is given; nothing is taken from the
// environment.
func New(o Options) *Provider {
	url := o.URL
	if url == "" {
		url = ownURL
	}
	options := []option.RequestOption{
		option.WithAPIKey(o.Key), option.WithBaseURL(url), option.WithMaxRetries(0),
		option.WithHeaderDel("OpenAI-Organization"), option.WithHeaderDel("OpenAI-Project"),
	}
	if o.Client != nil {
		options = append(options, option.WithHTTPClient(o.Client))
	}
	return &Provider{sdk.NewClient(options...), o}
}

// Name is the provider's name in configuration and answers.
func (p *Provider) Name() string { return "openai" }

// Model is the model asked.
func (p *Provider) Model() string { return p.o.Model }

// Reach asks for the model's description.
func (p *Provider) Reach(ctx context.Context) error {
	_, err := p.client.Models.Get(ctx, p.o.Model)
	return p.failure(err)
}

// Generate asks and streams the answer.
func (p *Provider) Generate(ctx context.Context, q model.Request, progress func(string)) (model.Reply, error) {
	stream := p.client.Chat.Completions.NewStreaming(ctx, p.params(q))
	defer stream.Close()
	var all sdk.ChatCompletionAccumulator
	for stream.Next() {
		chunk := stream.Current()
		if !all.AddChunk(chunk) {
			return reply(&all), model.Failure(p.Name(), "", 0, "", "the pieces of the answer do not belong together")
		}
		text := ""
		if len(chunk.Choices) > 0 {
			text = chunk.Choices[0].Delta.Content
		}
		progress(text)
	}
	if err := stream.Err(); err != nil {
		return reply(&all), p.failure(err)
	}
	if len(all.Choices) == 0 || all.Choices[0].FinishReason == "" {
		return reply(&all), model.Failure(p.Name(), "", 0, "", "the answer broke off")
	}
	return reply(&all), nil
}

func (p *Provider) params(q model.Request) sdk.ChatCompletionNewParams {
	params := sdk.ChatCompletionNewParams{
		Model: p.o.Model, Messages: []sdk.ChatCompletionMessageParamUnion{sdk.SystemMessage(q.System)},
		StreamOptions: sdk.ChatCompletionStreamOptionsParam{IncludeUsage: sdk.Bool(true)},
	}
	if p.o.URL == "" {
		params.MaxCompletionTokens = sdk.Int(int64(q.MaxTokens))
	} else { // the older name is what other servers know
		params.MaxTokens = sdk.Int(int64(q.MaxTokens))
	}
	for _, t := range q.Turns {
		params.Messages = append(params.Messages, messages(t)...)
	}
	for _, tool := range q.Tools {
		params.Tools = append(params.Tools, sdk.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{
			Name: tool.Name, Description: sdk.String(tool.Description), Parameters: tool.Schema,
		}))
	}
	if q.Schema != nil {
		params.ResponseFormat = sdk.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "answer", Strict: sdk.Bool(true), Schema: q.Schema},
		}}
	}
	return params
}

func messages(t model.Turn) []sdk.ChatCompletionMessageParamUnion {
	var list []sdk.ChatCompletionMessageParamUnion
	for _, r := range t.Results {
		list = append(list, sdk.ToolMessage(string(r.Output), r.ID))
	}
	switch {
	case t.FromModel:
		own := sdk.ChatCompletionAssistantMessageParam{}
		if t.Text != "" {
			own.Content.OfString = sdk.String(t.Text)
		}
		for _, c := range t.Calls {
			own.ToolCalls = append(own.ToolCalls, sdk.ChatCompletionMessageToolCallUnionParam{
				OfFunction: &sdk.ChatCompletionMessageFunctionToolCallParam{
					ID: c.ID, Function: sdk.ChatCompletionMessageFunctionToolCallFunctionParam{Name: c.Name, Arguments: string(c.Input)},
				},
			})
		}
		list = append(list, sdk.ChatCompletionMessageParamUnion{OfAssistant: &own})
	case t.Text != "":
		list = append(list, sdk.UserMessage(t.Text))
	}
	return list
}

func reply(all *sdk.ChatCompletionAccumulator) model.Reply {
	r := model.Reply{Usage: model.Usage{In: all.Usage.PromptTokens, Out: all.Usage.CompletionTokens}}
	if len(all.Choices) == 0 {
		return r
	}
	choice := &all.Choices[0]
	r.Text, r.Truncated = choice.Message.Content, choice.FinishReason == "length"
	for _, c := range choice.Message.ToolCalls {
		r.Calls = append(r.Calls, model.Call{ID: c.ID, Name: c.Function.Name, Input: json.RawMessage(c.Function.Arguments)})
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
		return model.Failure(p.Name(), p.o.Key, refused.StatusCode, after, refused.Message)
	}
	return model.Failure(p.Name(), p.o.Key, 0, "", err.Error())
}
