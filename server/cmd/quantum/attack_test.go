package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store/storetest"
)

// resident is the memory of an origin in bytes, and how many files it has open,
// as its metrics tell.
func resident(t *testing.T, url string) (memory, files float64) {
	t.Helper()
	response, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) float64 {
		_, rest, _ := strings.Cut(string(text), "\n"+name+" ")
		number, _, _ := strings.Cut(rest, "\n")
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			t.Fatalf("%s is %q", name, number)
		}
		return v
	}
	return read("process_resident_memory_bytes"), read("process_open_fds")
}

// halfOpen is how many sockets ask for something and never say what.
const halfOpen = 10_000

func TestHalfOpenSocketsCostLittleAndGo(t *testing.T) {
	_, url := startProcess(t, storetest.Start(t), "HEADER_TIMEOUT=4s", "MAX_CONNECTIONS=12000")
	address := strings.TrimPrefix(url, "http://")
	before, idle := resident(t, url)
	conns := make([]net.Conn, halfOpen)
	defer func() {
		for _, c := range conns {
			if c != nil {
				c.Close()
			}
		}
	}()
	var wg sync.WaitGroup
	for part := range 8 {
		wg.Go(func() {
			for i := part; i < halfOpen; i += 8 {
				c, err := net.Dial("tcp", address)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(c, "POST /api/v1/signals/cipher HTTP/1.1\r\nHost: x\r\nX-Half: ")
				conns[i] = c
			}
		})
	}
	wg.Wait()
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}}
	began := time.Now()
	response, err := client.Get(url + "/healthz")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("beside %d half-open sockets: %v", halfOpen, err)
	}
	response.Body.Close()
	took := time.Since(began)
	during, open := resident(t, url)
	t.Logf("%d half-open sockets: %.0f MiB before, %.0f MiB with %.0f files open, %.1f KiB a socket; a request took %v", halfOpen, before/(1<<20), during/(1<<20), open, (during-before)/1024/halfOpen, took)
	if during-before > 128<<10*halfOpen { // under the race detector, which takes several times as much
		t.Errorf("a half-open socket costs %.0f bytes, must be at most 128 KiB", (during-before)/halfOpen)
	}
	for until := time.Now().Add(limit); ; time.Sleep(50 * time.Millisecond) {
		if _, open = resident(t, url); open < idle+50 {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("%.0f files are open after the time for headers", open)
		}
	}
}

func TestMemoryStaysBoundedUnderHostileBodies(t *testing.T) {
	_, url := startProcess(t, storetest.Start(t), "MAX_BODIES=33554432", "COMPUTE_AT_ONCE=2")
	var bars bytes.Buffer
	for i := range 50_000 {
		fmt.Fprintf(&bars, "%s[%d,1.5,2.25,0.75,1.25,%d]", map[bool]string{true: "", false: ","}[i == 0], int64(i)*60_000, i)
	}
	// Requests of the greatest size for the greatest answer, all at once.
	body := `{"interval":"1m","candles":[` + bars.String() + `]}`
	before, _ := resident(t, url)
	var mu sync.Mutex
	status := map[int]int{}
	peak := before
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			response, err := http.Post(url+"/api/v1/signals/cipher", "application/json", strings.NewReader(body))
			if err != nil {
				return // refused before the body was sent
			}
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			mu.Lock()
			status[response.StatusCode]++
			mu.Unlock()
		})
	}
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(20 * time.Millisecond):
			now, _ := resident(t, url)
			peak = max(peak, now)
		}
	}
	t.Logf("24 requests of %d KiB: %v; %.0f MiB before, %.0f MiB at most", len(body)>>10, status, before/(1<<20), peak/(1<<20))
	if peak-before > 600<<20 {
		t.Errorf("memory grew by %.0f MiB", (peak-before)/(1<<20))
	}
	if status[200] == 0 || status[200]+status[503] < 20 {
		t.Errorf("statuses are %v, want answers and 503", status)
	}
}
