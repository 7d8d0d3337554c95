package hub_test

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/quantum-signals/quantum/server/hub"
)

const deflateOffer = "Sec-WebSocket-Extensions: permessage-deflate\r\n"

// deflatedText is text as a message of permessage-deflate.
func deflatedText(text []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression) // the level exists
	_, _ = w.Write(text)
	_ = w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte{0, 0, 0xff, 0xff})
}

// connectDeflated connects a client that offers the extension, and tells what
// the server answered to that.
func connectDeflated(t *testing.T, url string) (c *client, agreed string) {
	t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{hub.Subprotocol}, EnableCompression: true}
	conn, response, err := dialer.DialContext(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c = &client{t: t, conn: conn}
	c.send(`{"op":"hello","id":"h"}`)
	c.expect("welcome", "h")
	return c, response.Header.Get("Sec-WebSocket-Extensions")
}

// However many clients hear a frame from the same place on, it is deflated once.
func TestASharedFrameIsDeflatedOnce(t *testing.T) {
	const clients, rounds = 25, 12
	o := start(t, setup{hub: hub.Options{Compression: true, Beat: time.Hour}})
	all := make([]*client, clients)
	for i := range all {
		c, agreed := connectDeflated(t, o.url)
		if !strings.Contains(agreed, "server_no_context_takeover") || !strings.Contains(agreed, "client_no_context_takeover") {
			t.Fatalf("the server agreed on %q", agreed)
		}
		c.send(sub("b", bars))
		c.expect("ok", "b")
		all[i] = c
	}
	plain := o.connect() // hears the same, as it is
	plain.send(sub("b", bars))
	plain.expect("ok", "b")
	everybody := slices.Concat(all, []*client{plain})
	for round := range rounds {
		o.commit(1)
		for _, c := range everybody {
			c.run(bars, int64(round+1), int64(round+1))
		}
	}
	if got := o.hub.Stats().Deflated; got != rounds {
		t.Errorf("%d frames for %d clients took %d deflations, want %d", rounds, clients, got, rounds)
	}
	o.commit(500) // joined, and read from the store
	for _, c := range everybody {
		c.run(bars, rounds+1, rounds+500)
	}
	if got := o.hub.Stats().Deflated; got > rounds+500 {
		t.Errorf("500 messages to %d clients took %d deflations", clients, got-rounds)
	}
}

// What goes over the line is deflated where that was agreed on, and only there.
func TestFramesAreDeflatedWhereThatIsAgreedOn(t *testing.T) {
	for _, tt := range []struct {
		on         bool
		extensions string
		want       bool
	}{{true, deflateOffer, true}, {true, "", false}, {false, deflateOffer, false}} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			o := start(t, setup{hub: hub.Options{Compression: tt.on}})
			conn, in := raw(t, o.url, tt.extensions)
			hello := []byte(`{"op":"hello","id":"h"}`)
			frame := masked(0x81, hello)
			if tt.want {
				frame = masked(0xc1, deflatedText(hello))
			}
			if _, err := conn.Write(frame); err != nil {
				t.Fatal(err)
			}
			var head [4]byte
			if _, err := io.ReadFull(in, head[:]); err != nil {
				t.Fatal(err)
			}
			if got := head[0]&0x40 != 0; got != tt.want || head[1] != 126 {
				t.Fatalf("a frame begins with %x, want deflated: %v", head, tt.want)
			}
			text := make([]byte, int(head[2])<<8|int(head[3]))
			if _, err := io.ReadFull(in, text); err != nil {
				t.Fatal(err)
			}
			if tt.want {
				text, _ = io.ReadAll(flate.NewReader(bytes.NewReader(slices.Concat(text, []byte{0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff})))) // an end it lacks
			}
			if !bytes.HasPrefix(text, []byte(`{"t":"welcome"`)) {
				t.Errorf("the server says %q", text)
			}
		})
	}
}

// F13: what inflates a thousandfold ends its connection before it has. A hub
// without such a bound is found out.
func TestBombsDoNotGoOff(t *testing.T) {
	bombs := size(40, 1000)
	bomb := masked(0xc1, deflatedText(make([]byte, 15<<20)))
	if len(bomb) > 16<<10 {
		t.Fatalf("the bomb is %d bytes", len(bomb))
	}
	for _, fault := range []bool{false, true} { // a frame may be as large as the bomb inflates to
		t.Run(fmt.Sprintf("fault=%v", fault), func(t *testing.T) {
			options := hub.Options{Compression: true}
			if fault {
				options.Frame, bombs = 64<<20, 4
			}
			o := start(t, setup{hub: options})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			var all sync.WaitGroup
			slots := make(chan struct{}, 20)
			codes := make([]int, bombs)
			for i := range bombs {
				conn, in := raw(t, o.url, deflateOffer)
				slots <- struct{}{}
				all.Go(func() {
					defer func() { <-slots }()
					defer conn.Close()
					if _, err := conn.Write(bomb); err == nil && !fault {
						codes[i] = closing(in)
					}
					if fault {
						_, _ = conn.Write(masked(0x88, []byte{3, 0xe8}))
						codes[i] = closing(in)
					}
				})
			}
			all.Wait()
			free(t, o)
			runtime.ReadMemStats(&after)
			each := int64(after.TotalAlloc-before.TotalAlloc) / int64(bombs)
			t.Logf("%d bombs of %d bytes that inflate to 15 MiB: %d KiB allocated for each", bombs, len(bomb), each>>10)
			if large := each > 1<<20; large != fault {
				t.Errorf("%d bytes were allocated for each; fault %v", each, fault)
			}
			for i, code := range codes {
				if code != websocket.CloseMessageTooBig && !fault {
					t.Errorf("bomb %d ended with %d, want 1009", i, code)
				}
			}
		})
	}
}

// Text that does not inflate ends its connection with a code.
func TestWhatDoesNotInflateIsToldSo(t *testing.T) {
	o := start(t, setup{hub: hub.Options{Compression: true}})
	conn, in := raw(t, o.url, deflateOffer)
	if _, err := conn.Write(masked(0xc1, bytes.Repeat([]byte{0xff}, 100))); err != nil {
		t.Fatal(err)
	}
	if code := closing(in); code != 1007 {
		t.Errorf("closed with %d, want 1007", code)
	}
}
