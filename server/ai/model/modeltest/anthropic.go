package modeltest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Anthropic is the Messages API, as its documentation shows it on the wire.
type Anthropic struct{}

// Name is the provider's name.
func (Anthropic) Name() string { return "anthropic" }

// Generates tells requests for answers.
func (Anthropic) Generates(path string) bool { return path == "/v1/messages" }

// Described is GET /v1/models/{model}.
func (Anthropic) Described() string {
	return `{"type":"model","id":"test-model","display_name":"Test","created_at":"2026-01-01T00:00:00Z"}`
}

// Refusal is an error's body.
func (Anthropic) Refusal(status int, says string) string {
	kind := map[int]string{401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}[status]
	if kind == "" {
		kind = "api_error"
	}
	return fmt.Sprintf(`{"type":"error","error":{"type":%s,"message":%s},"request_id":"req_1"}`, quoted(kind), quoted(says))
}

// Frames are server-sent events.
func (Anthropic) Frames(r Reply) []string {
	event := func(kind, data string) string { return "event: " + kind + "\ndata: " + data + "\n\n" }
	frames := []string{
		event("message_start", fmt.Sprintf(`{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"test-model","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":%d,"output_tokens":1}}}`, TokensIn)),
	}
	index := 0
	block := func(start string, deltas []string) {
		frames = append(frames, event("content_block_start", fmt.Sprintf(`{"type":"content_block_start","index":%d,"content_block":%s}`, index, start)))
		for _, d := range deltas {
			frames = append(frames, event("content_block_delta", fmt.Sprintf(`{"type":"content_block_delta","index":%d,"delta":%s}`, index, d)))
		}
		if r.End == Whole || r.End == Length {
			frames = append(frames, event("content_block_stop", fmt.Sprintf(`{"type":"content_block_stop","index":%d}`, index)))
		}
		index++
	}
	if len(r.Text) > 0 {
		var deltas []string
		for _, text := range r.Text {
			deltas = append(deltas, fmt.Sprintf(`{"type":"text_delta","text":%s}`, quoted(text)))
		}
		block(`{"type":"text","text":""}`, deltas)
	}
	frames = append(frames, event("ping", `{"type": "ping"}`))
	for _, c := range r.Calls {
		half := len(c.Input) / 2
		block(fmt.Sprintf(`{"type":"tool_use","id":%s,"name":%s,"input":{}}`, quoted(c.ID), quoted(c.Name)), []string{
			`{"type":"input_json_delta","partial_json":""}`,
			fmt.Sprintf(`{"type":"input_json_delta","partial_json":%s}`, quoted(c.Input[:half])),
			fmt.Sprintf(`{"type":"input_json_delta","partial_json":%s}`, quoted(c.Input[half:])),
		})
	}
	switch r.End {
	case Whole, Length:
		reason := "end_turn"
		if len(r.Calls) > 0 {
			reason = "tool_use"
		}
		if r.End == Length {
			reason = "max_tokens"
		}
		frames = append(frames,
			event("message_delta", fmt.Sprintf(`{"type":"message_delta","delta":{"stop_reason":%s,"stop_sequence":null},"usage":{"output_tokens":%d}}`, quoted(reason), TokensOut)),
			event("message_stop", `{"type":"message_stop"}`))
	case Garbage:
		frames = append(frames, event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text`))
	case Failing:
		frames = append(frames, event("error", `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`))
	case Cut, Stall:
	}
	return frames
}

// Read takes a request apart.
func (Anthropic) Read(body []byte) (Heard, error) {
	var q struct {
		Model     string `json:"model"`
		MaxTokens int    `json:"max_tokens"`
		Stream    bool   `json:"stream"`
		System    []struct {
			Text string `json:"text"`
		} `json:"system"`
		Messages []struct {
			Role    string `json:"role"`
			Content []struct {
				Type    string          `json:"type"`
				Text    string          `json:"text"`
				Content json.RawMessage `json:"content"`
			} `json:"content"`
		} `json:"messages"`
		Tools  json.RawMessage `json:"tools"`
		Output struct {
			Format struct {
				Type   string          `json:"type"`
				Schema json.RawMessage `json:"schema"`
			} `json:"format"`
		} `json:"output_config"`
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return Heard{}, err
	}
	if q.Model == "" || q.MaxTokens < 1 || !q.Stream || len(q.System) != 1 {
		return Heard{}, fmt.Errorf("model %q, max_tokens %d, stream %v, %d system blocks", q.Model, q.MaxTokens, q.Stream, len(q.System))
	}
	h := Heard{System: q.System[0].Text, Tools: q.Tools, Schema: q.Output.Format.Schema}
	for _, m := range q.Messages {
		for _, block := range m.Content {
			if m.Role == "user" {
				h.User = append(h.User, strings.TrimSpace(block.Text+string(block.Content)))
			}
		}
	}
	return h, nil
}
