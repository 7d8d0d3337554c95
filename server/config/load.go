package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/quantum-signals/quantum/server"
)

// Source is a place values come from.
type Source struct {
	Name   string // as `quantum config` prints it
	Values map[string]string
	Closed bool // a variable nobody knows is an error, as in a file made for us
}

// Environment is the process's environment, as os.Environ gives it.
func Environment(environ []string) Source {
	return Source{Name: "environment", Values: env.ToMap(environ)}
}

// Setting is one variable as it came out.
type Setting struct {
	Name  string
	Value string // secrets are masked
	From  string // name of the source, or "default"
}

// Load puts the sources together, later ones over earlier ones, and checks the
// result. An empty value counts as absent. The error is a *server.Error that
// lists every variable that breaks a rule.
func Load(sources ...Source) (Config, []Setting, error) {
	var c Config
	variables := variables(reflect.TypeOf(c))
	merged, from := map[string]string{}, map[string]string{}
	issues := &server.Issues{}
	for _, source := range sources {
		for _, name := range slices.Sorted(maps.Keys(source.Values)) {
			if _, known := variables[name]; !known {
				if source.Closed {
					issues.Unknown("/"+name, name, "a variable of .env.example")
				}
				continue
			}
			if value := source.Values[name]; value != "" {
				merged[name], from[name] = value, source.Name
			}
		}
	}
	if err := env.ParseWithOptions(&c, env.Options{Environment: merged}); err != nil {
		unparsed(err, variables, merged, issues)
	} else {
		check(c, variables, issues)
	}
	if err := issues.Err(); err != nil {
		return Config{}, nil, err
	}
	return c, settings(c, from), nil
}

// variable is one field of the configuration.
type variable struct {
	name   string
	field  reflect.StructField
	index  []int
	secret string
}

// variables lists the fields of the configuration by the name of their
// variable.
func variables(t reflect.Type) map[string]variable {
	all := map[string]variable{}
	for i := range t.NumField() {
		group := t.Field(i)
		for j := range group.Type.NumField() {
			f := group.Type.Field(j)
			name := f.Tag.Get("env")
			all[name] = variable{name, f, []int{i, j}, f.Tag.Get("secret")}
		}
	}
	return all
}

// unparsed notes the variables whose text is not of their kind.
func unparsed(err error, variables map[string]variable, given map[string]string, issues *server.Issues) {
	var all env.AggregateError
	if !errors.As(err, &all) {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/", Rule: "type", Bound: err.Error()})
		return
	}
	for _, one := range all.Errors {
		var parse env.ParseError
		if !errors.As(one, &parse) {
			issues.Add(server.CodeInvalid, server.Field{Pointer: "/", Rule: "type", Bound: one.Error()})
			continue
		}
		for _, v := range variables {
			if v.field.Name == parse.Name && v.field.Type == parse.Type && given[v.name] != "" && !parses(v, given[v.name]) {
				issues.Add(server.CodeInvalid, server.Field{Pointer: "/" + v.name, Value: given[v.name], Rule: "type", Bound: kinds[v.field.Type.String()]})
			}
		}
	}
}

// kinds says what text each type of field asks for.
var kinds = map[string]string{
	"int": "a whole number", "int64": "a whole number", "uint64": "a whole number, not negative", "uint": "a whole number, not negative", "float64": "a number",
	"bool": "true or false", "time.Duration": "a duration, as in 250ms, 15s or 2m",
}

// parses reports whether text is of the variable's kind.
func parses(v variable, text string) bool {
	one := reflect.New(reflect.StructOf([]reflect.StructField{v.field}))
	return env.ParseWithOptions(one.Interface(), env.Options{Environment: map[string]string{v.name: text}}) == nil
}

// settings lists the variables in the order of the struct.
func settings(c Config, from map[string]string) []Setting {
	value := reflect.ValueOf(c)
	all := slices.SortedFunc(maps.Values(variables(value.Type())), func(a, b variable) int { return slices.Compare(a.index, b.index) })
	list := make([]Setting, len(all))
	for i, v := range all {
		text := fmt.Sprint(value.FieldByIndex(v.index).Interface())
		if v.field.Type.Kind() == reflect.Slice {
			text = strings.Join(value.FieldByIndex(v.index).Interface().([]string), ",")
		}
		source, ok := from[v.name]
		if !ok {
			source = "default"
		}
		list[i] = Setting{v.name, mask(v.secret, text), source}
	}
	return list
}
