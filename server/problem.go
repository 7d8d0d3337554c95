package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"

	"github.com/quantum-signals/quantum/core"
)

// Codes of core, and those only HTTP gives.
const (
	CodeNoBars   Code = "no_bars"
	CodeOverflow Code = "overflow"
	CodeSnapshot Code = "invalid_snapshot"
)

// problems is the one place where a code meets its status and title.
var problems = map[Code]struct {
	status int
	title  string
}{
	CodeMalformed:    {http.StatusBadRequest, "Malformed request"},
	CodeInvalid:      {http.StatusUnprocessableEntity, "Invalid parameter"},
	CodeInvalidBar:   {http.StatusUnprocessableEntity, "Invalid bar"},
	CodeOutOfOrder:   {http.StatusUnprocessableEntity, "Bars out of order"},
	CodeNoBars:       {http.StatusUnprocessableEntity, "No bars"},
	CodeOverflow:     {http.StatusUnprocessableEntity, "Overflow"},
	CodeSnapshot:     {http.StatusUnprocessableEntity, "Invalid snapshot"},
	CodeUnauthorized: {http.StatusUnauthorized, "Key needed"},
	CodeRate:         {http.StatusTooManyRequests, "Too many requests"},
	CodeForbidden:    {http.StatusForbidden, "Forbidden"},
	CodeNotFound:     {http.StatusNotFound, "Not found"},
	CodeMethod:       {http.StatusMethodNotAllowed, "Method not allowed"},
	CodeAcceptable:   {http.StatusNotAcceptable, "Not acceptable"},
	CodeMediaType:    {http.StatusUnsupportedMediaType, "Unsupported media type"},
	CodeConflict:     {http.StatusConflict, "Conflict"},
	CodeTooLarge:     {http.StatusRequestEntityTooLarge, "Too large"},
	CodeUnavailable:  {http.StatusServiceUnavailable, "Unavailable"},
	CodeInternal:     {http.StatusInternalServerError, "Internal error"},
}

// Status is the HTTP status of a code.
func (c Code) Status() int {
	if p, ok := problems[c]; ok {
		return p.status
	}
	return http.StatusInternalServerError
}

// Title is what a code means, in a few words; false for one that is not ours.
func (c Code) Title() (string, bool) {
	p, ok := problems[c]
	return p.title, ok
}

// Codes lists every code, by name.
func Codes() []Code { return slices.Sorted(maps.Keys(problems)) }

// retryAfter is what a caller is told to wait, in seconds, when a dependency
// is down: longer than a restart of the store takes.
const retryAfter = "2"

// Problem is a failure as problem+json (RFC 9457).
type Problem struct {
	Type     string  `json:"type"`
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail,omitempty"`
	Instance string  `json:"instance,omitempty"` // the request id
	Code     Code    `json:"code"`
	Errors   []Field `json:"errors,omitempty"`
}

// Error is the detail, with every offending place on a line of its own where
// there are several.
func (p *Problem) Error() string {
	if len(p.Errors) < 2 {
		return p.Detail
	}
	text := p.Detail
	for _, f := range p.Errors {
		text += "\n  " + f.String()
	}
	return text
}

// ProblemOf renders any error. The cause of one that is no Error of ours, nor
// of core, stays out of it.
func ProblemOf(err error, instance string) Problem {
	code := CodeOf(err)
	known, ok := problems[code]
	if !ok {
		code, known = CodeInternal, problems[CodeInternal]
	}
	p := Problem{
		Type: "/problems/" + string(code), Title: known.title, Status: known.status,
		Instance: instance, Code: code,
	}
	var own *Error
	var cores *core.Error
	switch {
	case errors.As(err, &own):
		p.Detail = own.Detail
		for _, f := range own.Fields {
			if v, isFloat := f.Value.(float64); isFloat && (math.IsNaN(v) || math.IsInf(v, 0)) {
				f.Value = fmt.Sprint(v)
			}
			p.Errors = append(p.Errors, f)
		}
	case errors.As(err, &cores):
		var issues Issues
		issues.Core(cores, "/"+cores.Field)
		p.Detail, p.Errors = cores.Error(), issues.fields
	case code == CodeInternal:
		p.Detail = "the server could not do this; the log has the cause under the request id"
	}
	return p
}

// WriteProblem answers a request with the failure err.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := ProblemOf(err, RequestID(r.Context()))
	body, encodeErr := json.Marshal(p)
	if encodeErr != nil { // a field's value without JSON: a bug of ours, the rest is still worth sending
		p.Errors = nil
		body, _ = json.Marshal(p)
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if p.Status == http.StatusServiceUnavailable && h.Get("Retry-After") == "" {
		h.Set("Retry-After", retryAfter)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="quantum"`)
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // the client may be gone: nobody is left to tell
}
