package hub_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/quantum-signals/quantum/server/hub"
)

func TestBadClientsAreClosedWithTheRightCode(t *testing.T) {
	o := start(t, setup{hub: hub.Options{
		HelloWithin: 100 * time.Millisecond, Silence: 300 * time.Millisecond, OpsBurst: 10, OpsRate: 1, Queue: 2000,
	}})
	for _, tt := range []struct {
		name string
		do   func(c *client)
		code int
	}{
		{"no hello", func(*client) {}, 4001},
		{"silent", func(c *client) {
			c.conn.SetPingHandler(func(string) error { return nil })
			c.send(`{"op":"hello"}`)
		}, 4002},
		{"three malformed messages", func(c *client) {
			c.send(`{"op":"hello"}`)
			c.send(`{`)
			c.send(`[1]`)
			c.send(`{"op":"ping","id":7}`)
		}, 4503},
		{"too many operations", func(c *client) {
			for range 12 {
				c.send(`{"op":"hello"}`)
			}
		}, 4029},
		{"a binary frame", func(c *client) { _ = c.conn.WriteMessage(websocket.BinaryMessage, []byte("{}")) }, 1003},
		{"text that is not UTF-8", func(c *client) { c.send("{\"op\":\"\xff\"}") }, 1007},
		{"too large a frame", func(c *client) { c.send(`{"op":"` + strings.Repeat("x", 17<<10) + `"}`) }, 1009},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, o.url)
			tt.do(c)
			if code := c.closed(); code != tt.code {
				t.Errorf("closed with %d, want %d", code, tt.code)
			}
		})
	}
}

func TestOperationsAreRefusedByName(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Channels: 2}})
	c := dial(t, o.url)
	c.send(`{"op":"ping","id":"0"}`)
	if m := c.expect("err", "0"); m.Status != 400 {
		t.Errorf("before hello: %+v, want 400", m)
	}
	c.send(`{"op":"hello","id":"h","unknown":{"deep":[1]}}`)
	c.expect("welcome", "h")
	list := make([]string, 101)
	for i := range list {
		list[i] = sub("x", bars)
	}
	for _, tt := range []struct{ text, code string }{
		{sub("1", "bars:sim:OTHER:1m"), "not_found"},
		{sub("1", "trades:sim:SIMUSDT:1m"), "invalid_parameter"},
		{sub("1", "bars:SIM:1m"), "invalid_parameter"},
		{sub("1", "bars:sim:SIMUSDT:1x"), "invalid_parameter"},
		{`{"op":"shout","id":"1"}`, "invalid_parameter"},
		{`{"op":"snap","id":"1","ch":"forming:sim:SIMUSDT:1m"}`, "invalid_parameter"},
		{`{"op":"subs","id":"1","list":[` + strings.Join(list, ",") + `]}`, "invalid_parameter"},
		{`{"op":"sub","id":"1","ch":"bars:sim:SIMUSDT:1m","since":{"seq":-1}}`, "malformed"},
	} {
		c.send(tt.text)
		if m := c.expect("err", "1"); m.Code != any(tt.code) || m.Msg == "" || m.Retry {
			t.Errorf("%.80s is refused with %+v, want %s", tt.text, m, tt.code)
		}
	}
	c.send(sub("1", bars))
	c.send(sub("2", signals))
	c.send(sub("3", bars)) // again: takes the place of the first
	for _, id := range []string{"1", "2", "3"} {
		c.expect("ok", id)
	}
	c.send(sub("4", "forming:sim:SIMUSDT:1m"))
	if m := c.expect("err", "4"); !strings.Contains(m.Msg, "at most 2 channels") {
		t.Errorf("a third channel of two is refused with %+v", m)
	}
}

func TestConnectingIsRefused(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Connections: 1, Origins: []string{"https://app.example"}}})
	connect := func(origin, subprotocol string) (*websocket.Conn, int) {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		d := websocket.Dialer{Subprotocols: []string{subprotocol}}
		conn, response, err := d.Dial(o.url, header)
		if err != nil && response == nil {
			t.Fatalf("dial: %v", err)
		}
		return conn, response.StatusCode
	}
	for _, tt := range []struct {
		origin string
		status int
	}{
		{"https://other.example", 403}, {"https://app.example.evil", 403}, {"null", 403},
		{"https://app.example", 101}, {"http" + strings.TrimPrefix(o.url, "ws"), 101}, {"", 101},
	} {
		conn, status := connect(tt.origin, hub.Subprotocol)
		if status != tt.status {
			t.Errorf("origin %q: %d, want %d", tt.origin, status, tt.status)
		}
		if conn == nil {
			continue
		}
		if _, status := connect("", hub.Subprotocol); status != 503 {
			t.Errorf("a second connection of one: %d, want 503", status)
		}
		conn.Close()
		free(t, o)
	}
	conn, _ := connect("", "other.v9")
	if code := (&client{t: t, conn: conn}).closed(); code != 4504 {
		t.Errorf("another subprotocol: %d, want 4504", code)
	}
	free(t, o)
	response, err := http.Get("http" + strings.TrimPrefix(o.url, "ws"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusBadRequest || response.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a plain GET: %d %s, want a problem with 400", response.StatusCode, response.Header.Get("Content-Type"))
	}
}

// free waits until no connection is left.
func free(t *testing.T, o *origin) {
	t.Helper()
	for end := time.Now().Add(deadline); o.hub.Stats().Connections > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the connection is still counted")
		}
	}
}

func TestASlowReaderIsLetGoAndCostsNobody(t *testing.T) {
	o := start(t, setup{hub: hub.Options{
		Beat: 50 * time.Millisecond, SlowAfter: 6 * time.Second, WriteWait: 2 * time.Second, Ring: 64,
	}})
	slow, quick := o.connect(), o.connect()
	for _, c := range []*client{slow, quick} {
		c.send(fmt.Sprintf(`{"op":"subs","id":"1","list":[%s,%s]}`, sub("b", bars), sub("s", signals)))
		c.expect("ok", "b")
		c.expect("ok", "s")
	}
	connections := o.hub.Stats().Connections
	next := map[string]int64{bars: 1, signals: 1}
	worst := time.Duration(0)
	for end := time.Now().Add(deadline); o.hub.Stats().Connections == connections; {
		if time.Now().After(end) {
			t.Fatal("the slow reader is still connected")
		}
		began := time.Now()
		o.commit(400)
		for range 800 {
			m := quick.next()
			if m.Seq != next[m.Ch] {
				t.Fatalf("got %s %d, want %d", m.Ch, m.Seq, next[m.Ch])
			}
			next[m.Ch]++
		}
		worst = max(worst, time.Since(began))
	}
	if worst > deadline/2 {
		t.Errorf("400 bars took up to %v to reach the quick reader", worst)
	}
	// What was on its way arrives, in order, and then the end.
	for next := map[string]int64{bars: 1, signals: 1}; ; {
		m, err := slow.read()
		if err != nil {
			// Where a frame got stuck on the way no code can follow it.
			if !websocket.IsCloseError(err, 4008, websocket.CloseAbnormalClosure) && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("the slow reader ends with %v, want 4008 or a cut", err)
			}
			return
		}
		if m.Seq != next[m.Ch] && m.T != "hb" {
			t.Fatalf("the slow reader got %s %d, want %d", m.Ch, m.Seq, next[m.Ch])
		}
		next[m.Ch]++
	}
}
