// Package model is how language models are asked, whoever runs them: one request
// and reply for all, deadlines, repetition, a budget, and counts of use. Its
// subpackages speak to each provider.
package model

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Provider asks one model. Replies are streamed: progress is told of each piece
// as it comes, with its text, which is empty for what is no text. Safe for
// concurrent use.
type Provider interface {
	Name() string
	Model() string
	Generate(ctx context.Context, q Request, progress func(text string)) (Reply, error)
	// Reach makes a request that costs nothing.
	Reach(ctx context.Context) error
}

// Request is what a model is given.
type Request struct {
	System    string
	Turns     []Turn
	Tools     []Tool
	Schema    map[string]any // the reply's text is to be JSON of it; nil asks for plain text
	MaxTokens int            // of the reply
}

// Turn is one message: words of the user, or words and calls of the model, or
// the results of its calls.
type Turn struct {
	FromModel bool
	Text      string
	Calls     []Call
	Results   []Result
}

// Tool is a function the model may call.
type Tool struct {
	Name, Description string
	Schema            map[string]any // of its input, an object
}

// Call is a model's wish to use a tool. Nothing in it is to be trusted.
type Call struct {
	ID        string
	Name      string
	Input     json.RawMessage
	Signature []byte // some providers want it back with the call
}

// Result answers a Call.
type Result struct {
	ID, Name string
	Output   json.RawMessage
	Failed   bool
}

// Reply is what a model gave.
type Reply struct {
	Text      string
	Calls     []Call
	Truncated bool // it ran into MaxTokens
	Usage     Usage
}

// Usage is tokens read and written.
type Usage struct {
	In, Out int64
}

// Error is a failed request.
type Error struct {
	Provider   string
	Status     int           // of HTTP; 0 where there was no answer
	RetryAfter time.Duration // as the provider asks; 0 where it does not
	Detail     string
}

func (e *Error) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("%s: %s", e.Provider, e.Detail)
	}
	return fmt.Sprintf("%s answers %d: %s", e.Provider, e.Status, e.Detail)
}

// Again reports whether the same request may do better later: the provider is
// busy or failing, or the answer broke off.
func (e *Error) Again() bool {
	const overloaded = 529 // of anthropic
	switch e.Status {
	case 0, 408, 429, 500, 502, 503, 504, overloaded:
		return true
	}
	return false
}

// Failure makes an Error whose detail holds no key and is short.
func Failure(provider, key string, status int, after string, detail string) *Error {
	if status == http.StatusOK {
		status = 0 // the failure came in the middle of an answer
	}
	if key != "" {
		detail = strings.ReplaceAll(detail, key, "xxxxx")
	}
	const most = 300
	if len(detail) > most {
		detail = strings.ToValidUTF8(detail[:most], "") + "…"
	}
	return &Error{Provider: provider, Status: status, RetryAfter: seconds(after), Detail: detail}
}

// seconds reads a Retry-After header in its form of seconds.
func seconds(header string) time.Duration {
	d, err := time.ParseDuration(strings.TrimSpace(header) + "s")
	if err != nil || d < 0 {
		return 0
	}
	return d
}
