package hub_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/hub"
)

// doorkeeper knows some tokens and their scopes.
type doorkeeper struct {
	mu     sync.Mutex
	scopes map[string][]string // guarded by mu, as away
	away   bool
}

func (d *doorkeeper) authorize(_ context.Context, token string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.away {
		return nil, errors.New("the store is away")
	}
	scopes, ok := d.scopes[token]
	if !ok {
		return nil, &server.Error{Code: server.CodeForbidden, Detail: "no such key"}
	}
	return scopes, nil
}

func (d *doorkeeper) change(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

func TestTokensDecideWhoListens(t *testing.T) {
	d := &doorkeeper{scopes: map[string][]string{"reader": {"read", "write"}, "writer": {"write"}, "other": {"read"}}}
	o := start(t, setup{hub: hub.Options{Authorize: d.authorize, PerKey: 2, Recheck: 20 * time.Millisecond}})
	hello := func(token string) *client {
		c := dial(t, o.url)
		c.send(fmt.Sprintf(`{"op":"hello","id":"h","token":%q}`, token))
		return c
	}
	for _, token := range []string{"", "guess"} {
		if code := hello(token).closed(); code != 4500 {
			t.Errorf("token %q: closed with %d, want 4500", token, code)
		}
	}
	first, second := hello("reader"), hello("reader")
	first.expect("welcome", "h")
	second.expect("welcome", "h")
	if code := hello("reader").closed(); code != 4505 {
		t.Errorf("a third connection of two: closed with %d, want 4505", code)
	}
	second.send(`{"op":"auth","id":"a","token":"other"}`)
	second.expect("ok", "a")
	third := hello("reader") // there is room again
	third.expect("welcome", "h")
	third.send(`{"op":"auth","id":"a","token":"guess"}`)
	if code := third.closed(); code != 4500 {
		t.Errorf("auth with a bad token: closed with %d, want 4500", code)
	}
	first.send(sub("1", bars))
	first.expect("ok", "1")

	writer := hello("writer")
	writer.expect("welcome", "h")
	for _, op := range []string{"sub", "snap", "history"} {
		writer.send(fmt.Sprintf(`{"op":%q,"id":"1","ch":%q}`, op, bars))
		if m := writer.expect("err", "1"); m.Code != "forbidden" || m.Status != 403 || m.Retry {
			t.Errorf("%s without the scope: %+v", op, m)
		}
	}

	d.change(func() { d.away = true })
	if code := hello("other").closed(); code != 1011 {
		t.Errorf("while tokens cannot be checked: closed with %d, want 1011", code)
	}
	d.change(func() { d.away = false; delete(d.scopes, "reader") })
	if code := first.closed(); code != 4506 {
		t.Errorf("a revoked token: closed with %d, want 4506", code)
	}
	for _, c := range []*client{second, writer} { // a key that never let its client listen was not revoked
		c.send(`{"op":"ping","id":"p"}`)
		c.expect("ok", "p")
	}
}

func TestAStreamTakesItsTokenFromTheHeader(t *testing.T) {
	d := &doorkeeper{scopes: map[string][]string{"": nil, "reader": {"read"}, "writer": {"write"}}}
	o := start(t, setup{hub: hub.Options{Authorize: d.authorize}})
	for header, status := range map[string]int{
		"": 401, "Bearer": 401, "reader": 401, "Bearer guess": 401, "Bearer writer": 403, "Bearer reader": 200, "bearer reader": 200,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http"+strings.TrimPrefix(o.url, "ws")+"/stream?ch="+bars, nil)
		if err != nil {
			t.Fatal(err)
		}
		if header != "" {
			request.Header.Set("Authorization", header)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != status {
			t.Errorf("Authorization %q: %s, want %d", header, response.Status, status)
		}
	}
}

func TestClosingDrainsFirst(t *testing.T) {
	const drain = 600 * time.Millisecond
	o := start(t, setup{hub: hub.Options{Drain: drain, DrainJitter: 50 * time.Millisecond}})
	leaves, stays := o.connect(), o.connect()
	for _, c := range []*client{leaves, stays} {
		c.send(sub("1", bars))
		c.expect("ok", "1")
	}
	began := time.Now()
	closed := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		closed <- o.hub.Close(ctx)
	}()
	for _, c := range []*client{leaves, stays} {
		if m := c.next(); m.T != "drain" || m.In != 600 || m.Jitter != 50 {
			t.Fatalf("got %+v, want drain", m)
		}
	}
	leaves.conn.Close()
	o.commit(2) // those who stay are served
	stays.run(bars, 1, 2)
	stays.send(`{"op":"snap","id":"2","ch":"` + bars + `"}`)
	if m := stays.next(); m.T != "snap" {
		t.Errorf("got %+v, want a snap", m)
	}
	response, err := http.Get("http" + strings.TrimPrefix(o.url, "ws") + "/stream?ch=" + bars)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
		t.Errorf("a new client is answered %s with Retry-After %q, want 503 and some", response.Status, response.Header.Get("Retry-After"))
	}
	if code := stays.closed(); code != 4003 {
		t.Errorf("closed with %d, want 4003", code)
	}
	if took := time.Since(began); took < drain {
		t.Errorf("the last client was let go after %v, want not before %v", took, drain)
	}
	if err := <-closed; err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestDrainingEndsWhenEverybodyHasLeft(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Drain: deadline}})
	c := o.connect()
	began, closed := time.Now(), make(chan error, 1)
	go func() { closed <- o.hub.Close(context.Background()) }()
	if m := c.next(); m.T != "drain" || m.Jitter != deadline.Milliseconds()/2 {
		t.Fatalf("got %+v, want drain", m)
	}
	c.conn.Close()
	if err := <-closed; err != nil || time.Since(began) > deadline/2 {
		t.Errorf("Close took %v, %v", time.Since(began), err)
	}
}
