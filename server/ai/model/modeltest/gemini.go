package modeltest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Gemini is the Gemini API on the wire: generateContent as server-sent events.
type Gemini struct{}

// Name is the provider's name.
func (Gemini) Name() string { return "gemini" }

// Generates tells requests for answers.
func (Gemini) Generates(path string) bool { return strings.HasSuffix(path, ":streamGenerateContent") }

// Described is GET models/{model}.
func (Gemini) Described() string {
	return `{"name":"models/test-model","version":"1","displayName":"Test","inputTokenLimit":1000000,"outputTokenLimit":8192}`
}

// Refusal is an error's body.
func (Gemini) Refusal(status int, says string) string {
	name := map[int]string{429: "RESOURCE_EXHAUSTED", 401: "UNAUTHENTICATED", 503: "UNAVAILABLE"}[status]
	if name == "" {
		name = "INTERNAL"
	}
	return fmt.Sprintf(`{"error":{"code":%d,"message":%s,"status":%s}}`, status, quoted(says), quoted(name))
}

// Frames are server-sent events without names.
func (Gemini) Frames(r Reply) []string {
	var frames []string
	piece := func(parts, finish string) {
		frames = append(frames, fmt.Sprintf(`data: {"candidates":[{"content":{"parts":[%s],"role":"model"}%s,"index":0}],"usageMetadata":{"promptTokenCount":%d,"candidatesTokenCount":%d,"totalTokenCount":%d},"modelVersion":"test-model","responseId":"r1"}`+"\r\n\r\n", parts, finish, TokensIn, TokensOut, TokensIn+TokensOut))
	}
	for _, text := range r.Text {
		piece(fmt.Sprintf(`{"text":%s}`, quoted(text)), "")
	}
	for _, c := range r.Calls {
		piece(fmt.Sprintf(`{"functionCall":{"id":%s,"name":%s,"args":%s},"thoughtSignature":"c2lnbmVk"}`, quoted(c.ID), quoted(c.Name), c.Input), "")
	}
	switch r.End {
	case Whole:
		piece(`{"text":""}`, `,"finishReason":"STOP"`)
	case Length:
		piece(`{"text":""}`, `,"finishReason":"MAX_TOKENS"`)
	case Garbage:
		frames = append(frames, `data: {"candidates":[{"content":{"par`+"\r\n\r\n")
	case Failing:
		frames = append(frames, `data: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}`+"\r\n\r\n")
	case Cut, Stall:
	}
	return frames
}

// Read takes a request apart.
func (Gemini) Read(body []byte) (Heard, error) {
	type content struct {
		Role  string `json:"role"`
		Parts []struct {
			Text     string `json:"text"`
			Response struct {
				Response json.RawMessage `json:"response"`
			} `json:"functionResponse"`
		} `json:"parts"`
	}
	var q struct {
		System   content         `json:"systemInstruction"`
		Contents []content       `json:"contents"`
		Tools    json.RawMessage `json:"tools"`
		Config   struct {
			Max    int             `json:"maxOutputTokens"`
			Schema json.RawMessage `json:"responseJsonSchema"`
		} `json:"generationConfig"`
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return Heard{}, err
	}
	if len(q.System.Parts) != 1 || q.Config.Max < 1 {
		return Heard{}, fmt.Errorf("%d system parts, maxOutputTokens %d", len(q.System.Parts), q.Config.Max)
	}
	h := Heard{System: q.System.Parts[0].Text, Tools: q.Tools, Schema: q.Config.Schema}
	for _, c := range q.Contents {
		for _, part := range c.Parts {
			if c.Role == "user" {
				h.User = append(h.User, part.Text+string(part.Response.Response))
			}
		}
	}
	return h, nil
}
