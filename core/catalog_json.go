//go:build !tinygo

package core

import "math"

// AppendJSON appends the catalog as one JSON object, names in snake_case and
// what is absent null. The HTTP API answers with these bytes and the wasm
// module carries them.
func (c *Catalog) AppendJSON(dst []byte) []byte {
	w := jsonWriter{dst}
	w.open('{')
	w.text("engine", c.Engine)
	w.text("version", c.Version)
	w.names("columns", c.Columns)
	w.list("readings", len(c.Readings), func(i int) { w.reading(&c.Readings[i]) })
	w.list("states", len(c.States), func(i int) {
		s := &c.States[i]
		w.text("name", s.Name)
		w.text("side", s.Side.String())
		w.text("meaning", s.Meaning)
	})
	w.list("events", len(c.Events), func(i int) {
		e := &c.Events[i]
		w.text("kind", e.Kind)
		w.text("side", e.Side.String())
		w.text("meaning", e.Meaning)
	})
	w.list("params", len(c.Params), func(i int) { w.param(&c.Params[i]) })
	w.close('}')
	return w.dst
}

func (w *jsonWriter) reading(r *ReadingInfo) {
	w.text("name", r.Name)
	w.text("unit", r.Unit)
	w.number("low", r.Low)
	w.number("high", r.High)
	w.number("warm_up", float64(r.WarmUp))
	w.text("warm_up_rule", r.WarmUpRule)
	w.text("meaning", r.Meaning)
	w.text("pane", r.Pane)
	w.text("color", r.Color)
}

func (w *jsonWriter) param(p *ParamInfo) {
	w.text("name", p.Name)
	w.text("kind", p.Kind)
	w.number("default", p.Default)
	w.number("default_classic", p.DefaultClassic)
	w.number("low", p.Low)
	w.number("high", p.High)
	w.bool("low_open", p.LowOpen)
	w.names("choices", p.Choices)
	w.text("unit", p.Unit)
	w.text("meaning", p.Meaning)
}

// jsonWriter appends JSON.
type jsonWriter struct{ dst []byte }

func (w *jsonWriter) open(c byte) { w.dst = append(w.dst, c) }

// close ends an object or list, over the comma after its last member.
func (w *jsonWriter) close(c byte) {
	if last := len(w.dst) - 1; w.dst[last] == ',' {
		w.dst = w.dst[:last]
	}
	w.dst = append(w.dst, c)
}

func (w *jsonWriter) key(name string) {
	w.quote(name)
	w.dst = append(w.dst, ':')
}

func (w *jsonWriter) text(key, s string) {
	w.key(key)
	w.quote(s)
	w.dst = append(w.dst, ',')
}

func (w *jsonWriter) bool(key string, v bool) {
	w.key(key)
	if v {
		w.dst = append(w.dst, "true,"...)
		return
	}
	w.dst = append(w.dst, "false,"...)
}

func (w *jsonWriter) number(key string, v float64) {
	w.key(key)
	text := "null"
	if math.Abs(v) <= math.MaxFloat64 {
		text = number(v)
	}
	w.dst = append(append(w.dst, text...), ',')
}

func (w *jsonWriter) names(key string, names []string) {
	w.key(key)
	w.open('[')
	for _, name := range names {
		w.quote(name)
		w.dst = append(w.dst, ',')
	}
	w.close(']')
	w.dst = append(w.dst, ',')
}

// list writes n objects; each writes the members of one.
func (w *jsonWriter) list(key string, n int, each func(i int)) {
	w.key(key)
	w.open('[')
	for i := range n {
		w.open('{')
		each(i)
		w.close('}')
		w.dst = append(w.dst, ',')
	}
	w.close(']')
	w.dst = append(w.dst, ',')
}

func (w *jsonWriter) quote(s string) {
	const hex = "0123456789abcdef"
	w.dst = append(w.dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			w.dst = append(w.dst, '\\', c)
		case c < ' ':
			w.dst = append(w.dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			w.dst = append(w.dst, c)
		}
	}
	w.dst = append(w.dst, '"')
}
