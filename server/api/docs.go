package api

import (
	"bytes"
	_ "embed" // the page is carried in the program
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/quantum-signals/quantum/server"
)

//go:embed docs.html
var docsText string

// shownOperation is one method of one path, as the page at /docs shows it.
type shownOperation struct {
	Method, Path, ID string
	Summary          string
	Description      string
	Scope            string // of the key it needs, always or where reading does
	Parameters       []shownParameter
	Bodies, Answers  []shownBody
}

type shownParameter struct{ Name, In, Schema, Description string }

type shownBody struct{ Status, Media, Schema, Description string }

type shownSchema struct{ Name, Text string }

// newDocs renders openapi.yaml once, as a page of plain HTML: nothing is loaded
// from anywhere, and no script runs.
func newDocs() http.Handler {
	var d map[string]any
	if err := yaml.Unmarshal(openAPI, &d); err != nil {
		panic(err) // a bug of ours: the tests read it too
	}
	page := struct {
		Operations []shownOperation
		Schemas    []shownSchema
		Intro      string
	}{Intro: text(object(d["info"])["description"])}
	components := object(d["components"])
	paths := object(d["paths"])
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := object(paths[path])
		for _, method := range []string{"get", "post", "put", "delete"} {
			if op := object(item[method]); op != nil {
				page.Operations = append(page.Operations, shown(components, method, path, op))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object(components["schemas"]))) {
		page.Schemas = append(page.Schemas, shownSchema{name, pretty(object(components["schemas"])[name])})
	}
	var b bytes.Buffer
	if err := template.Must(template.New("docs").Parse(docsText)).Execute(&b, page); err != nil {
		panic(err)
	}
	a := newAsset("docs.html", b.Bytes())
	return server.Handler(func(w http.ResponseWriter, r *http.Request) error {
		a.serve(w, r)
		return nil
	})
}

// shown reads one operation.
func shown(components map[string]any, method, path string, op map[string]any) shownOperation {
	o := shownOperation{
		Method: strings.ToUpper(method), Path: path, ID: text(op["operationId"]),
		Summary: text(op["summary"]), Description: text(op["description"]), Scope: "read, where reading needs a key",
	}
	if list, ok := op["security"].([]any); ok && len(list) > 0 {
		if scopes, ok := object(list[0])["key"].([]any); ok && len(scopes) > 0 {
			o.Scope = text(scopes[0])
		}
	}
	parameters, _ := op["parameters"].([]any)
	for _, one := range parameters {
		p := resolve(components, object(one))
		o.Parameters = append(o.Parameters, shownParameter{text(p["name"]), text(p["in"]), pretty(p["schema"]), text(p["description"])})
	}
	for media, body := range sorted(object(object(op["requestBody"])["content"])) {
		o.Bodies = append(o.Bodies, shownBody{"", media, pretty(object(body)["schema"]), ""})
	}
	for status, one := range sorted(object(op["responses"])) {
		answer := resolve(components, object(one))
		content := object(answer["content"])
		for media, body := range sorted(content) {
			o.Answers = append(o.Answers, shownBody{status, media, pretty(object(body)["schema"]), text(answer["description"])})
		}
		if len(content) == 0 {
			o.Answers = append(o.Answers, shownBody{status, "", "", text(answer["description"])})
		}
	}
	return o
}

// sorted yields the members of an object by name.
func sorted(o map[string]any) func(yield func(string, any) bool) {
	return func(yield func(string, any) bool) {
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if !yield(name, o[name]) {
				return
			}
		}
	}
}

// resolve follows a reference into the components.
func resolve(components, o map[string]any) map[string]any {
	ref, ok := o["$ref"].(string)
	if !ok {
		return o
	}
	kind, name, _ := strings.Cut(strings.TrimPrefix(ref, "#/components/"), "/")
	return object(object(components[kind])[name])
}

func object(v any) map[string]any { o, _ := v.(map[string]any); return o }

func text(v any) string { s, _ := v.(string); return s }

// pretty writes a schema as JSON with references by their bare names.
func pretty(v any) string {
	if ref, ok := object(v)["$ref"].(string); ok && len(object(v)) == 1 {
		return ref[strings.LastIndexByte(ref, '/')+1:]
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil || v == nil {
		return ""
	}
	return strings.ReplaceAll(string(b), "#/components/schemas/", "")
}
