package compute

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
)

// walk is the reference candles, and as a body of columns.
func walk(t testing.TB) (core.Columns, []byte) {
	t.Helper()
	var issues server.Issues
	c := server.ScanCandles(server.NewScanner([]byte(rowsJSON(vector(t, "walk")))), "", &issues)
	if err := issues.Err(); err != nil {
		t.Fatal(err)
	}
	return c.Columns, columnsBody(c.Columns)
}

func columnsBody(c core.Columns) []byte {
	b := appendTimes(nil, c.OpenTime)
	for _, column := range [][]float64{c.Open, c.High, c.Low, c.Close, c.Volume} {
		b = appendFloats(b, column)
	}
	return b
}

// send posts a body with headers, name and value in turn.
func send(t testing.TB, h http.Handler, path string, body []byte, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// table reads an answer of columns.
func table(t testing.TB, rec *httptest.ResponseRecorder) map[string][]float64 {
	t.Helper()
	names := strings.Split(rec.Header().Get("Quantum-Columns"), ",")
	n, err := strconv.Atoi(rec.Header().Get("Quantum-Rows"))
	if rec.Code != 200 || err != nil || rec.Header().Get("Content-Type") != server.BinaryType || rec.Body.Len() != 8*n*len(names) {
		t.Fatalf("%d %v: %d bytes for %d columns of %d rows: %.200q", rec.Code, rec.Header(), rec.Body.Len(), len(names), n, rec.Body)
	}
	columns := map[string][]float64{}
	b := rec.Body.Bytes()
	for i, name := range names {
		for j := range n {
			columns[name] = append(columns[name], math.Float64frombits(binary.LittleEndian.Uint64(b[8*(i*n+j):])))
		}
	}
	return columns
}

func TestAllFormsCarryTheSameBits(t *testing.T) {
	h := New(Options{WasmSHA256: "abc"})
	candles, columns := walk(t)
	text := `{"interval":"15m","params":{"preset":"classic","rsi_period":7},"candles":` + rowsJSON(vector(t, "walk")) + `}`
	const query = "/signals/cipher?interval=15m&preset=classic&rsi_period=7"

	plain := post(t, h, "/signals/cipher", text)
	want := decode[cipherAnswer](t, plain)
	fromColumns := send(t, h, query+"&events=true", columns, "Content-Type", server.BinaryType, "Accept", server.JSONType)
	if fromColumns.Code != 200 || !bytes.Equal(fromColumns.Body.Bytes(), plain.Body.Bytes()) {
		t.Errorf("columns in give other JSON than JSON in: %d %.200s", fromColumns.Code, fromColumns.Body)
	}
	for name, rec := range map[string]*httptest.ResponseRecorder{
		"JSON in":    send(t, h, "/signals/cipher", []byte(text), "Accept", server.BinaryType),
		"columns in": send(t, h, query, columns, "Content-Type", server.BinaryType, "Accept", server.BinaryType),
	} {
		got := table(t, rec)
		if len(got) != 1+numColumns || rec.Header().Get("Quantum-Engine") != core.EngineVersion+"; wasm-sha256=abc" {
			t.Errorf("%s: %d columns by %q", name, len(got), rec.Header().Get("Quantum-Engine"))
		}
		for column, values := range got {
			for i, v := range values {
				w := want.Columns[column][i]
				if w == nil && math.Float64bits(v) != math.Float64bits(core.Absent()) || w != nil && math.Float64bits(v) != math.Float64bits(*w) {
					t.Fatalf("%s: %s of bar %d is %v (%#x)", name, column, i, v, math.Float64bits(v))
				}
			}
		}
	}

	lines := send(t, h, "/signals/cipher", []byte(text), "Accept", "application/json;q=0.5, application/x-ndjson")
	events := 0
	dec := json.NewDecoder(lines.Body)
	for i := range candles.Len() {
		var row map[string]any
		if err := dec.Decode(&row); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		if w := want.Columns["wt1"][i]; int64(row["open_time"].(float64)) != candles.OpenTime[i] || w != nil && row["wt1"] != *w || w == nil && row["wt1"] != nil {
			t.Fatalf("line %d is %v", i, row)
		}
		if list, ok := row["events"].([]any); ok {
			events += len(list)
		}
	}
	if dec.More() || events != len(want.Events) || lines.Header().Get("Content-Type") != server.NDJSONType {
		t.Errorf("%d events on lines, want %d", events, len(want.Events))
	}
}

func TestColumnsThatAreNoneAreRefused(t *testing.T) {
	h := New(Options{MaxBars: 3000})
	candles, body := walk(t)
	broken := func(change func(c *core.Columns)) []byte {
		c := candles.Slice(0, 10)
		c = core.Columns{OpenTime: slices.Clone(c.OpenTime), Open: slices.Clone(c.Open), High: slices.Clone(c.High), Low: slices.Clone(c.Low), Close: slices.Clone(c.Close), Volume: slices.Clone(c.Volume)}
		change(&c)
		return columnsBody(c)
	}
	part := broken(func(c *core.Columns) { c.Close[3] = math.NaN() })
	binary.LittleEndian.PutUint64(part[8*5:], math.Float64bits(0.5))
	for _, tt := range []struct {
		query  string
		body   []byte
		status int
		want   []string
	}{
		{"interval=15m", body[:len(body)-1], 400, nil},
		{"interval=15m", nil, 422, []string{"candles min"}},
		{"", broken(func(*core.Columns) {}), 422, []string{"interval required"}},
		{"interval=15m&fields=wt1,none&limit=3&rsi_period=NaN&preset=gold", broken(func(*core.Columns) {}), 422,
			[]string{"limit known", "preset type", "rsi_period type", "fields/1 column"}},
		{"interval=15m", part, 400, []string{"/candles/open_time/5 type", "/candles/close/3 range"}},
		{"interval=15m&rsi_period=0.5", broken(func(c *core.Columns) { c.High[2] = math.Inf(1) }), 422, []string{"rsi_period whole", "/candles/high/2 range"}},
	} {
		rec := send(t, h, "/signals/cipher?"+tt.query, tt.body, "Content-Type", server.BinaryType)
		p := decode[server.Problem](t, rec)
		var got []string
		for _, f := range p.Errors {
			got = append(got, f.Pointer+" "+f.Rule)
		}
		if rec.Code != tt.status || p.Detail == "" || !slices.Equal(got, tt.want) {
			t.Errorf("%s, %d bytes: %d %q %s; want %d %q", tt.query, len(tt.body), rec.Code, got, p.Detail, tt.status, tt.want)
		}
	}
	if rec := post(t, h, "/signals/volume?rows=3", `{"candles":`+goodBars+`}`); rec.Code != 422 {
		t.Errorf("a query string beside JSON: %d", rec.Code)
	}
}

func TestWhoHasTheAnswerHearsNotModified(t *testing.T) {
	h := New(Options{WasmSHA256: "a"})
	body := []byte(`{"interval":"1m","candles":` + goodBars + `}`)
	first := send(t, h, "/signals/cipher", body)
	tag := first.Header().Get("ETag")
	other := send(t, h, "/signals/cipher", body, "Accept", server.NDJSONType).Header().Get("ETag")
	if tag == "" || tag == other {
		t.Errorf("JSON has the tag %s, JSON Lines %s", tag, other)
	}
	for given, status := range map[string]int{tag: 304, `"x", W/` + tag: 304, strings.TrimSuffix(tag, `"`) + `-zstd"`: 304, other: 200, "*": 200} {
		rec := send(t, h, "/signals/cipher", body, "If-None-Match", given)
		if rec.Code != status || rec.Header().Get("ETag") != tag || status == 304 && rec.Body.Len() > 0 {
			t.Errorf("If-None-Match %s: %d with %d bytes, ETag %s", given, rec.Code, rec.Body.Len(), rec.Header().Get("ETag"))
		}
	}
}

func TestTheFormingBarStandsApart(t *testing.T) {
	h := New(Options{})
	candles, _ := walk(t)
	n := candles.Len() - 1
	text := func(c core.Columns, more string) string {
		return `{"interval":"15m","fields":["wt1","rsi","gold"],"candles":` + string(server.AppendCandles(nil, c)) + more + `}`
	}
	closed := decode[cipherAnswer](t, post(t, h, "/signals/cipher", text(candles.Slice(0, n), "")))
	rec := post(t, h, "/signals/cipher", text(candles, `,"forming":true`))
	got := decode[struct {
		cipherAnswer
		Forming struct {
			OpenTime int64 `json:"open_time"`
			Close    float64
			Readings map[string]*float64
		}
	}](t, rec)
	e, err := cipher.New(cipher.Default(cipher.Quantum), 15*core.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var out cipher.Output
	for i := range n {
		if err := e.Next(candles.At(i), &out); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Peek(candles.At(n), &out); err != nil {
		t.Fatal(err)
	}
	if len(got.Columns["wt1"]) != n || len(got.Events) != len(closed.Events) || got.Forming.OpenTime != candles.OpenTime[n] || got.Forming.Close != candles.Close[n] ||
		*got.Forming.Readings["wt1"] != out.Values[cipher.WT1] || *got.Forming.Readings["rsi"] != out.Values[cipher.RSI] || len(got.Forming.Readings) != 3 {
		t.Errorf("%d bars, %d events (want %d, %d), forming %+v", len(got.Columns["wt1"]), len(got.Events), n, len(closed.Events), got.Forming)
	}
	if got := table(t, send(t, h, "/signals/cipher", []byte(text(candles, `,"forming":true`)), "Accept", server.BinaryType)); len(got["wt1"]) != n {
		t.Errorf("columns hold %d bars, want %d", len(got["wt1"]), n)
	}
}

func TestLargeAnswersAreSentAsTheyAreMade(t *testing.T) {
	h := New(Options{})
	_, body := walk(t)
	for _, media := range []string{server.JSONType, server.NDJSONType, server.BinaryType} {
		rec := send(t, h, "/signals/cipher?interval=15m", body, "Content-Type", server.BinaryType, "Accept", media)
		if rec.Code != 200 || rec.Header().Get("Content-Length") != "" || rec.Body.Len() < 3*piece {
			t.Errorf("%s: %d, Content-Length %q, %d bytes", media, rec.Code, rec.Header().Get("Content-Length"), rec.Body.Len())
		}
	}
	small := send(t, h, "/signals/cipher?interval=15m&fields=wt1", body, "Content-Type", server.BinaryType)
	if got := small.Header().Get("Content-Length"); got != fmt.Sprint(small.Body.Len()) {
		t.Errorf("a small answer of %d bytes tells a length of %q", small.Body.Len(), got)
	}
}

func TestMemoryOfOneRequestShowsInNoOther(t *testing.T) {
	h := New(Options{})
	records := vector(t, "walk")
	upside := columnsJSON(append(records[:1:1], records[2000:]...))
	asks := []string{
		`{"interval":"15m","candles":` + rowsJSON(records) + `}`,
		`{"interval":"15m","candles":` + upside + `,"fields":["gold","buy","wt_bear_div","stc"]}`,
		`{"interval":"15m","candles":` + rowsJSON(records[:300]) + `,"params":{"preset":"classic"}}`,
		`{"interval":"15m","candles":{"open_time":[1]}}`,
		`{"interval":"15m","candles":` + columnsJSON(records[:100]) + `,"forming":true}`,
	}
	want := map[string]string{}
	for _, body := range asks {
		want[body] = post(t, New(Options{}), "/signals/cipher", body).Body.String()
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 12 {
				body := asks[(i*7+worker)%len(asks)]
				if got := post(t, h, "/signals/cipher", body).Body.String(); got != want[body] {
					t.Errorf("%.60s…: another answer after other requests", body)
				}
			}
		})
	}
	wg.Wait()
}
