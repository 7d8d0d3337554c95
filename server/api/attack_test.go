package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/api"
	"github.com/quantum-signals/quantum/server/compute"
	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// zeros are n bytes of white space, which JSON may begin with, compressed.
func zeros(t *testing.T, coding string, n int64) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if coding == "zstd" {
		e, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w = e
	}
	block := bytes.Repeat([]byte(" "), 1<<20)
	for range n >> 20 {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestABodyCompressedAThousandfoldIsRefused(t *testing.T) {
	o := start(t, api.Options{MaxBulk: 16 << 20})
	for _, coding := range []string{"gzip", "zstd"} {
		bomb := zeros(t, coding, 256<<20)
		if ratio := (256 << 20) / len(bomb); ratio < 1000 {
			t.Fatalf("%s compresses %d to 1 only", coding, ratio)
		}
		for path, limit := range map[string]int{"/signals/cipher": 8 << 20, "/signals/volume": 8 << 20, "/candles": 8 << 20, "/markets": 8 << 20} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			a := o.do("POST", "/api/v1"+path, server.JSONType, bomb, "Content-Encoding", coding)
			runtime.ReadMemStats(&after)
			p, _ := problem(t, a)
			if a.status != 413 || !strings.Contains(p.Detail, fmt.Sprintf("%d bytes", limit)) {
				t.Errorf("%s %s: %d %s", coding, path, a.status, a.body)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 80<<20 {
				t.Errorf("%s %s: %d MiB were allocated for a body of %d bytes", coding, path, took>>20, len(bomb))
			}
		}
	}
	bulk := o.do("POST", "/api/v1/candles?market=ingest:X&interval=1m", server.NDJSONType, zeros(t, "zstd", 64<<20), "Content-Encoding", "zstd")
	if p, _ := problem(t, bulk); bulk.status != 413 || p.Detail == "" {
		t.Errorf("a line without end: %d %s", bulk.status, bulk.body)
	}
}

// holds waits until the bodies of all requests are from to to bytes, by the
// API's own count.
func (o *origin) holds(from, to float64) {
	o.t.Helper()
	const name = "quantum_http_body_bytes "
	for until := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		_, rest, found := strings.Cut(string(o.get("/metrics").body), "\n"+name)
		value, _, _ := strings.Cut(rest, "\n")
		held, err := strconv.ParseFloat(value, 64)
		if !found || err != nil {
			o.t.Fatalf("%q of /metrics is %q", name, value)
		}
		if from <= held && held <= to {
			return
		}
		if time.Now().After(until) {
			o.t.Fatalf("%v bytes of bodies are held, want %v to %v", held, from, to)
		}
	}
}

func TestBodiesTogetherAreBounded(t *testing.T) {
	const limit, each = 4 << 20, 1000 << 10
	o := start(t, api.Options{MaxBodies: limit})
	// Four have sent nearly a megabyte each and go on: just within the bound.
	var held []*io.PipeWriter
	for range 4 {
		r, w := io.Pipe()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url+"/api/v1/signals/cipher", r)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if response, err := http.DefaultTransport.RoundTrip(request); err == nil {
				response.Body.Close()
			}
		}()
		go func() { _, _ = w.Write(bytes.Repeat([]byte(" "), each)) }()
		held = append(held, w)
	}
	o.holds(4*(each-8<<10), 4*each) // the client keeps the last few KiB of each
	// The server reads what is left of so short a body after it refused, so the refusal arrives.
	over := strings.Repeat(" ", 300<<10)
	a := o.do("POST", "/api/v1/signals/cipher", server.JSONType, over)
	if p, _ := problem(t, a); a.status != 503 || !strings.Contains(p.Detail, fmt.Sprint(limit)) || a.header.Get("Retry-After") == "" {
		t.Errorf("bodies of %d bytes fit %d: %d %s", 4*each+len(over), limit, a.status, a.body)
	}
	for _, w := range held {
		_ = w.CloseWithError(io.ErrUnexpectedEOF)
	}
	o.holds(0, 0) // what they held, and what was refused, is free again
	if a := o.do("POST", "/api/v1/signals/cipher", server.JSONType, strings.Repeat(" ", 3<<20)+"{}"); a.status != 422 {
		t.Errorf("with no other request, a body of 3 MiB is answered with %d %s", a.status, a.body)
	}
}

func TestHostileBodiesHaveClearRefusals(t *testing.T) {
	o := start(t, api.Options{})
	deep := strings.Repeat("[", 100_000)
	for _, path := range []string{"/signals/cipher", "/signals/volume", "/candles", "/markets"} {
		for name, body := range map[string]string{
			"nothing": "", "two values": "{}{}", "an array": "[]", "null": "null", "deep nesting": deep, "deep objects": strings.Repeat(`{"a":`, 100_000),
			"an unknown field": `{"nonsense":1}`, "not UTF-8": "{\"\xff\":1}", "a lone surrogate": `{"\ud800":1}`,
			"bare NaN": `{"candles":[[0,NaN,1,1,1,1]]}`, "NaN as text": `{"market":"ingest:X","interval":"1m","candles":[[0,"NaN",1,1,1,1]]}`,
			"a huge number":  `{"market":"ingest:X","interval":"1m","candles":[[60000,1e999,1,1,1,1]]}`,
			"a huge time":    `{"market":"ingest:X","interval":"1m","candles":[[1e300,1,1,1,1,1]]}`,
			"endless digits": `{"candles":[[` + strings.Repeat("9", 1<<20) + `,1,1,1,1,1]]}`,
			"a broken end":   `{"candles":[[0,1,1,1,1,1]`, "a NUL": "{\"a\x00\":1}", "a BOM": "\ufeff{}",
		} {
			a := o.do("POST", "/api/v1"+path, server.JSONType, body)
			p, _ := problem(t, a)
			if a.status/100 != 4 || p.Detail == "" || len(a.body) > 20_000 {
				t.Errorf("%s, %s: %d %.200s", path, name, a.status, a.body)
			}
		}
	}
}

// served is the API as the command serves it, with short patience.
func served(t *testing.T, patience time.Duration) string {
	t.Helper()
	s := storetest.Open(t, storetest.Start(t), store.Options{})
	web := httptest.NewUnstartedServer(api.New(s, api.Options{Compute: compute.New(compute.Options{}), Hub: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler)}))
	web.Config.ReadHeaderTimeout, web.Config.ReadTimeout, web.Config.WriteTimeout, web.Config.IdleTimeout = patience, patience, 4*patience, patience
	web.Config.MaxHeaderBytes = 32 << 10
	web.Start()
	t.Cleanup(web.Close)
	return web.Listener.Addr().String()
}

func TestWhoeverIsSlowIsLetGo(t *testing.T) {
	const patience = 300 * time.Millisecond
	address := served(t, patience)
	for name, sent := range map[string]string{
		"nothing":          "",
		"half of a header": "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"half of a body":   "POST /api/v1/signals/cipher HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{",
		"chunks for ever":  "POST /api/v1/signals/cipher HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
		"an idle end":      "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		began := time.Now()
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, sent)
		stop := make(chan struct{})
		go func() { // a byte now and then, so that it is never idle
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-stop:
					return
				case <-tick.C:
					if name != "an idle end" && name != "nothing" {
						_, _ = io.WriteString(c, "1")
					}
				}
			}
		}()
		_ = c.SetReadDeadline(began.Add(time.Minute))
		said, err := io.ReadAll(c)
		close(stop)
		c.Close()
		if took := time.Since(began); took > 30*time.Second || took < patience/2 {
			t.Errorf("%s: let go after %v (%v), patience is %v", name, took, err, patience)
		}
		if strings.HasSuffix(name, "body") && len(said) > 0 && !bytes.Contains(said, []byte(" 400 ")) {
			t.Errorf("%s is answered with %.100s", name, said)
		}
	}
	// Headers have a size.
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("y", 64<<10)+"\r\n\r\n")
	}()
	said := make([]byte, 100)
	n, _ := c.Read(said)
	if !strings.Contains(string(said[:n]), "431") {
		t.Errorf("headers of 64 KiB are answered with %q", said[:n])
	}
}

func FuzzBodies(f *testing.F) {
	f.Add("/markets", `{"market":"sim:X","intervals":["1m"]}`)
	f.Add("/candles", `{"market":"ingest:X","interval":"1m","candles":[[60000,1,2,1,2,1]],"after":0}`)
	f.Add("/candles?market=ingest:X&interval=1m", "[60000,1,2,1,2,1]\n[120000,1,2,1,2,1]\n")
	f.Add("/candles?market=ingest:X&interval=1m&after=5", "[60000,1,2,1")
	f.Add("/signals/cipher", `{"interval":"1m","candles":[[0,1,1,1,1,1]]}`)
	s := storetest.Open(f, storetest.Start(f), store.Options{})
	h := api.New(s, api.Options{Compute: compute.New(compute.Options{MaxBars: 100}), Hub: http.NotFoundHandler(), MaxBody: 1 << 16, MaxBulk: 1 << 16, Log: slog.New(slog.DiscardHandler)})
	f.Fuzz(func(t *testing.T, path, body string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://x/api/v1"+path, strings.NewReader(body))
		if err != nil || !strings.HasPrefix(path, "/") {
			return
		}
		if r.URL.RawQuery != "" {
			r.Header.Set("Content-Type", server.NDJSONType)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code >= 500 {
			t.Fatalf("POST %s %q: %d %s", path, body, rec.Code, rec.Body)
		}
		if rec.Code >= 400 {
			var p server.Problem
			if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || p.Detail == "" || p.Status != rec.Code {
				t.Fatalf("POST %s %q is refused with %d %s", path, body, rec.Code, rec.Body)
			}
		}
	})
}

func FuzzQueries(f *testing.F) {
	f.Add("/candles", "market=sim:SIMUSDT&interval=1m&from=0&to=9&limit=3")
	f.Add("/signals/events", "market=sim:SIMUSDT&market=a:b&kind=cipher.buy&side=bull&cursor=x")
	f.Add("/signals/cipher", "market=sim:SIMUSDT&interval=1m&limit=5&preset=classic&fields=wt1&before=1")
	f.Add("/signals/volume", "market=sim:SIMUSDT&interval=1m&range=session:UTC&rows=7&developing=1")
	f.Add("/signals/volume", "market=sim:SIMUSDT&interval=1m&range=fixed:-1-9&row_size=1e308")
	f.Add("/signals/snapshot", "market=sim:SIMUSDT&interval=1m&before=-1")
	s := storetest.Open(f, storetest.Start(f), store.Options{})
	if err := s.Watch(f.Context(), server.Watched{Series: minute}); err != nil {
		f.Fatal(err)
	}
	h := api.New(s, api.Options{Compute: compute.New(compute.Options{}), Hub: http.NotFoundHandler(), Log: slog.New(slog.DiscardHandler)})
	f.Fuzz(func(t *testing.T, path, query string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/api/v1"+path+"?"+query, nil)
		if err != nil || !strings.HasPrefix(path, "/") {
			return
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code >= 500 {
			t.Fatalf("GET %s?%s: %d %s", path, query, rec.Code, rec.Body)
		}
	})
}
