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
	"github.com/quantum-signals/quantum/server/live"
	"github.com/quantum-signals/quantum/server/proof"
	"github.com/quantum-signals/quantum/server/store"
)

// upgrade is the request of a client.
const upgrade = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

// raw is a connection that has been upgraded and speaks bytes.
func raw(t *testing.T, url, extensions string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(deadline))
	_, _ = io.WriteString(conn, strings.TrimSuffix(upgrade, "\r\n")+extensions+"\r\n") // a failure is read next
	in := bufio.NewReader(conn)
	response, err := http.ReadResponse(in, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v, %v", response, err)
	}
	return conn, in
}

const notAgreed = "deflate that was not agreed on"

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
	for _, deflate := range []bool{false, true} {
		t.Run(fmt.Sprintf("deflate=%v", deflate), func(t *testing.T) { badFrames(t, deflate) })
	}
}

func badFrames(t *testing.T, deflate bool) {
	o := start(t, setup{hub: hub.Options{Compression: deflate, HelloWithin: 500 * time.Millisecond, Beat: 160 * time.Millisecond}})
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
		{notAgreed, masked(0xc1, bomb.Bytes()[:1000]), 1002},
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
			code := tt.code
			if deflate && extensions != "" && tt.name == notAgreed {
				code = 1009 // it is a bomb
			}
			if got := closing(in); got != code {
				t.Errorf("%s, %q: closed with %d, want %d", tt.name, extensions, got, code)
			}
			conn.Close()
		}
	}
	o.commit(1)
	good.run(bars, 1, 1)
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

// F12, second half: clients that read slowly, or not at all, are let go within 40
// s and resume, and nobody misses anything. A hub that lets nobody go is found
// out.
func TestSlowClientsAreLetGoAndResume(t *testing.T) {
	for _, fault := range []bool{false, true} {
		t.Run(fmt.Sprintf("fault=%v", fault), func(t *testing.T) { slowClients(t, fault) })
	}
}

func slowClients(t *testing.T, fault bool) {
	options := hub.Options{Beat: 160 * time.Millisecond, SlowAfter: time.Second, WriteWait: time.Second, Ring: 64, Queue: 8 << 10}
	patience, pause := deadline, 3*time.Millisecond
	if long { // as the origin has them
		options.SlowAfter, options.WriteWait, patience, pause = 30*time.Second, 10*time.Second, 40*time.Second, 10*time.Millisecond
	}
	if fault {
		options.SlowAfter, options.WriteWait, options.Behind, patience = time.Hour, time.Hour, 1<<40, 3*time.Second
	}
	o := start(t, setup{store: store.Options{Retention: store.Retention{Events: 1_000_000}}, hub: options})
	o.log = &proof.Log{}
	quick := walkers(t, o, 5, bars, signals)
	slow := make([]*walker, 3)
	for i := range slow {
		w := walk(t, o.log, fmt.Sprintf("slow %d", i), o.url, bars, signals)
		w.mu.Lock()
		w.slow = pause
		w.mu.Unlock()
		slow[i] = w
	}
	await(t, "the slow ones are here", slow, func(w *walker) bool { connected, _ := w.is(); return connected })
	for _, w := range slow {
		w.cut("") // so that it comes again, with little room for what it does not read
	}
	await(t, "the slow ones are attached", slow, func(w *walker) bool {
		connected, sessions := w.is()
		return connected && sessions > 1
	})
	alone, url := o.serve(o.store, options)
	deaf := dial(t, url) // never reads again; its hub has nobody else
	deaf.send(`{"op":"hello","id":"h"}`)
	deaf.expect("welcome", "h")
	deaf.send(fmt.Sprintf(`{"op":"subs","list":[%s,%s]}`, sub("b", bars), sub("s", signals)))
	deaf.expect("ok", "b")
	deaf.expect("ok", "s")
	began, gone := time.Now(), map[*walker]time.Duration{}
	deafGone := time.Duration(0)
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for len(gone) < len(slow) || deafGone == 0 {
		<-pace.C
		o.commit(20)
		head := int64(o.bars)
		await(t, "the quick ones have heard it", quick, func(w *walker) bool { return w.at(head, bars, signals) })
		for _, w := range slow {
			if _, was := gone[w]; !was && w.letGo() {
				gone[w] = time.Since(began)
			}
		}
		_ = deaf.conn.WriteControl(websocket.PongMessage, nil, time.Now().Add(deadline)) // it is not silent; once let go, that is seen below
		if deafGone == 0 && alone.Stats().Connections == 0 {
			deafGone = time.Since(began)
		}
		if time.Since(began) > patience {
			break
		}
	}
	if late := len(gone) < len(slow) || deafGone == 0; late != fault {
		t.Errorf("%d of %d slow clients were let go, and the deaf one after %v, within %v; fault %v", len(gone), len(slow), deafGone, patience, fault)
	}
	for _, w := range slow {
		w.mu.Lock()
		t.Logf("%s was let go with 4008 after %v; its connections ended with %v", w.name, gone[w].Round(time.Millisecond), w.ends)
		w.slow = 0
		w.mu.Unlock()
	}
	t.Logf("the deaf one was let go after %v", deafGone.Round(time.Millisecond))
	if fault {
		return
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

// letGo tells whether the client was once let go because it was slow.
func (w *walker) letGo() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.ends, func(err error) bool {
		var closed *live.Closed
		return errors.As(err, &closed) && closed.Code == 4008
	})
}
