package server

import (
	"errors"
	"fmt"
	"strings"

	"github.com/quantum-signals/quantum/core"
)

// Code is the stable name of a failure: one list for HTTP, WebSocket, wasm and
// TypeScript. The codes of core.Code keep their names.
type Code string

const (
	CodeMalformed    Code = "malformed"         // not JSON, or of the wrong shape
	CodeInvalid      Code = "invalid_parameter" // well-formed but breaks a rule
	CodeInvalidBar   Code = "invalid_bar"
	CodeOutOfOrder   Code = "out_of_order"
	CodeForbidden    Code = "forbidden"    // the origin or the key does not allow it
	CodeUnauthorized Code = "unauthorized" // a key is needed, or is not known
	CodeRate         Code = "rate_limited"
	CodeNotFound     Code = "not_found"
	CodeMethod       Code = "method_not_allowed"
	CodeAcceptable   Code = "not_acceptable"
	CodeMediaType    Code = "unsupported_media_type"
	CodeConflict     Code = "conflict"
	CodeTooLarge     Code = "too_large"
	CodeUnavailable  Code = "unavailable"
	CodeInternal     Code = "internal"
)

// Field is one offending place of the input.
type Field struct {
	Pointer string `json:"pointer"` // JSON pointer, or the query parameter
	Value   any    `json:"value"`
	Rule    string `json:"rule"`
	Bound   string `json:"bound"`
}

// Error is a failure as the caller may see it. The API renders it as
// problem+json and keeps Err for the log.
type Error struct {
	Code   Code
	Detail string  // one sentence for a person
	Fields []Field // every offending place, not only the first
	Err    error
}

func (e *Error) Error() string {
	if e.Err != nil && e.Detail == "" {
		return e.Err.Error()
	}
	return e.Detail
}

func (e *Error) Unwrap() error { return e.Err }

// Invalid is the error of one input field that breaks a rule.
func Invalid(field string, value any, rule, bound string) *Error {
	return &Error{
		Code:   CodeInvalid,
		Detail: fmt.Sprintf("%s is %#v, must be %s", strings.TrimPrefix(field, "/"), value, bound),
		Fields: []Field{{Pointer: field, Value: value, Rule: rule, Bound: bound}},
	}
}

// CodeOf is the stable code of any error: an Error's own, a core error's, or
// internal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	var c *core.Error
	if errors.As(err, &c) {
		return Code(c.Code.String())
	}
	return CodeInternal
}
