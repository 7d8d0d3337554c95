package compute

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// params reads and writes the parameters of one engine as JSON, by its
// catalog: numbers, booleans, and the names of choices. A family of numbered
// parameters (ribbon_period1, …) is one list (ribbon_periods).
type params struct {
	list   []core.ParamInfo
	family string // ribbon_period, or none
	size   int    // of the family
}

func newParams(list []core.ParamInfo, family string) params {
	p := params{list: list, family: family}
	for _, info := range list {
		if family != "" && strings.HasPrefix(info.Name, family) {
			p.size++
		}
	}
	return p
}

// setting is one parameter as a request gives it.
type setting struct {
	name    string
	value   float64
	pointer string
}

// scan reads the value of params, in the order given: applied so, the last of
// a name wins.
func (p params) scan(s *server.Scanner, issues *server.Issues) []setting {
	var settings []setting
	ok := true
	for key := range s.Object(&ok) {
		pointer := "/params/" + key
		if p.size > 0 && key == p.family+"s" {
			settings = p.scanFamily(settings, s, pointer, issues)
			continue
		}
		i := slices.IndexFunc(p.list, func(info core.ParamInfo) bool { return info.Name == key })
		if i < 0 {
			s.Skip()
			issues.Unknown(pointer, key, "a parameter of the catalog")
			continue
		}
		if v, ok := scanValue(s, p.list[i], pointer, issues); ok {
			settings = append(settings, setting{key, v, pointer})
		}
	}
	if !ok && s.Err() == nil {
		issues.Shape("/params", nil, "an object of parameters")
	}
	return settings
}

// scanAll reads several objects of parameters, one after the other.
func (p params) scanAll(objects [][]byte, issues *server.Issues) ([]setting, error) {
	var settings []setting
	for _, text := range objects {
		s := server.NewScanner(text)
		settings = append(settings, p.scan(s, issues)...)
		if err := s.End(); err != nil {
			return nil, err
		}
	}
	return settings, nil
}

func (p params) scanFamily(settings []setting, s *server.Scanner, pointer string, issues *server.Issues) []setting {
	count := 0
	list, ok := s.AppendFloats(nil, func(i int, raw []byte) {
		issues.Shape(pointer+"/"+strconv.Itoa(i), raw, "a number")
	})
	for i, v := range list {
		if count++; i < p.size && v == v {
			settings = append(settings, setting{p.family + strconv.Itoa(i+1), v, pointer + "/" + strconv.Itoa(i)})
		}
	}
	if s.Err() != nil {
		return settings
	}
	if !ok {
		issues.Shape(pointer, nil, "a list of numbers")
	} else if count != p.size {
		issues.Add(server.CodeInvalid, server.Field{Pointer: pointer, Value: count, Rule: "length", Bound: strconv.Itoa(p.size) + " numbers"})
	}
	return settings
}

// scanValue reads a parameter's value as the number core takes for it.
func scanValue(s *server.Scanner, info core.ParamInfo, pointer string, issues *server.Issues) (float64, bool) {
	switch kind := s.Kind(); {
	case kind == 'n':
		s.Skip() // not given
	case info.Kind == core.KindBool && kind == 't':
		v, _ := s.Bool()
		if v {
			return 1, true
		}
		return 0, true
	case info.Kind == core.KindBool:
		issues.Shape(pointer, s.Raw(), "true or false")
	case info.Kind == core.KindEnum && kind == '"':
		name, _ := s.Text()
		if i := slices.Index(info.Choices, name); i >= 0 {
			return float64(i), true
		}
		issues.Add(server.CodeInvalid, server.Field{Pointer: pointer, Value: name, Rule: core.RuleOneOf.String(), Bound: "one of " + strings.Join(info.Choices, ", ")})
	case info.Kind == core.KindEnum:
		issues.Shape(pointer, s.Raw(), "one of "+strings.Join(info.Choices, ", "))
	case kind == '0':
		v, ok := s.Float()
		return v, ok
	default:
		issues.Shape(pointer, s.Raw(), "a number")
	}
	return 0, false
}

// append appends parameters, values in catalog order, as the object a request
// could send.
func (p params) append(b []byte, values []float64) []byte {
	b = append(b, '{')
	open := false // a list of the family
	for i, info := range p.list {
		inFamily := p.size > 0 && strings.HasPrefix(info.Name, p.family)
		if open && !inFamily {
			b, open = append(b, ']'), false
		}
		if i > 0 {
			b = append(b, ',')
		}
		if inFamily && !open {
			b, open = append(b, `"`+p.family+`s":[`...), true
		}
		if !inFamily {
			b = append(server.AppendText(b, info.Name), ':')
		}
		b = appendValue(b, info, values[i])
	}
	if open {
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendValue(b []byte, info core.ParamInfo, v float64) []byte {
	switch {
	case info.Kind == core.KindBool:
		return strconv.AppendBool(b, v != 0)
	case info.Kind == core.KindEnum:
		return server.AppendText(b, info.Choices[int(v)])
	case v < info.Low || info.LowOpen && v == info.Low:
		return append(b, "null"...) // not given, and not needed
	}
	return server.AppendFloat(b, v)
}

// set applies settings to an engine's parameters and, if each is within its
// own bound, checks them together. pointer says where a parameter stands in
// the body.
func set(p interface {
	Set(name string, value float64) error
	Validate() error
}, settings []setting, pointer func(name string) string, issues *server.Issues) {
	before := issues.Len()
	note := func(err error, at string) {
		var e *core.Error
		if !errors.As(err, &e) {
			return
		}
		if at == "" {
			at = pointer(e.Field)
		}
		issues.Core(e, at)
	}
	for _, s := range settings {
		note(p.Set(s.name, s.value), s.pointer)
	}
	if issues.Len() == before {
		note(p.Validate(), "")
	}
}
