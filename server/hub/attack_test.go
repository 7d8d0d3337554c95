package hub_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/quantum-signals/quantum/server/hub"
	"github.com/quantum-signals/quantum/server/proof"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// raw is a connection that has been upgraded and speaks bytes.
func raw(t *testing.T, url, extensions string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(deadline))
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n", extensions)
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v, %v", response, err)
	}
	return conn, in
}

// masked is a frame of a client, with a mask of zeros.
func masked(first byte, payload []byte) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 128|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 128|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 128|127), uint64(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// closing reads until the server closes, and gives the code; 0 where it cut the
// connection without one.
func closing(in *bufio.Reader) int {
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(in, head); err != nil {
			return 0
		}
		size := int(head[1] & 127)
		if size == 126 {
			more := make([]byte, 2)
			if _, err := io.ReadFull(in, more); err != nil {
				return 0
			}
			size = int(binary.BigEndian.Uint16(more))
		}
		payload := make([]byte, size)
		if _, err := io.ReadFull(in, payload); err != nil {
			return 0
		}
		if head[0]&15 == 8 && size >= 2 {
			return int(binary.BigEndian.Uint16(payload))
		}
	}
}

// F13: every kind of bad frame ends its own connection with its own code.
func TestBadFramesEndTheirConnectionOnly(t *testing.T) {
	o := start(t, setup{hub: hub.Options{HelloWithin: 500 * time.Millisecond, Beat: 160 * time.Millisecond}})
	good := o.connect()
	good.send(sub("1", bars))
	good.expect("ok", "1")
	var bomb bytes.Buffer
	w, _ := flate.NewWriter(&bomb, flate.BestCompression)
	_, _ = w.Write(make([]byte, 1<<20))
	_ = w.Close()
	deep := func(n int) []byte {
		return []byte(`{"op":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`)
	}
	for _, tt := range []struct {
		name  string
		bytes []byte
		code  int
	}{
		{"an unknown opcode", masked(0x83, []byte("{}")), 1002},
		{"reserved bits", masked(0xf1, []byte("{}")), 1002},
		{"no mask", []byte{0x81, 2, '{', '}'}, 1002},
		{"a huge length", append([]byte{0x81, 128 | 127}, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0), 1009},
		{"a negative length", append([]byte{0x81, 128 | 127}, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0), 1009},
		{"more than a frame may hold", masked(0x81, make([]byte, 17<<10)), 1009},
		{"more than that in pieces", append(masked(0x01, bytes.Repeat([]byte{' '}, 10<<10)), masked(0x80, make([]byte, 10<<10))...), 1009},
		{"a piece of nothing", masked(0x80, []byte("x")), 1002},
		{"a control frame in pieces", masked(0x09, []byte("x")), 1002},
		{"a long control frame", masked(0x89, make([]byte, 126)), 1002},
		{"a close of one byte, as one without a code", masked(0x88, []byte{3}), 0},
		{"a close code that does not exist", masked(0x88, []byte{0, 1}), 1002},
		{"text that is not UTF-8, in pieces", append(masked(0x01, []byte("{\"op\":\"\xe2")), masked(0x80, []byte("\x28\"}"))...), 1007},
		{"binary", masked(0x82, []byte("{}")), 1003},
		{"deflate that was not agreed on", masked(0xc1, bomb.Bytes()[:1000]), 1002},
		{"deep JSON, three times", slices.Concat(masked(0x81, deep(8000)), masked(0x81, deep(8000)), masked(0x81, deep(8000))), 4503},
		{"half a value, three times", slices.Concat(masked(0x81, []byte(`{"op":"`)), masked(0x81, []byte(`{"op":"\ud8`)), masked(0x81, []byte(`nul`))), 4503},
		{"nothing, three times", slices.Concat(masked(0x81, nil), masked(0x81, nil), masked(0x81, nil)), 4503},
		{"half a frame", masked(0x81, []byte(`{"op":"hello"}`))[:9], 4001},
	} {
		for _, extensions := range []string{"", "Sec-WebSocket-Extensions: permessage-deflate\r\n"} {
			conn, in := raw(t, o.url, extensions)
			if _, err := conn.Write(tt.bytes); err != nil {
				t.Fatal(err)
			}
			if code := closing(in); code != tt.code {
				t.Errorf("%s: closed with %d, want %d", tt.name, code, tt.code)
			}
			conn.Close()
		}
	}
	o.commit(1)
	good.run(bars, 1, 1)
}

// F15: connections that do nothing are ended in time, and nothing of them
// stays.
func TestIdleConnectionsLeaveNothingBehind(t *testing.T) {
	n := size(150, 2000)
	o := start(t, setup{hub: hub.Options{HelloWithin: 300 * time.Millisecond, Silence: 600 * time.Millisecond, Beat: 160 * time.Millisecond}})
	settle := func() int {
		free(t, o)
		runtime.GC()
		return runtime.NumGoroutine()
	}
	before := settle()
	for range n {
		raw(t, o.url, "") // says nothing
		conn, _ := raw(t, o.url, "")
		if _, err := conn.Write(masked(0x81, []byte(`{"op":"hello"}`))); err != nil { // and nothing more, no pong either
			t.Fatal(err)
		}
	}
	free(t, o)
	storetest.Eventually(t, deadline, "goroutines have ended", func() bool { return settle() < before+20 })
}

// Names nobody feeds, and as many as there is time for, are refused and leave
// nothing in memory.
func TestAMillionNamesTakeNoMemory(t *testing.T) {
	names := size(30_000, 1_000_000)
	o := start(t, setup{hub: hub.Options{OpsRate: 1e9, OpsBurst: 1 << 30}})
	held := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	c := o.connect()
	before := held()
	for at := 0; at < names; at += 100 {
		list := make([]string, 100)
		for i := range list {
			list[i] = sub("x", fmt.Sprintf("bars:sim:N%d:1m", at+i))
		}
		c.send(`{"op":"subs","list":[` + strings.Join(list, ",") + `]}`)
		for range list {
			if m := c.expect("err", "x"); m.Code != "not_found" {
				t.Fatalf("got %+v, want not_found", m)
			}
		}
	}
	after := held()
	t.Logf("%d names: %d KiB before, %d KiB after, %d channels", names, before>>10, after>>10, o.hub.Stats().Channels)
	if grown := after - before; grown > 4<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	if channels := o.hub.Stats().Channels; channels != 0 {
		t.Errorf("%d channels are kept", channels)
	}
}

// F12: clients that read slowly, or not at all, are let go, cost the others
// nothing they would miss, and resume.
func TestSlowClientsAreLetGoAndResume(t *testing.T) {
	o := start(t, setup{store: store.Options{Retention: store.Retention{Events: 1_000_000}}, hub: hub.Options{
		Beat: 160 * time.Millisecond, SlowAfter: time.Second, WriteWait: time.Second, Ring: 64, Queue: 8 << 10,
	}})
	o.log = &proof.Log{}
	quick := walkers(t, o, 5, bars, signals)
	slow := make([]*walker, 3)
	for i := range slow {
		w := walk(t, o.log, fmt.Sprintf("slow %d", i), o.url, bars, signals)
		w.mu.Lock()
		w.slow = 3 * time.Millisecond
		w.mu.Unlock()
		slow[i] = w
		w.cut("") // so that it comes again, with little room for what it does not read
	}
	await(t, "the slow ones are attached", slow, func(w *walker) bool { connected, _ := w.is(); return connected })
	deaf := o.connect() // never reads again
	deaf.send(fmt.Sprintf(`{"op":"subs","list":[%s,%s]}`, sub("b", bars), sub("s", signals)))
	deaf.expect("ok", "b")
	deaf.expect("ok", "s")
	began, letGo := time.Now(), time.Duration(0)
	cuts := func() (n int) {
		for _, w := range slow {
			w.mu.Lock()
			n += len(w.ends)
			w.mu.Unlock()
		}
		return n
	}
	all := o.hub.Stats().Connections
	for cuts() < len(slow) || letGo == 0 {
		o.commit(100)
		head := int64(o.bars)
		await(t, "the quick ones have heard it", quick, func(w *walker) bool { return w.at(head, bars, signals) })
		if o.hub.Stats().Connections < all && letGo == 0 {
			letGo = time.Since(began)
		}
		if time.Since(began) > deadline {
			t.Fatalf("%d cuts of %d slow clients, and the deaf one let go after %v", cuts(), len(slow), letGo)
		}
	}
	for _, w := range slow {
		w.mu.Lock()
		w.slow = 0
		w.mu.Unlock()
	}
	head := int64(o.bars)
	await(t, "the slow ones have caught up", slow, func(w *walker) bool { return w.at(head, bars, signals) })
	for _, w := range quick {
		w.mu.Lock()
		if len(w.ends) > 0 {
			t.Errorf("%s was let go: %v", w.name, w.ends)
		}
		w.mu.Unlock()
	}
	if r := proves(t, o.log); r.Gaps != 0 {
		t.Errorf("%v: want no gap", r)
	}
	if _, err := deaf.read(); err == nil { // what was on its way
		for err == nil {
			_, err = deaf.read()
		}
		if !websocket.IsCloseError(err, 4008, websocket.CloseAbnormalClosure) && !errors.Is(err, io.ErrUnexpectedEOF) && !strings.Contains(err.Error(), "reset") {
			t.Errorf("the deaf client ends with %v", err)
		}
	}
}
