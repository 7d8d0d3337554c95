package compute

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// readQuery reads the query string that says what a JSON body says beside the
// candles; of a name that comes twice the last counts. other reads the names
// requests do not share, and returns false for one that means nothing.
func (q *request) readQuery(values url.Values, p params, issues *server.Issues, other func(name, value string) bool) {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names) // so that a refusal lists them in one order
	for _, name := range names {
		text := values[name][len(values[name])-1]
		switch {
		case name == "interval":
			q.length = text
		case name == "forming":
			q.forming = parseBool(name, text, issues)
		case name == "events":
			q.events = parseBool(name, text, issues)
		case other(name, text):
		default:
			i := slices.IndexFunc(p.list, func(info core.ParamInfo) bool { return info.Name == name })
			if i < 0 {
				issues.Unknown(name, name, "a parameter of this request or of the catalog")
				continue
			}
			if v, ok := parseValue(text, p.list[i], issues); ok {
				q.settings = append(q.settings, setting{name, v, name})
			}
		}
	}
}

// parseValue reads a parameter's value as the number core takes for it.
func parseValue(text string, info core.ParamInfo, issues *server.Issues) (float64, bool) {
	bound := "a number"
	switch info.Kind {
	case core.KindBool:
		if v, err := strconv.ParseBool(text); err == nil {
			return map[bool]float64{true: 1}[v], true
		}
		bound = "true or false"
	case core.KindEnum:
		if i := slices.Index(info.Choices, text); i >= 0 {
			return float64(i), true
		}
		bound = "one of " + strings.Join(info.Choices, ", ")
	default:
		s := server.NewScanner([]byte(text)) // numbers are written as in JSON: NaN and 0x1p3 are none
		if v, ok := s.Float(); ok && s.End() == nil {
			return v, true
		}
	}
	issues.Add(server.CodeInvalid, server.Field{Pointer: info.Name, Value: text, Rule: "type", Bound: bound})
	return 0, false
}

// noQuery refuses a query string beside a JSON body, which says all itself.
func noQuery(values url.Values, issues *server.Issues) {
	for name := range values {
		issues.Unknown(name, name, "part of a request with a JSON body")
	}
}
