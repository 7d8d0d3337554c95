package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

func TestDoctorEndsWithOneWhenSomethingIsWrong(t *testing.T) {
	redis := storetest.Start(t)
	storetest.Open(t, redis, store.Options{})
	t.Setenv("REDIS_URL", redis.URL())
	doctor := func() (code int, out, err string) {
		var o, e bytes.Buffer
		code = run(t.Context(), []string{"doctor"}, streams{strings.NewReader(""), &o, &e})
		return code, o.String(), e.String()
	}
	if code, out, _ := doctor(); code != exitOK || out != "nothing is wrong\n" {
		t.Errorf("doctor of a new store ends with %d and says %q", code, out)
	}
	if err := redis.Client().Set(t.Context(), "q:strange", 1, 0).Err(); err != nil {
		t.Fatal(err)
	}
	code, out, said := doctor()
	if code != exitFailure || out != "q:strange: orphan: no key of a store has this name\n" || !strings.Contains(said, "one thing is wrong") {
		t.Errorf("doctor of a store with a strange key ends with %d and says %q, %q", code, out, said)
	}
}
