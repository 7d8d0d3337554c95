package alert_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// filled is a store with bars of walk.
func filled(t *testing.T, s *store.Store) *alert.Service {
	t.Helper()
	if err := s.Watch(t.Context(), server.Watched{Series: walk}); err != nil {
		t.Fatal(err)
	}
	commit(t, s, 0, 5, nil)
	return alert.NewService(s, alert.ServiceOptions{Allow: loopback.Allow})
}

func export(t *testing.T, s *alert.Service, secrets bool) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := s.Export(t.Context(), &out, secrets); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestACopyRestoresAlerts(t *testing.T) {
	storetest.OnEach(t, store.Options{Partitions: 4}, func(t *testing.T, s *store.Store) {
		service := filled(t, s)
		hooked := add(t, s, server.Alert{Name: "Hooked \"é\"", Expression: "close > 0", Cooldown: 1000, Message: "{{rsi}}", CreatedAt: 7, UpdatedAt: 8, Webhook: &server.Webhook{URL: "http://127.0.0.1/x?key=1", Secret: "0123456789abcdef"}})
		once := add(t, s, server.Alert{Name: "Once", Expression: "close > 0", Once: true, ExpiresAt: 1 << 50})
		commit(t, s, 5, 6, []*server.Alert{hooked, once})

		whole, plain := export(t, service, true), export(t, service, false)
		if strings.Count(whole, "\n") != 2 || strings.Contains(plain, "key=1") || strings.Contains(plain, "0123456789abcdef") || !strings.Contains(plain, `"host":"http://127.0.0.1"`) {
			t.Fatalf("with secrets %s without %s", whole, plain)
		}
		for name, text := range map[string]string{"whole": whole, "plain": plain} { // onto itself
			if done, err := service.Import(t.Context(), strings.NewReader(text)); err != nil || done != (alert.Imported{Same: 2}) {
				t.Errorf("the %s copy onto itself: %+v, %v", name, done, err)
			}
		}
		// A store that has lost all, and one of another size.
		for _, partitions := range []int{4, 7} {
			other := storetest.Open(t, storetest.Start(t), store.Options{Partitions: partitions})
			into := filled(t, other)
			if done, err := into.Import(t.Context(), strings.NewReader(whole)); err != nil || done != (alert.Imported{Added: 2}) {
				t.Fatalf("into %d partitions: %+v, %v", partitions, done, err)
			}
			if done, err := into.Import(t.Context(), strings.NewReader(whole)); err != nil || done != (alert.Imported{Same: 2}) {
				t.Errorf("again: %+v, %v", done, err)
			}
			list, err := other.Alerts(t.Context())
			if err != nil || len(list) != 2 {
				t.Fatalf("%d alerts, %v", len(list), err)
			}
			for _, got := range list {
				want := once
				if got.Webhook != nil {
					want = hooked
				}
				_, random, _ := strings.Cut(want.ID, "_")
				if got.Name != want.Name || got.Cooldown != want.Cooldown || got.ExpiresAt != want.ExpiresAt || got.CreatedAt != want.CreatedAt || got.State.Done != want.Once ||
					got.State.Last == 0 || !strings.HasSuffix(got.ID, random) || partitions == 4 && got.ID != want.ID || got.Webhook != nil && *got.Webhook != *want.Webhook {
					t.Errorf("restored %+v, want %+v", got, want)
				}
			}
			commit(t, other, 5, 8, list) // the first is done; the other cools for less than a bar, and this is new to it
			for _, got := range list {
				if n := len(times(t, other, got.ID)); got.Once && n != 0 || !got.Once && n == 0 {
					t.Errorf("%s has fired %d times since", got.Name, n)
				}
			}
		}
		// What differs is replaced.
		if done, err := service.Import(t.Context(), strings.NewReader(strings.Replace(whole, "{{rsi}}", "{{close}}", 1))); err != nil || done != (alert.Imported{Changed: 1, Same: 1}) {
			t.Errorf("a changed copy: %+v, %v", done, err)
		}
		if now, err := s.Alert(t.Context(), hooked.ID); err != nil || now.Message != "{{close}}" || now.Webhook.Secret != hooked.Webhook.Secret {
			t.Errorf("replaced by %+v, %v", now, err)
		}
	})
}

func TestABadCopyIsRefusedByLineAndField(t *testing.T) {
	s := storetest.Open(t, storetest.Start(t), store.Options{Partitions: 4})
	service := filled(t, s)
	const good = `{"id":"a00_GOOD","market":"file:walk","interval":"15m","expression":"close > 0"}`
	line := func(more string) string { return strings.Replace(good, "GOOD", "BAD", 1)[:len(good)-2] + more + "}" }
	for _, tt := range []struct{ text, want string }{
		{"{", "line 2: "},
		{"[1]", "line 2: the body must be an object"},
		{strings.Replace(good, "a00_GOOD", "x", 1), `line 2: id is`},
		{strings.Replace(good, "close > 0", "close >", 1), "line 2: expression is"},
		{strings.Replace(good, "15m", "1y", 1), "line 2: interval"},
		{line(`,"trigger":"often"`), "line 2: trigger is"},
		{line(`,"cooldown":"x"`), "line 2: cooldown is null, must be a whole number"},
		{line(`,"status":"odd"`), "line 2: status is"},
		{line(`,"more":1`), "line 2: more is not one of"},
		{line(`,"webhook":{"host":"http://127.0.0.1"}`), "line 2: webhook url needs a URL, which copies made with secrets have"},
		{line(`,"webhook":{"url":"http://127.0.0.1"}`), "line 2: webhook secret needs"},
		{line(`,"webhook":{"url":"http://10.0.0.1","secret":"0123456789abcdef"}`), "line 2: webhook url is"},
		{good, `line 2: id is "a`},
		{strings.Repeat(" ", 70_000), "line 2: longer than"},
	} {
		done, err := service.Import(t.Context(), strings.NewReader(good+"\n"+tt.text+"\n"))
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || done != (alert.Imported{}) {
			t.Errorf("%.90s: %+v, %v; want %s", tt.text, done, err, tt.want)
		}
	}
	if list, err := s.Alerts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d alerts of bad copies are stored, %v", len(list), err)
	}
	// All that is wrong is told at once; what the store refuses keeps no other out.
	_, err := service.Import(t.Context(), strings.NewReader(line(`,"trigger":"often","status":"odd"`)+"\n\n{\n"))
	for _, want := range []string{"line 1: trigger", "line 1: status", "line 3: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
	barless := strings.NewReplacer("file:walk", "file:other", "GOOD", "BARLESS").Replace(good)
	done, err := service.Import(t.Context(), strings.NewReader(barless+"\n"+good))
	if done.Added != 1 || err == nil || !strings.Contains(err.Error(), "line 1: ") || !strings.Contains(err.Error(), "has no bar yet") || strings.Contains(err.Error(), "line 2") {
		t.Errorf("a market without bars, and one with: %+v, %v", done, err)
	}
}
