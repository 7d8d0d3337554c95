package ai_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/quantum-signals/quantum/server/ai"
)

// TestAnswersAreAsDescribed holds answers to server/api/openapi.yaml.
func TestAnswersAreAsDescribed(t *testing.T) {
	text, err := os.ReadFile("../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(document); err != nil {
		t.Fatal(err)
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	if err := compiler.AddResource("api.json", plain); err != nil {
		t.Fatal(err)
	}
	s := service(t, "WALK", ai.Options{})
	const asked = `{"market":"test:WALK","interval":"15m"%s}`
	for _, tt := range []struct{ method, path, query, body string }{
		{"post", "explain", "", fmt.Sprintf(asked, "")}, {"post", "rule", "", fmt.Sprintf(asked, `,"text":"oversold"`)},
		{"get", "outcomes", "?market=test:WALK&interval=15m", ""}, {"get", "providers", "", ""},
	} {
		schema, err := compiler.Compile(fmt.Sprintf("api.json#/paths/~1ai~1%s/%s/responses/200/content/application~1json/schema", tt.path, tt.method))
		if err != nil {
			t.Fatal(err)
		}
		status, _, body := get(t, s.URL+"/ai/"+tt.path+tt.query)
		if tt.method == "post" {
			status, _, body = post(t, s.URL+"/ai/"+tt.path, tt.body)
		}
		answer, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err != nil || status != 200 {
			t.Fatalf("%s: %d, %v", tt.path, status, err)
		}
		if err := schema.Validate(answer); err != nil {
			t.Errorf("%s is not as described: %v", tt.path, err)
		}
	}
}
