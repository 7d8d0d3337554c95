// Package gemini asks models of Google over the Gemini API.
package gemini

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	sdk "google.golang.org/genai"

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
	client *sdk.Client
	o      Options
}

// ownURL is where Google answers: named here, so that the environment is not
// asked.
const ownURL = "https://generativelanguage.googleapis.com/"

// New makes no request yet.
func New(ctx context.Context, o Options) (*Provider, error) {
	url := o.URL
	if url == "" {
		url = ownURL
	}
	base := http.DefaultTransport
	client := &http.Client{}
	if o.Client != nil {
		*client = *o.Client
		if o.Client.Transport != nil {
			base = o.Client.Transport
		}
	}
	client.Transport = remember{base}
	c, err := sdk.NewClient(ctx, &sdk.ClientConfig{
		APIKey: o.Key, Backend: sdk.BackendGeminiAPI, HTTPClient: client, HTTPOptions: sdk.HTTPOptions{BaseURL: url},
	})
	if err != nil {
		return nil, model.Failure("gemini", o.Key, 0, "", err.Error())
	}
	return &Provider{c, o}, nil
}

// Name is the provider's name in configuration and answers.
func (p *Provider) Name() string { return "gemini" }

// Model is the model asked.
func (p *Provider) Model() string { return p.o.Model }

// Reach asks for the model's description.
func (p *Provider) Reach(ctx context.Context) error {
	ctx, after := withMemory(ctx)
	_, err := p.client.Models.Get(ctx, p.o.Model, nil)
	return p.failure(err, after)
}

// Generate asks and streams the answer.
func (p *Provider) Generate(ctx context.Context, q model.Request, progress func(string)) (model.Reply, error) {
	ctx, after := withMemory(ctx)
	contents, config, err := params(q)
	if err != nil {
		return model.Reply{}, err
	}
	var reply model.Reply
	ended := sdk.FinishReason("")
	for piece, err := range p.client.Models.GenerateContentStream(ctx, p.o.Model, contents, config) {
		if err != nil {
			return reply, p.failure(err, after)
		}
		if u := piece.UsageMetadata; u != nil {
			reply.Usage = model.Usage{In: int64(u.PromptTokenCount), Out: int64(u.CandidatesTokenCount + u.ThoughtsTokenCount)}
		}
		text := ""
		if len(piece.Candidates) > 0 {
			if text, err = take(&reply, piece.Candidates[0]); err != nil {
				return reply, model.Failure(p.Name(), p.o.Key, 0, "", err.Error())
			}
			if reason := piece.Candidates[0].FinishReason; reason != "" {
				ended = reason
			}
		}
		progress(text)
	}
	if ended == "" {
		return reply, model.Failure(p.Name(), "", 0, "", "the answer broke off")
	}
	reply.Truncated = ended == sdk.FinishReasonMaxTokens
	return reply, nil
}

// take adds a piece to the reply and gives its text.
func take(reply *model.Reply, c *sdk.Candidate) (string, error) {
	text := ""
	if c.Content == nil {
		return "", nil
	}
	for _, part := range c.Content.Parts {
		switch {
		case part.FunctionCall != nil:
			input, err := json.Marshal(part.FunctionCall.Args)
			if err != nil {
				return text, err
			}
			reply.Calls = append(reply.Calls, model.Call{
				ID: part.FunctionCall.ID, Name: part.FunctionCall.Name, Input: input, Signature: part.ThoughtSignature,
			})
		case !part.Thought:
			text += part.Text
		}
	}
	reply.Text += text
	return text, nil
}

func params(q model.Request) ([]*sdk.Content, *sdk.GenerateContentConfig, error) {
	config := &sdk.GenerateContentConfig{
		SystemInstruction: sdk.NewContentFromText(q.System, sdk.RoleUser), MaxOutputTokens: int32(min(q.MaxTokens, 1<<20)), //nolint:gosec // bounded
	}
	if q.Schema != nil {
		config.ResponseMIMEType, config.ResponseJsonSchema = "application/json", q.Schema
	}
	var functions []*sdk.FunctionDeclaration
	for _, tool := range q.Tools {
		functions = append(functions, &sdk.FunctionDeclaration{Name: tool.Name, Description: tool.Description, ParametersJsonSchema: tool.Schema})
	}
	if functions != nil {
		config.Tools = []*sdk.Tool{{FunctionDeclarations: functions}}
	}
	var contents []*sdk.Content
	for _, t := range q.Turns {
		parts, err := partsOf(t)
		if err != nil {
			return nil, nil, err
		}
		role := sdk.Role(sdk.RoleUser)
		if t.FromModel {
			role = sdk.RoleModel
		}
		contents = append(contents, sdk.NewContentFromParts(parts, role))
	}
	return contents, config, nil
}

func partsOf(t model.Turn) ([]*sdk.Part, error) {
	var parts []*sdk.Part
	for _, r := range t.Results {
		key := "output"
		if r.Failed {
			key = "error"
		}
		part := sdk.NewPartFromFunctionResponse(r.Name, map[string]any{key: r.Output})
		part.FunctionResponse.ID = r.ID
		parts = append(parts, part)
	}
	if t.Text != "" {
		parts = append(parts, sdk.NewPartFromText(t.Text))
	}
	for _, c := range t.Calls {
		var args map[string]any
		if err := json.Unmarshal(c.Input, &args); err != nil {
			return nil, err
		}
		part := sdk.NewPartFromFunctionCall(c.Name, args)
		part.FunctionCall.ID, part.ThoughtSignature = c.ID, c.Signature
		parts = append(parts, part)
	}
	return parts, nil
}

// failure is an error of the SDK as ours.
func (p *Provider) failure(err error, after *string) error {
	if err == nil {
		return nil
	}
	var refused sdk.APIError
	if errors.As(err, &refused) {
		return model.Failure(p.Name(), p.o.Key, refused.Code, *after, refused.Message)
	}
	return model.Failure(p.Name(), p.o.Key, 0, "", err.Error())
}

// remember keeps the Retry-After of an answer, which the SDK's error drops.
type remember struct{ base http.RoundTripper }

type afterKey struct{}

func withMemory(ctx context.Context) (context.Context, *string) {
	after := new(string)
	return context.WithValue(ctx, afterKey{}, after), after
}

// RoundTrip passes a request on.
func (r remember) RoundTrip(q *http.Request) (*http.Response, error) {
	response, err := r.base.RoundTrip(q)
	if after, ok := q.Context().Value(afterKey{}).(*string); ok && err == nil {
		*after = response.Header.Get("Retry-After")
	}
	return response, err
}
