package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// printed takes what a command prints while it runs.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *printed) lines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Split(strings.TrimSuffix(p.text.String(), "\n"), "\n")
}

// changed is an origin that tells things another way.
func (s *served) changed(change func(path, body string) string) string {
	target, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		if r.StatusCode != http.StatusOK {
			return nil
		}
		body, err := io.ReadAll(r.Body)
		text := change(r.Request.URL.Path, string(body))
		r.Body = io.NopCloser(strings.NewReader(text))
		r.ContentLength = int64(len(text))
		r.Header.Set("Content-Length", fmt.Sprint(len(text)))
		return err
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Accept-Encoding", "identity")
		proxy.ServeHTTP(w, r)
	}))
	s.t.Cleanup(web.Close)
	return web.URL
}

func TestVerifyFindsWhatDiffersAndNothingElse(t *testing.T) {
	s := serveHere(t, storetest.Start(t), nil)
	must(t, "replay", "--file", walk, "--market", market, "--url", s.url)
	s.committed(lastWalk(t))
	flags := func(base string, more ...string) []string {
		return append([]string{"verify", "--market", market, "--interval", "15m", "--url", base}, more...)
	}
	all := verified(must(t, flags(s.url, "--bars", "100000")...))
	if want := len(batch(t)); all["bars"] != 3000 || all["cipher"] != want || all["volume"] == 0 || all["older"] != 0 {
		t.Errorf("verify of all bars says %v, want %d cipher events, and volume events", all, want)
	}
	some := verified(must(t, flags(s.url)...))
	if some["bars"] < 2000 || some["cipher"] == 0 || some["cipher"] >= all["cipher"] || some["volume"] == 0 || some["volume"] >= all["volume"] || some["older"] != 0 {
		t.Errorf("verify from a checkpoint on says %v, want a part of %v", some, all)
	}
	forgot := s.changed(func(path, body string) string { // of older checkpoints the volume engine, as retention does
		if strings.HasSuffix(path, "/snapshot") && strings.Count(body, ",") > 6*1000 {
			return volumeSnapshot.ReplaceAllString(body, `"volume_snapshot":null`)
		}
		return body
	})
	rest := verified(must(t, flags(forgot)...))
	if rest["bars"] != some["bars"] || rest["cipher"] != some["cipher"] || rest["volume"] == 0 || rest["older"] == 0 || rest["volume"]+rest["older"] != some["volume"] {
		t.Errorf("without the volume engine in older checkpoints verify says %v, want %v with some volume events left out", rest, some)
	}
	for _, tt := range []struct {
		name, want string
		change     func(path, body string) string
	}{
		{"a price off by one bit", "differs", func(path, body string) string {
			if !strings.HasSuffix(path, "/events") {
				return body
			}
			at := strings.Index(body, `"kind":"cipher.`)
			price := at + strings.Index(body[at:], `"price":`) + len(`"price":`)
			end := price + strings.IndexAny(body[price:], ",}")
			return body[:price] + oneBitMore(t, body[price:end]) + body[end:]
		}},
		{"a volume event's price off by one bit", "differs", func(path, body string) string {
			if !strings.HasSuffix(path, "/events") {
				return body
			}
			at := strings.Index(body, `"kind":"volume.`)
			price := at + strings.Index(body[at:], `"price":`) + len(`"price":`)
			end := price + strings.IndexAny(body[price:], ",}")
			return body[:price] + oneBitMore(t, body[price:end]) + body[end:]
		}},
		{"a level of a volume event off by one bit", "differs", func(path, body string) string {
			if !strings.HasSuffix(path, "/events") {
				return body
			}
			price := strings.Index(body, `"levels":[{"price":`) + len(`"levels":[{"price":`)
			end := price + strings.IndexAny(body[price:], ",}")
			return body[:price] + oneBitMore(t, body[price:end]) + body[end:]
		}},
		{"a volume event that is no more", "differs", func(path, body string) string {
			return strings.Replace(body, `"kind":"volume.poc_shift`, `"kind":"other.poc_shift`, 1)
		}},
		{"an event that is no more", "was not committed", func(path, body string) string {
			return strings.Replace(body, `"kind":"cipher.`, `"kind":"volume.`, 1)
		}},
		{"another engine", "version", func(path, body string) string {
			return strings.Replace(body, `"engine":{"version":"`, `"engine":{"version":"0`, 1)
		}},
	} {
		base := s.changed(tt.change)
		code, _, errs := quantum(t, nil, flags(base)...)
		if code != exitFailure || !strings.Contains(errs, tt.want) && !strings.Contains(errs, "differs") {
			t.Errorf("%s: exit %d, %s; want 1 and %q", tt.name, code, errs, tt.want)
		}
	}
	if code, _, _ := quantum(t, nil, flags(s.url, "--bars", "0")...); code != exitUsage {
		t.Errorf("--bars 0: exit %d, want 2", code)
	}
	if code, _, errs := quantum(t, nil, "watch", "--market", market); code != exitUsage {
		t.Errorf("watch without an interval: exit %d, %s", code, errs)
	}
}

var volumeSnapshot = regexp.MustCompile(`"volume_snapshot":"[^"]*"`)

// verified are the numbers verify prints, by the word after each.
func verified(out string) map[string]int {
	numbers := map[string]int{}
	words := strings.Fields(out)
	for i, word := range words[:len(words)-1] {
		if n, err := strconv.Atoi(word); err == nil {
			numbers[words[i+1]] = n
		}
	}
	return numbers
}

func TestWatchPrintsEveryBarAndEventOnce(t *testing.T) {
	s := serveHere(t, storetest.Start(t), nil)
	text := strings.SplitAfter(string(unpacked(t, "walk.csv.gz")), "\n")
	push := func(upTo int) {
		code, _, errs := quantum(t, []byte(strings.Join(text[:upTo+1], "")), "replay", "--file", "-", "--interval", "15m", "--market", market, "--url", s.url)
		if code != exitOK {
			t.Fatalf("replay: exit %d, %s", code, errs)
		}
	}
	const before, between, after = 500, 700, 900
	push(before)
	candles, _, err := (&computeFlags{file: walk, onInvalid: "error"}).read(streams{})
	if err != nil {
		t.Fatal(err)
	}
	s.committed(candles.OpenTime[before-1])
	ctx, cancel := context.WithCancel(t.Context())
	out, errs := &printed{}, &printed{}
	ended := make(chan int, 1)
	url, cut := s.cuttable()
	go func() {
		ended <- run(ctx, []string{"watch", "--market", market, "--interval", "15m", "--url", url}, streams{strings.NewReader(""), out, errs})
	}()
	storetest.Eventually(t, limit, "the watcher listens", func() bool { return s.connections() == 1 })
	push(between)
	cut()
	push(after)
	storetest.Eventually(t, limit, "the cut is told", func() bool { return strings.Contains(strings.Join(errs.lines(), " "), "coming back") })
	last := clock(candles.OpenTime[after-1]) + " open="
	storetest.Eventually(t, limit, "the last bar is printed", func() bool {
		return slices.ContainsFunc(out.lines(), func(l string) bool { return strings.HasPrefix(l, last) })
	})
	s.committed(candles.OpenTime[after-1])
	due := map[string]bool{}
	for _, e := range stored(t, s.url) {
		if e.OpenTime >= candles.OpenTime[before] {
			due[e.ID] = true
		}
	}
	// They come on a channel of their own, perhaps behind the bars.
	storetest.Eventually(t, limit, "every event is told", func() bool { return strings.Count(strings.Join(out.lines(), "\n"), "  e_") >= len(due) })
	cancel()
	if code := <-ended; code != exitOK {
		t.Errorf("watch ends with %d: %v", code, errs.lines())
	}
	computed := strings.Split(must(t, "compute", "cipher", "--file", walk, "--format", "csv", "--fields", "wt1,wt2,mf,rsi,stoch_k,stoch_d"), "\n")[1:]
	bar, told := before, map[string]bool{}
	for _, line := range out.lines() {
		if _, id, event := strings.Cut(line, "  e_"); event {
			if told["e_"+id] {
				t.Errorf("told twice: %s", line)
			}
			told["e_"+id] = true
		}
		if !strings.Contains(line, " open=") {
			continue
		}
		fields := strings.Split(computed[bar], ",")
		want := fmt.Sprintf(" wt1=%s wt2=%s mf=%s rsi=%s stoch_k=%s stoch_d=%s", fields[1], fields[2], fields[3], fields[4], fields[5], fields[6])
		if !strings.HasPrefix(line, clock(candles.OpenTime[bar])) || !strings.HasSuffix(line, want) {
			t.Fatalf("bar %d is printed as %q, want %q at its end", bar, line, want)
		}
		bar++
	}
	if len(due) == 0 || !maps.Equal(told, due) {
		t.Errorf("%d events were told, want these %d: %v", len(told), len(due), due)
	}
	if bar != after {
		t.Errorf("printed up to bar %d, want %d", bar, after)
	}
}

// cuttable is the address of a proxy before the origin, and what ends all
// connections through it.
func (s *served) cuttable() (address string, cut func()) {
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	var mu sync.Mutex
	var open []net.Conn // guarded by mu
	cut = func() {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range open {
			c.Close()
		}
		open = nil
	}
	s.t.Cleanup(func() {
		front.Close()
		cut()
	})
	go func() {
		for {
			near, err := front.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
			if err != nil {
				near.Close()
				continue
			}
			mu.Lock()
			open = append(open, near, far)
			mu.Unlock()
			go func() { _, _ = io.Copy(far, near) }()
			go func() { _, _ = io.Copy(near, far) }()
		}
	}()
	return "http://" + front.Addr().String(), cut
}

func TestATableFitsItsTerminal(t *testing.T) {
	bar := core.Candle{OpenTime: 1735690440000, Open: 91135.99, High: 91136.5, Low: 91135.01, Close: 91135.85, Volume: 12345.678}
	for _, width := range []int{40, 60, 79, 80, 100, 120, 200} {
		head := tableHead(width)
		row := tableRow(bar, func(cipher.Reading) float64 { return -61.257 }, width)
		if len(head) >= width || len(row) != len(head) {
			t.Errorf("at %d characters:\n%s\n%s", width, head, row)
		}
		if at := strings.TrimSpace(head[strings.LastIndexByte(head, ' '):]); !slices.ContainsFunc(shown, func(r cipher.Reading) bool { return r.String() == at }) || !strings.HasSuffix(row, " -61.26") {
			t.Errorf("at %d characters a column is cut:\n%s\n%s", width, head, row)
		}
		if width >= 80 && (!strings.HasSuffix(head, "stoch_d") || !strings.Contains(row, " 91135.85 ") || !strings.HasSuffix(row, "-61.26")) {
			t.Errorf("at %d characters the close or a reading is missing:\n%s\n%s", width, head, row)
		}
	}
}

// connections is how many clients the hub has.
func (s *served) connections() int {
	response, err := http.Get(s.url + "/metrics")
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	n := 0
	if i := strings.Index(string(body), "\nquantum_hub_connections "); i >= 0 {
		_, _ = fmt.Sscan(string(body[i+len("\nquantum_hub_connections "):]), &n)
	}
	return n
}

// oneBitMore is the next number there is.
func oneBitMore(t *testing.T, text string) string {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatFloat(math.Nextafter(v, math.Inf(1)), 'g', -1, 64)
}
