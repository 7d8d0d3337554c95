package access_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/access"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

func open(t *testing.T) *store.Store {
	t.Helper()
	return storetest.Open(t, storetest.Start(t), store.Options{})
}

// make makes a key and keeps it.
func newKey(t *testing.T, s *store.Store, scopes ...string) (text string, k server.APIKey) {
	t.Helper()
	text, sum, k, err := access.NewKey("test", scopes, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddAPIKey(t.Context(), sum, k); err != nil {
		t.Fatal(err)
	}
	return text, k
}

func ask(authorization, remote string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = remote
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return r
}

func TestScopesAreHeld(t *testing.T) {
	s := open(t)
	reader, _ := newKey(t, s, "read")
	writer, _ := newKey(t, s, "write")
	admin, _ := newKey(t, s, "admin", "write", "read")
	const own = "an-admin-key-of-24-chars"
	for _, tt := range []struct {
		name    string
		options access.Options
		key     string
		want    [3]server.Code // of read, write, admin; "" is allowed
	}{
		{"nobody", access.Options{}, "", [3]server.Code{"", "unauthorized", "unauthorized"}},
		{"nobody, keys required", access.Options{RequireKey: true}, "", [3]server.Code{"unauthorized", "unauthorized", "unauthorized"}},
		{"nobody, all open", access.Options{OpenWrite: true}, "", [3]server.Code{}},
		{"reader", access.Options{RequireKey: true}, "Bearer " + reader, [3]server.Code{"", "forbidden", "forbidden"}},
		{"writer", access.Options{RequireKey: true}, "bearer " + writer, [3]server.Code{"forbidden", "", "forbidden"}},
		{"writer, reading is open", access.Options{}, "Bearer " + writer, [3]server.Code{"", "", "forbidden"}},
		{"admin", access.Options{RequireKey: true}, "Bearer " + admin, [3]server.Code{}},
		{"ADMIN_KEY", access.Options{RequireKey: true, AdminKey: own}, "Bearer " + own, [3]server.Code{}},
		{"no ADMIN_KEY", access.Options{}, "Bearer " + own, [3]server.Code{"unauthorized", "unauthorized", "unauthorized"}},
		{"no such key", access.Options{}, "Bearer qk_none", [3]server.Code{"unauthorized", "unauthorized", "unauthorized"}},
		{"another scheme", access.Options{}, "Basic " + reader, [3]server.Code{"unauthorized", "unauthorized", "unauthorized"}},
		{"an endless key", access.Options{}, "Bearer " + strings.Repeat("k", 300), [3]server.Code{"unauthorized", "unauthorized", "unauthorized"}},
	} {
		g := access.New(s, tt.options)
		for i, scope := range server.Scopes {
			err := g.Allow(ask(tt.key, "192.0.2.1:99"), http.Header{}, scope)
			got := server.Code("")
			if err != nil {
				got = server.CodeOf(err)
			}
			if got != tt.want[i] {
				t.Errorf("%s, %s: %q (%v), want %q", tt.name, scope, got, err, tt.want[i])
			}
			if err != nil && strings.Contains(err.Error(), "qk_") {
				t.Errorf("%s: the refusal shows the key: %v", tt.name, err)
			}
		}
	}
}

func TestARevokedKeyIsOfNoUseSoon(t *testing.T) {
	s := open(t)
	g := access.New(s, access.Options{RequireKey: true})
	text, k := newKey(t, s, "read")
	if scopes, err := g.Authorize(t.Context(), text); err != nil || !slices.Equal(scopes, []string{"read"}) {
		t.Fatalf("Authorize = %v, %v", scopes, err)
	}
	if _, err := s.DropAPIKey(t.Context(), k.ID); err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(30 * time.Second)
	for {
		_, err := g.Authorize(t.Context(), text)
		if server.CodeOf(err) == server.CodeUnauthorized && err != nil {
			break
		}
		if time.Now().After(until) {
			t.Fatal("a revoked key is of use after 30 s")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if scopes, err := g.Authorize(t.Context(), ""); err != nil || len(scopes) > 0 {
		t.Errorf("a client without a token has %v, %v", scopes, err)
	}
}

func TestTheKeyItselfIsNotKept(t *testing.T) {
	redis := storetest.Start(t)
	s := storetest.Open(t, redis, store.Options{})
	text, k := newKey(t, s, "read")
	if len(text) != 46 || !strings.HasPrefix(text, "qk_") {
		t.Errorf("the key is %q", text)
	}
	list, err := s.APIKeys(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != k.ID || strings.Contains(text, k.ID) {
		t.Errorf("kept is %+v, %v", list, err)
	}
	for _, bad := range [][]string{nil, {"read", "root"}} {
		if _, _, _, err := access.NewKey("x", bad, time.Now()); server.CodeOf(err) != server.CodeInvalid {
			t.Errorf("scopes %q: %v", bad, err)
		}
	}
}

func TestRatesAreSharedAndTold(t *testing.T) {
	s := open(t)
	o := access.Options{Address: access.Rate{PerSecond: 0.01, Burst: 40}, Key: access.Rate{PerSecond: 0.01, Burst: 5}}
	guards := []*access.Guard{access.New(s, o), access.New(s, o)}
	allowed, last := 0, http.Header{}
	var refused error
	for i := range 60 {
		head := http.Header{}
		if err := guards[i%2].Allow(ask("", "192.0.2.7:1"), head, "read"); err == nil {
			allowed++
		} else {
			refused, last = err, head
		}
		if head.Get("RateLimit-Policy") != `"default";q=40;w=4000` || !strings.HasPrefix(head.Get("RateLimit"), `"default";r=`) {
			t.Fatalf("request %d is told %v", i, head)
		}
	}
	if allowed != 40 || server.CodeOf(refused) != server.CodeRate || refused == nil {
		t.Errorf("%d requests of a bucket of 40, then %v", allowed, refused)
	}
	if wait, err := strconv.Atoi(last.Get("Retry-After")); err != nil || wait < 60 || wait > 100 {
		t.Errorf("Retry-After is %q, the next token is there in 100 s", last.Get("Retry-After"))
	}
	if err := guards[0].Allow(ask("", "192.0.2.8:1"), http.Header{}, "read"); err != nil {
		t.Errorf("another address: %v", err)
	}
	text, _ := newKey(t, s, "read")
	for i := range 6 {
		err := guards[0].Allow(ask("Bearer "+text, "192.0.2.7:1"), http.Header{}, "read")
		if (err == nil) != (i < 5) {
			t.Errorf("request %d of a key: %v", i, err)
		}
	}
	// Guesses of keys count for the address.
	for i := range 45 {
		err := guards[1].Allow(ask("Bearer qk_guess"+strconv.Itoa(i), "198.51.100.1:1"), http.Header{}, "read")
		if want := map[bool]server.Code{true: server.CodeUnauthorized, false: server.CodeRate}[i < 40]; server.CodeOf(err) != want {
			t.Errorf("guess %d: %v, want %s", i, err, want)
		}
	}
}

func TestAddressesBehindProxies(t *testing.T) {
	s := open(t)
	g := access.New(s, access.Options{Address: access.Rate{PerSecond: 0.001, Burst: 1}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	// Each line is another client, so that the first request of each is allowed.
	for i, tt := range []struct {
		remote, forwarded string
		ok                bool
	}{
		{"192.0.2.1:5", "", true},
		{"192.0.2.1:6", "", false},
		{"192.0.2.1:5", "203.0.113.9", false}, // no proxy: what it says is not believed
		{"10.1.1.1:5", "203.0.113.9", true},
		{"10.2.2.2:5", "198.51.100.77, 203.0.113.9, 10.3.3.3", false}, // the client wrote the first itself
		{"[::ffff:10.1.1.1]:5", "198.51.100.77", true},
		{"[::1]:5", "2001:db8::1", true},
		{"[::1]:5", "2001:db8::ffff:1", false}, // the same network
		{"[::1]:5", "2001:db8:0:1::1", true},
		{"10.1.1.1:5", "nonsense", true}, // the proxy itself
		{"@", "", true},
		{"@", "", false},
	} {
		r := ask("", tt.remote)
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if err := g.Allow(r, http.Header{}, "read"); (err == nil) != tt.ok {
			t.Errorf("%d: %s for %q: %v, want allowed %v", i, tt.remote, tt.forwarded, err, tt.ok)
		}
	}
}

// away is a store that does not answer.
type away struct{}

func (away) APIKey(context.Context, string) (*server.APIKey, error) { return nil, errors.New("away") }
func (away) Take(context.Context, string, float64, int, int) (server.Tokens, error) {
	return server.Tokens{}, errors.New("away")
}

func TestWithoutAStoreReadingGoesOn(t *testing.T) {
	var log bytes.Buffer
	g := access.New(away{}, access.Options{Address: access.Rate{PerSecond: 1, Burst: 1}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	for range 5 {
		if err := g.Allow(ask("", "192.0.2.1:5"), http.Header{}, "read"); err != nil {
			t.Errorf("reading: %v", err)
		}
	}
	if n := strings.Count(log.String(), "rates are not counted"); n != 1 {
		t.Errorf("the log tells %d times", n)
	}
	if err := g.Allow(ask("Bearer qk_some", "192.0.2.1:5"), http.Header{}, "write"); server.CodeOf(err) != server.CodeUnavailable {
		t.Errorf("a key that cannot be looked up: %v", err)
	}
}
