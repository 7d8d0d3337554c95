package compute

import (
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// request is what every request holds, and what its own scan adds.
type request struct {
	memory   *memory
	length   string // the interval as it was given
	candles  server.Candles
	given    bool // candles were in the body
	settings []setting
	interval core.Interval // 0 where none is given
	forming  bool          // the last candle is still forming
	events   bool
}

// unread names the count of candles where some could not be read: too few of
// them is then not another failure.
func (q *request) unread(issues *server.Issues) []string {
	if q.given && issues.Len() > 0 {
		return []string{"Bars"}
	}
	return nil
}

// scan reads the fields of a JSON body. other reads those the request does not
// share, and returns false for a name that means nothing.
func (q *request) scan(body []byte, p params, issues *server.Issues, other func(s *server.Scanner, key string) bool) error {
	s := server.NewScanner(body)
	ok := true
	for key := range s.Object(&ok) {
		switch {
		case key == "candles":
			q.given = true
			q.memory.candles.Scan(s, "/candles", issues)
			q.candles = q.memory.candles
		case key == "params":
			q.settings = p.scan(s, issues)
		case key == "interval":
			q.length = scanText(s, "/interval", "text, as in 15m", core.Minute.String(), issues)
		case key == "forming":
			q.forming = scanBool(s, "/forming", issues)
		case key == "events":
			q.events = scanBool(s, "/events", issues)
		case !other(s, key):
			s.Skip()
			issues.Unknown("/"+key, key, "a field of this request")
		}
	}
	if !ok && s.Err() == nil {
		return &server.Error{Code: server.CodeMalformed, Detail: "the body is " + kindName(body) + ", must be an object"}
	}
	return s.End()
}

func kindName(body []byte) string {
	switch server.NewScanner(body).Kind() {
	case '[':
		return "an array"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't':
		return "a boolean"
	}
	return "null"
}

// scanText reads a string. What is none is noted and replaced, so that it is not
// refused twice.
func scanText(s *server.Scanner, pointer, want, instead string, issues *server.Issues) string {
	if s.Kind() != '"' {
		issues.Shape(pointer, s.Raw(), want)
		return instead
	}
	text, _ := s.Text()
	return text
}

func scanBool(s *server.Scanner, pointer string, issues *server.Issues) bool {
	if s.Kind() != 't' {
		issues.Shape(pointer, s.Raw(), "true or false")
		return false
	}
	v, _ := s.Bool()
	return v
}

// scanTexts reads a list of strings.
func scanTexts(s *server.Scanner, pointer string, issues *server.Issues) []string {
	list, ok := []string{}, true
	for i := range s.Array(&ok) {
		if s.Kind() != '"' {
			issues.Shape(pointer+"/"+strconv.Itoa(i), s.Raw(), "text")
			continue
		}
		text, _ := s.Text()
		list = append(list, text)
	}
	if !ok && s.Err() == nil {
		issues.Shape(pointer, nil, "a list of text")
	}
	return slices.Clip(list)
}

// split takes the forming candle off the closed ones, where the last is one.
func (q *request) split(c core.Columns) (closed core.Columns, forming *core.Candle) {
	if !q.forming || c.Len() == 0 {
		return c, nil
	}
	last := c.At(c.Len() - 1)
	return c.Slice(0, c.Len()-1), &last
}

// checkInterval reads the interval, which may be absent where it is not
// required.
func (q *request) checkInterval(pointer string, required bool, issues *server.Issues) {
	var err error
	switch {
	case q.length != "":
		if q.interval, err = core.ParseInterval(q.length); err != nil {
			issues.Add(server.CodeInvalid, server.Field{Pointer: pointer, Value: q.length, Rule: "interval", Bound: server.IntervalBound})
		}
	case required:
		issues.Add(server.CodeInvalid, server.Field{Pointer: pointer, Value: "", Rule: "required", Bound: "a value"})
	}
}
