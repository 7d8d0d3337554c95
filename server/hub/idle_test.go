package hub_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/hub"
)

// idlersOf tells a process of this binary to hold idle connections, and where:
// 10,000 clients and their server are more descriptors than a process may have.
const idlersOf = "QUANTUM_IDLERS"

func TestMain(m *testing.M) {
	if address := os.Getenv(idlersOf); address != "" {
		n, err := strconv.Atoi(os.Getenv("QUANTUM_IDLERS_COUNT"))
		if err == nil {
			err = holdIdle(address, n)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// Kinds of connections that come to nothing.
const (
	saysNothing = "says nothing"
	slowHead    = "a byte of the upgrade now and then"
	noHello     = "no hello"
	noPong      = "hello and no pong"
)

var idleKinds = []string{saysNothing, slowHead, noHello, noPong}

// idlers is what became of connections of one kind.
type idlers struct {
	Ended int
	Worst time.Duration // until the last was ended
	Codes map[int]int   // they were closed with; 0 is a cut
}

// holdIdle opens n connections, one kind after the other, says when all are
// open, and what became of them when its input ends.
func holdIdle(address string, n int) error {
	var mu sync.Mutex
	ends := map[string]*idlers{}
	for _, kind := range idleKinds {
		ends[kind] = &idlers{Codes: map[int]int{}}
	}
	for i := range n {
		kind := idleKinds[i%len(idleKinds)]
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
		began := time.Now()
		go func() {
			code := idle(conn, kind)
			mu.Lock()
			defer mu.Unlock()
			end := ends[kind]
			end.Ended++
			end.Worst = max(end.Worst, time.Since(began))
			end.Codes[code]++
		}()
	}
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin)
	mu.Lock()
	defer mu.Unlock()
	return json.NewEncoder(os.Stdout).Encode(ends)
}

// idle does what its kind does until the server ends it, and gives the code.
func idle(conn net.Conn, kind string) (code int) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 256)
	switch kind {
	case saysNothing:
		return closing(in)
	case slowHead:
		ended := make(chan int)
		go func() { ended <- closing(in) }()
		_, _ = io.WriteString(conn, upgrade[:len(upgrade)-2]+"X-Slow: ")
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case code = <-ended:
				return code
			case <-tick.C:
				_, _ = io.WriteString(conn, "1")
			}
		}
	}
	_, _ = io.WriteString(conn, upgrade)
	if _, err := http.ReadResponse(in, nil); err != nil {
		return -1
	}
	if kind == noPong {
		_, _ = conn.Write(masked(0x81, []byte(`{"op":"hello"}`)))
	}
	return closing(in)
}

// held is what this process holds.
type held struct {
	goroutines, files int
	heap              int64
}

func holds() (h held) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	files, _ := os.ReadDir("/proc/self/fd")
	return held{runtime.NumGoroutine(), len(files), int64(m.HeapAlloc + m.StackInuse)}
}

func (h held) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, %d KiB of heap and stacks", h.goroutines, h.files, h.heap>>10)
}

// holdAgainst has another process hold n idle connections until the server has
// ended all, or patience has, and tells what became of them.
func holdAgainst(t *testing.T, o *origin, n int, patience time.Duration) map[string]*idlers {
	t.Helper()
	before := holds()
	ctx, cancel := context.WithTimeout(t.Context(), patience+4*deadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), idlersOf+"="+o.url[len("ws://"):], "QUANTUM_IDLERS_COUNT="+strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	var peak held
	opened := make(chan error, 1)
	go func() {
		_, err := out.ReadString('\n')
		opened <- err
	}()
	for open := false; !open; {
		select {
		case err := <-opened:
			if err != nil {
				t.Fatalf("opening %d connections: %v", n, err)
			}
			open = true
		case <-time.After(20 * time.Millisecond):
		}
		if now := holds(); now.files > peak.files {
			peak = now
		}
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if now := holds(); now.files <= before.files+slack && now.goroutines <= before.goroutines+slack {
			break
		}
	}
	after := holds()
	stdin.Close()
	ends := map[string]*idlers{}
	if err := json.NewDecoder(out).Decode(&ends); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("before: %v", before)
	t.Logf("at most: %v", peak)
	t.Logf("after: %v", after)
	for _, kind := range idleKinds {
		t.Logf("%s: %d of %d were ended, the last after %v, with codes %v", kind, ends[kind].Ended, n/len(idleKinds), ends[kind].Worst.Round(time.Millisecond), ends[kind].Codes)
	}
	return ends
}

// slack is for connections and goroutines of others, such as those to Redis.
const slack = 20

// F15 and slow heads: connections that come to nothing are ended in time, and
// nothing of them stays.
func TestIdleConnectionsLeaveNothingBehind(t *testing.T) {
	n := size(400, 10_000)
	bounds := setup{head: 500 * time.Millisecond, hub: hub.Options{HelloWithin: 300 * time.Millisecond, Silence: 1500 * time.Millisecond, Beat: 160 * time.Millisecond}}
	if long {
		bounds = setup{head: 5 * time.Second, hub: hub.Options{}} // as the origin has them
	}
	bounds.hub.Connections = n + 1
	o := start(t, bounds)
	o.connect().conn.Close()
	free(t, o)
	holdAgainst(t, o, n, 2*deadline) // the runtime keeps what ended goroutines had for others
	before := holds()
	ends := holdAgainst(t, o, n, 2*deadline)
	after := holds()
	if after.files > before.files+slack || after.goroutines > before.goroutines+slack {
		t.Errorf("%v is left of %v", after, before)
	}
	if grown := after.heap - before.heap; grown > 2<<20 {
		t.Errorf("%d KiB are left of the second lot", grown>>10)
	}
	for kind, code := range map[string]int{saysNothing: 0, slowHead: 0, noHello: 4001, noPong: 4002} {
		if got := ends[kind]; got.Ended != n/len(idleKinds) || got.Codes[code] != got.Ended || got.Worst > deadline {
			t.Errorf("%s: %+v, want all %d ended with %d", kind, got, n/len(idleKinds), code)
		}
	}
}

// A server that lacks one of the bounds keeps that kind of connection, which the
// test above would see.
func TestIdleConnectionsStayWithoutBounds(t *testing.T) {
	const n = 40
	for _, tt := range []struct {
		name  string
		setup setup
		stay  []string
	}{
		{"heads", setup{hub: hub.Options{HelloWithin: 50 * time.Millisecond, Silence: 100 * time.Millisecond}}, []string{saysNothing, slowHead}},
		{"hello", setup{head: 50 * time.Millisecond, hub: hub.Options{HelloWithin: time.Hour, Silence: time.Hour}}, []string{noHello, noPong}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := start(t, tt.setup)
			ends := holdAgainst(t, o, n, 2*time.Second)
			for _, kind := range tt.stay {
				if got := ends[kind]; got.Ended != 0 {
					t.Errorf("%s: %d were ended, want none", kind, got.Ended)
				}
			}
		})
	}
}
