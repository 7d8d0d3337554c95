package api_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server/api"
)

func TestTheDescriptionIsBrowsable(t *testing.T) {
	o := start(t, api.Options{})
	a := o.get("/docs")
	if a.status != 200 || a.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	page := string(a.body)
	for _, one := range description.listed {
		method, path, _ := strings.Cut(one, " ")
		if !strings.Contains(page, "<b>"+method+"</b><code>"+path+"</code>") {
			t.Errorf("%s is not on the page", one)
		}
	}
	for _, schema := range []string{"CipherAnswer", "Problem", "MarketStatus"} {
		if !strings.Contains(page, `id="schema-`+schema+`"`) {
			t.Errorf("%s is not on the page", schema)
		}
	}
	if m := regexp.MustCompile(`<script|(src|href)="(https?:)?//`).FindString(page); m != "" {
		t.Errorf("the page loads %s", m)
	}
}
