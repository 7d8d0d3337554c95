package server

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
)

// maxIssues bounds how many places one refusal lists; it says how many more
// there were.
const maxIssues = 100

// Issues collects every offending place of one input, so that the caller hears
// of all at once. The zero value is ready.
type Issues struct {
	fields []Field
	code   Code
	more   int
}

// Add notes one place that breaks a rule of the given kind. A malformed place
// makes the whole input malformed; else the first kind stays.
func (p *Issues) Add(code Code, f Field) {
	if p.code == "" || code == CodeMalformed {
		p.code = code
	}
	if len(p.fields) == maxIssues {
		p.more++
		return
	}
	p.fields = append(p.fields, f)
}

// Shape notes a value of the wrong kind. raw is its JSON.
func (p *Issues) Shape(pointer string, raw []byte, want string) {
	p.Add(CodeMalformed, Field{Pointer: pointer, Value: given(raw), Rule: "type", Bound: want})
}

// Unknown notes a name that means nothing here.
func (p *Issues) Unknown(pointer, name, known string) {
	p.Add(CodeInvalid, Field{Pointer: pointer, Value: name, Rule: core.RuleKnown.String(), Bound: known})
}

// Core notes a refusal of core, at the place its field and index have in the
// input.
func (p *Issues) Core(e *core.Error, pointer string) {
	f := Field{Pointer: pointer, Value: e.Value, Rule: e.Rule.String(), Bound: e.Bound()}
	if math.IsNaN(e.Value) && e.Text != "" {
		f.Value = e.Text
	}
	p.Add(Code(e.Code.String()), f)
}

// Len is the number of places noted.
func (p *Issues) Len() int { return len(p.fields) + p.more }

// Err is nil where nothing was noted.
func (p *Issues) Err() error {
	switch {
	case len(p.fields) == 0:
		return nil
	case p.more > 0:
		return &Error{Code: p.code, Detail: fmt.Sprintf("%d fields are refused; the first %d are listed", p.Len(), maxIssues), Fields: p.fields}
	case len(p.fields) > 1:
		return &Error{Code: p.code, Detail: fmt.Sprintf("%d fields are refused; the first: %s", len(p.fields), p.fields[0]), Fields: p.fields}
	}
	return &Error{Code: p.code, Detail: p.fields[0].String(), Fields: p.fields}
}

// String names field, value and bound for a person.
func (f Field) String() string {
	name := strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(f.Pointer, "/params"), "/"), "/", " ")
	switch {
	case name == "":
		name = "the body"
	case f.Rule == core.RuleKnown.String():
		return name + " is not " + f.Bound
	case f.Rule == "required" || f.Rule == core.RuleExclusive.String():
		return name + " needs " + f.Bound
	}
	return fmt.Sprintf("%s is %s, must be %s", name, shown(f.Value), f.Bound)
}

// shown writes a value for a sentence: whole numbers plainly, text in quotes.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case float64:
		return string(AppendFloat(nil, v))
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}

// given is the JSON a caller sent, as a value to show him again: cut where it
// is long.
func given(raw []byte) any {
	const most = 60
	s := NewScanner(raw)
	switch s.Kind() {
	case '"':
		text, _ := s.Text()
		if len(text) > most {
			text = strings.ToValidUTF8(text[:most], "") + "…"
		}
		return text
	case '0':
		v, _ := s.Float()
		return v
	case 't':
		v, _ := s.Bool()
		return v
	case '{':
		return "an object"
	case '[':
		return "an array"
	}
	return nil
}
