package alert

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/quantum-signals/quantum/server"
)

const (
	// MaxMessage is the length of a template in characters.
	MaxMessage = 1000
	// maxText is the length of a filled template in bytes.
	maxText = 8000
	// plain is the template of an alert that has none.
	plain = "{{name}}: {{market}} {{interval}} closed at {{close}}"
)

// Template is the text of an alert, in which {{rsi}} and the like stand for the
// bar's values. It is safe for concurrent use.
type Template struct {
	parts []part
}

// part is text and the name that follows it, "" for none.
type part struct{ text, name string }

// described are the names of a template besides those of numbers.
var described = map[string]func(a *server.Alert, bar *server.Closed) string{
	"name":      func(a *server.Alert, _ *server.Closed) string { return a.Name },
	"alert":     func(a *server.Alert, _ *server.Closed) string { return a.ID },
	"market":    func(a *server.Alert, _ *server.Closed) string { return a.Series.Market.String() },
	"symbol":    func(a *server.Alert, _ *server.Closed) string { return a.Series.Market.Symbol },
	"interval":  func(a *server.Alert, _ *server.Closed) string { return a.Series.Interval.String() },
	"events":    func(_ *server.Alert, bar *server.Closed) string { return strings.Join(bar.Events, ", ") },
	"open_time": func(_ *server.Alert, bar *server.Closed) string { return strconv.FormatInt(bar.Candle.OpenTime, 10) },
	"time": func(a *server.Alert, bar *server.Closed) string { // its close
		return time.UnixMilli(knownAt(a.Series, bar)).UTC().Format("2006-01-02 15:04:05")
	},
}

func knownAt(s server.Series, bar *server.Closed) int64 {
	return bar.Candle.OpenTime + int64(s.Interval)
}

// ParseTemplate reads a template; the empty one says which alert fired and where.
func ParseTemplate(text string) (*Template, error) {
	switch {
	case text == "":
		text = plain
	case !utf8.ValidString(text):
		return nil, server.Invalid("/message", strings.ToValidUTF8(text, "�"), "form", "valid UTF-8")
	case utf8.RuneCountInString(text) > MaxMessage:
		return nil, server.Invalid("/message", fmt.Sprintf("%d characters", utf8.RuneCountInString(text)), "max", fmt.Sprintf("at most %d characters", MaxMessage))
	}
	t := &Template{}
	for {
		before, rest, found := strings.Cut(text, "{{")
		if !found {
			t.parts = append(t.parts, part{before, ""})
			return t, nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		name = strings.TrimSpace(name)
		if _, ok := described[name]; !closed || !ok && known.numbers[name] == nil {
			bound := "a name of a number, or one of " + strings.Join(slices.Sorted(maps.Keys(described)), ", ") + ", between {{ and }}"
			return nil, server.Invalid("/message", clip(name), "name", bound)
		}
		t.parts = append(t.parts, part{before, name})
		text = after
	}
}

// Fill writes the text for a bar. An absent number is n/a.
func (t *Template) Fill(a *server.Alert, bar *server.Closed) string {
	var b []byte
	for _, p := range t.parts {
		b = append(b, p.text...)
		switch number := known.numbers[p.name]; {
		case p.name == "":
		case number == nil:
			b = append(b, described[p.name](a, bar)...)
		case math.IsNaN(number(bar)):
			b = append(b, "n/a"...)
		default:
			b = server.AppendFloat(b, number(bar))
		}
	}
	if len(b) > maxText {
		return strings.ToValidUTF8(string(b[:maxText]), "") + "…"
	}
	return string(b)
}
