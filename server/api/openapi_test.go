package api

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server"
)

// section is the part of openapi.yaml below a key at the left margin.
func section(t *testing.T, key string) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(openAPI), "\n"+key+":\n")
	if !ok {
		t.Fatalf("openapi.yaml has no %s", key)
	}
	if end := regexp.MustCompile(`(?m)^\S`).FindStringIndex(rest); end != nil {
		rest = rest[:end[0]]
	}
	return rest
}

// elsewhere are the routes other packages serve, with Options.More: the command's
// test holds them to the description.
var elsewhere = []string{"GET /ai/", "POST /ai/", "GET /alerts", "POST /alerts", "PUT /alerts", "DELETE /alerts"}

func TestEveryRouteIsDescribedAndBack(t *testing.T) {
	var described, served []string
	path := ""
	for line := range strings.SplitSeq(section(t, "paths"), "\n") {
		if m := regexp.MustCompile(`^  (/\S+):$`).FindStringSubmatch(line); m != nil {
			path = m[1]
		}
		if m := regexp.MustCompile(`^    (get|post|put|delete):$`).FindStringSubmatch(line); m != nil {
			described = append(described, strings.ToUpper(m[1])+" "+path)
		}
	}
	for _, r := range (&api{}).endpoints() {
		served = append(served, r.Method+" "+r.Path)
	}
	for _, one := range served {
		if !slices.Contains(described, one) {
			t.Errorf("%s is served and not in openapi.yaml", one)
		}
	}
	for _, one := range described {
		if !slices.Contains(served, one) && !slices.ContainsFunc(elsewhere, func(prefix string) bool { return strings.HasPrefix(one, prefix) }) {
			t.Errorf("%s is in openapi.yaml and not served", one)
		}
	}
}

func TestEveryReferenceOfTheDescriptionExists(t *testing.T) {
	text := string(openAPI)
	for _, m := range regexp.MustCompile(`#/components/(\w+)/(\w+)`).FindAllStringSubmatch(text, -1) {
		if !regexp.MustCompile(`(?m)^  ` + m[1] + `:\n(    .*\n)*?    ` + m[2] + `:`).MatchString(text) {
			t.Errorf("%s is not in openapi.yaml", m[0])
		}
	}
}

func TestEveryCodeIsDescribedAndBack(t *testing.T) {
	_, list, _ := strings.Cut(string(openAPI), "        code:\n          enum:\n")
	list, _, _ = strings.Cut(list, "        errors:")
	described := regexp.MustCompile(`- (\w+)`).FindAllStringSubmatch(list, -1)
	var codes []server.Code
	for _, m := range described {
		code := server.Code(m[1])
		if _, ok := code.Title(); !ok {
			t.Errorf("openapi.yaml has the code %s, the server has not", code)
		}
		codes = append(codes, code)
	}
	for _, code := range server.Codes() {
		if !slices.Contains(codes, code) {
			t.Errorf("openapi.yaml has not the code %s", code)
		}
	}
}

func TestTheTypesOfTheClientAreMadeOfThisDescription(t *testing.T) {
	text, err := os.ReadFile("../../web/sdk/src/api.ts")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if sum := sha256.Sum256(openAPI); !strings.Contains(first, hex.EncodeToString(sum[:])) {
		t.Errorf("web/sdk/src/api.ts is made of another openapi.yaml: run scripts/api-types.sh\n%s", first)
	}
}
