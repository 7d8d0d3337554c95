package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server/store/storetest"
)

// TestAlertsSurviveARedisThatComesBackEmpty by a copy, as README says: they are
// under their ids again, and their webhooks are sent to.
func TestAlertsSurviveARedisThatComesBackEmpty(t *testing.T) {
	redis, to := storetest.Start(t), newInbox(t)
	t.Setenv("REDIS_URL", redis.URL())
	t.Setenv("WEBHOOK_ALLOW", "127.0.0.1")
	settings := map[string]string{"WATCH": "sim:SIMUSDT:1m", "PLAY_RATE": "25", "PLAY_BACKFILL": "100", "OPEN_WRITE": "true", "WEBHOOK_ALLOW": "127.0.0.1"}
	s := serveHere(t, redis, settings)
	soonIs(t, "the alert is made", func() bool {
		return try(t, "POST", s.url+"/api/v1/alerts", "", `{"market":"sim:SIMUSDT","interval":"1m","expression":"close > 0","webhook":{"url":"`+to.URL+`/hook"}}`) == 201
	})
	soonIs(t, "it is delivered", func() bool { return to.count() > 0 })
	whole, plain := must(t, "alerts", "export", "--secrets"), must(t, "alerts", "export")
	if !strings.Contains(whole, to.URL+"/hook") || !strings.Contains(whole, "whs_") || strings.Contains(plain, "/hook") || strings.Contains(plain, "whs_") {
		t.Fatalf("with secrets %s without %s", whole, plain)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if err := redis.Client().FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	s = serveHere(t, redis, settings)
	type alerts struct {
		Alerts []struct {
			ID string `json:"id"`
		} `json:"alerts"`
	}
	if list := get[alerts](t, s.url+"/api/v1/alerts").Alerts; len(list) != 0 {
		t.Fatalf("an empty store has %d alerts", len(list))
	}
	have := to.count()
	load := func() (int, string) {
		var out, errs bytes.Buffer
		code := run(t.Context(), []string{"alerts", "import"}, streams{strings.NewReader(whole), &out, &errs})
		return code, errs.String()
	}
	soonIs(t, "the copy is in", func() bool { code, said := load(); return code == exitOK && strings.HasPrefix(said, "1 added") })
	if code, said := load(); code != exitOK || !strings.HasPrefix(said, "0 added, 0 replaced, 1 left") {
		t.Errorf("again: exit %d, %s", code, said)
	}
	if list := get[alerts](t, s.url+"/api/v1/alerts").Alerts; len(list) != 1 || !strings.Contains(whole, `{"id":"`+list[0].ID+`"`) {
		t.Errorf("restored %v of %s", list, whole)
	}
	soonIs(t, "it is delivered again", func() bool { return to.count() > have })
}
