package hub

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/quantum-signals/quantum/server"
)

// FuzzOperation holds what a client's text can do: it is an operation within
// its bounds, or refused with an answer that is JSON.
func FuzzOperation(f *testing.F) {
	for _, seed := range []string{
		`{"op":"hello","id":"1","token":"t","client":"web/1.0","join":true}`,
		`{"op":"sub","id":"3","ch":"signals:binance:BTCUSDT:1h","since":{"epoch":"k3f9","seq":1041,"last":"e_9f2c"}}`,
		`{"op":"subs","id":"4","list":[{"ch":"markets"},{"ch":"alerts:a1"},{"ch":"bars:sim:X:*","snap":true}]}`,
		`{"op":"history","id":"7","ch":"bars:sim:X:1m","from":900,"limit":500}`,
		`{"op":"sub","since":{"seq":-1}}`, `{"op":"sub","op":"unsub"}`, `{"op":"\ud800"}`, `[`, `{"op":"x","list":[[[[[[`, `{"op":1e999}`, "{\"op\":\"\x00\"}",
		`{"op":"sub","id":"` + strings.Repeat("é", 20) + `"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) {
			return // is not let in
		}
		o, err := parse(text)
		if err != nil {
			var answer struct {
				T, Code string
				Status  int
			}
			if text := refused(o.id, err); json.Unmarshal(text, &answer) != nil || answer.T != "err" || answer.Status < 400 || answer.Status > 499 {
				t.Errorf("refused with %s", text)
			}
			return
		}
		if o.op == "" || len(o.id) > maxID || len(o.list) > maxList || !json.Valid(text) {
			t.Errorf("%s is taken as %+v", text, o)
		}
		for _, name := range append([]operation{o}, o.list...) {
			channel, err := parseTopic(name.ch)
			if err == nil && channel.String() != name.ch {
				t.Errorf("%q is the channel %s", name.ch, channel)
			}
			if err != nil && !json.Valid(refused(name.id, err)) {
				t.Errorf("%q is refused with %s", name.ch, refused(name.id, err))
			}
		}
	})
}

// FuzzFrames lets bytes at the hub as they come behind an upgrade: whatever they
// are, the connection ends, and the hub is there for the next client.
func FuzzFrames(f *testing.F) {
	h := New(nowhere{}, Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), HelloWithin: time.Second, OpsBurst: 1000})
	web := httptest.NewServer(h)
	f.Cleanup(func() {
		if err := h.Close(context.Background()); err != nil {
			f.Error(err)
		}
		web.Close()
	})
	for _, seed := range []string{
		"\x81\x82\x00\x00\x00\x00{}", "\x81\xfe\xff\xff\x00\x00\x00\x00", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", "\xc1\x81\x00\x00\x00\x00x",
		"\x01\x81\x00\x00\x00\x00{\x80\x81\x00\x00\x00\x00}", "\x88\x80\x00\x00\x00\x00", "\x89\x80\x00\x00\x00\x00", "\x88\x82\x00\x00\x00\x00\x03\xe8",
		"\x81\x8e\x00\x00\x00\x00{\"op\":\"hello\"}\x81\x8d\x00\x00\x00\x00{\"op\":\"ping\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		conn, in := upgraded(t, web.Listener.Addr().String())
		defer conn.Close()
		_, _ = conn.Write(bytes) // the hub may have had enough
		_ = conn.(*net.TCPConn).CloseWrite()
		if _, err := io.Copy(io.Discard, in); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%q: the connection does not end", bytes)
		}
		next, answers := upgraded(t, web.Listener.Addr().String())
		defer next.Close()
		_, _ = next.Write([]byte("\x81\x8e\x00\x00\x00\x00{\"op\":\"hello\"}"))
		head := make([]byte, 4)
		if _, err := io.ReadFull(answers, head); err != nil || head[0] != 0x81 {
			t.Fatalf("after %q the next client hears %x, %v", bytes, head, err)
		}
	})
}

// upgraded is a connection behind its upgrade.
func upgraded(t *testing.T, address string) (net.Conn, *bufio.Reader) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	in := bufio.NewReader(conn)
	response, failed := http.ReadResponse(in, nil)
	if err != nil || failed != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v, %v, %v", response, err, failed)
	}
	return conn, in
}

// nowhere is a log of nothing: frames are what is tried.
type nowhere struct{}

func (nowhere) Epoch() string                                                      { return "e1" }
func (nowhere) Heads(context.Context, ...server.Series) ([]server.Heads, error)    { return nil, nil }
func (nowhere) Replay(context.Context, string, int64, int) ([]server.Entry, error) { return nil, nil }
func (nowhere) Watched(context.Context) ([]server.Watched, error)                  { return nil, nil }
func (nowhere) Markets(context.Context) ([]server.MarketStatus, error)             { return nil, nil }
