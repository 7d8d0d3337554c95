package modeltest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// OpenAI is the chat completions API on the wire.
type OpenAI struct{}

// Name is the provider's name.
func (OpenAI) Name() string { return "openai" }

// Generates tells requests for answers.
func (OpenAI) Generates(path string) bool { return strings.HasSuffix(path, "/chat/completions") }

// Described is GET /models/{model}.
func (OpenAI) Described() string {
	return `{"id":"test-model","object":"model","created":1700000000,"owned_by":"test"}`
}

// Refusal is an error's body.
func (OpenAI) Refusal(status int, says string) string {
	return fmt.Sprintf(`{"error":{"message":%s,"type":"error","param":null,"code":"%d"}}`, quoted(says), status)
}

// Frames are server-sent events without names, and [DONE].
func (OpenAI) Frames(r Reply) []string {
	var frames []string
	chunk := func(delta, finish string) {
		frames = append(frames, fmt.Sprintf(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"test-model","system_fingerprint":"fp","choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}],"usage":null}`+"\n\n", delta, finish))
	}
	chunk(`{"role":"assistant","content":""}`, "null")
	for _, text := range r.Text {
		chunk(fmt.Sprintf(`{"content":%s}`, quoted(text)), "null")
	}
	for i, c := range r.Calls {
		half := len(c.Input) / 2
		chunk(fmt.Sprintf(`{"tool_calls":[{"index":%d,"id":%s,"type":"function","function":{"name":%s,"arguments":""}}]}`, i, quoted(c.ID), quoted(c.Name)), "null")
		for _, part := range []string{c.Input[:half], c.Input[half:]} {
			chunk(fmt.Sprintf(`{"tool_calls":[{"index":%d,"function":{"arguments":%s}}]}`, i, quoted(part)), "null")
		}
	}
	switch r.End {
	case Whole, Length:
		finish := `"stop"`
		if len(r.Calls) > 0 {
			finish = `"tool_calls"`
		}
		if r.End == Length {
			finish = `"length"`
		}
		chunk(`{}`, finish)
		frames = append(frames,
			fmt.Sprintf(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"test-model","choices":[],"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}`+"\n\n", TokensIn, TokensOut, TokensIn+TokensOut),
			"data: [DONE]\n\n")
	case Garbage:
		frames = append(frames, `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"ind`+"\n\n")
	case Failing:
		frames = append(frames, `data: {"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}`+"\n\n")
	case Cut, Stall:
	}
	return frames
}

// Read takes a request apart.
func (OpenAI) Read(body []byte) (Heard, error) {
	var q struct {
		Model    string `json:"model"`
		Stream   bool   `json:"stream"`
		Max      int    `json:"max_tokens"`
		Messages []struct {
			Role    string          `json:"role"`
			Content json.RawMessage `json:"content"`
		} `json:"messages"`
		Tools  json.RawMessage `json:"tools"`
		Format struct {
			Schema struct {
				Schema json.RawMessage `json:"schema"`
				Strict bool            `json:"strict"`
			} `json:"json_schema"`
		} `json:"response_format"`
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return Heard{}, err
	}
	if q.Model == "" || !q.Stream || q.Max < 1 || len(q.Messages) == 0 || q.Messages[0].Role != "system" {
		return Heard{}, fmt.Errorf("model %q, stream %v, max_tokens %d, %d messages", q.Model, q.Stream, q.Max, len(q.Messages))
	}
	h := Heard{Tools: q.Tools, Schema: q.Format.Schema.Schema}
	for _, m := range q.Messages {
		var text string
		if len(m.Content) > 0 && json.Unmarshal(m.Content, &text) != nil {
			text = string(m.Content)
		}
		switch m.Role {
		case "system":
			h.System += text
		case "user", "tool":
			h.User = append(h.User, text)
		}
	}
	return h, nil
}
