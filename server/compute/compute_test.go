package compute

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// vector reads a CSV of the reference vectors, its header first.
func vector(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open("../../core/cipher/testdata/" + name + ".csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// columnsJSON writes candle records as columns of a body, rowsJSON as rows.
func columnsJSON(records [][]string) string {
	columns := make([]string, len(records[0]))
	for i, name := range server.CandleFields {
		var cells []string
		for _, r := range records[1:] {
			cells = append(cells, r[i])
		}
		columns[i] = fmt.Sprintf("%q:[%s]", name, strings.Join(cells, ","))
	}
	return "{" + strings.Join(columns, ",") + "}"
}

func rowsJSON(records [][]string) string {
	rows := make([]string, 0, len(records))
	for _, r := range records[1:] {
		rows = append(rows, "["+strings.Join(r, ",")+"]")
	}
	return "[" + strings.Join(rows, ",") + "]"
}

func post(t testing.TB, h http.Handler, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(rec, r)
	return rec
}

func decode[T any](t testing.TB, rec *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		t.Fatalf("answer %d %.300q: %v", rec.Code, rec.Body, err)
	}
	return v
}

type cipherAnswer struct {
	Engine   map[string]string
	Interval string
	Params   map[string]any
	Warmup   int
	Columns  map[string][]*float64
	Events   []struct {
		Kind, Side string
		OpenTime   int64 `json:"open_time"`
		KnownAt    int64 `json:"known_at"`
		Price      float64
		Data       *struct {
			Pivots []struct {
				OpenTime     int64 `json:"open_time"`
				Level, Price float64
			}
		}
	}
}

func TestCipherAnswersTheReferenceVectors(t *testing.T) {
	h := New(Options{WasmSHA256: "abc"})
	candles := vector(t, "walk")
	for preset, text := range map[string]string{"quantum": columnsJSON(candles), "classic": rowsJSON(candles)} {
		want := vector(t, "walk."+preset)
		rec := post(t, h, "/signals/cipher", fmt.Sprintf(`{"candles":%s,"params":{"preset":%q},"interval":"15m","events":false}`, text, preset))
		if rec.Code != 200 {
			t.Fatalf("%s: %d %s", preset, rec.Code, rec.Body)
		}
		got := decode[cipherAnswer](t, rec)
		if got.Engine["wasm_sha256"] != "abc" || got.Engine["version"] != core.EngineVersion || got.Interval != "15m" || got.Params["preset"] != preset || got.Warmup != 59 {
			t.Errorf("%s: engine %v, interval %s, warm-up %d, params %v", preset, got.Engine, got.Interval, got.Warmup, got.Params)
		}
		for c, column := range want[0] {
			compare(t, preset+" "+column, got.Columns[column], want[1:], c)
		}
		if len(got.Columns) != len(want[0]) {
			t.Errorf("%s: %d columns, want %d", preset, len(got.Columns), len(want[0]))
		}
	}
}

// compare compares a column of an answer with one of a CSV, bit for bit.
func compare(t *testing.T, what string, got []*float64, want [][]string, column int) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i, v := range got {
		cell := want[i][column]
		if v == nil != (cell == "") {
			t.Errorf("%s, bar %d: %v, want %q", what, i, v, cell)
			return
		}
		if v == nil {
			continue
		}
		w, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.Float64bits(w) != math.Float64bits(*v) {
			t.Errorf("%s, bar %d: %v, want %s", what, i, *v, cell)
			return
		}
	}
}

func TestCipherGivesFieldsAndEventsAskedFor(t *testing.T) {
	h := New(Options{})
	candles := rowsJSON(vector(t, "walk"))
	ask := func(more string) cipherAnswer {
		rec := post(t, h, "/signals/cipher", `{"interval":"15m","candles":`+candles+more+`}`)
		if rec.Code != 200 {
			t.Fatalf("%s: %d %s", more, rec.Code, rec.Body)
		}
		return decode[cipherAnswer](t, rec)
	}
	all := ask("")
	some := ask(`,"fields":["gold","rsi"]`)
	if len(some.Columns) != 3 || some.Columns["rsi"] == nil || some.Columns["gold"] == nil || some.Columns["open_time"] == nil {
		t.Errorf("fields gold and rsi give %d columns", len(some.Columns))
	}
	if len(all.Events) == 0 || len(some.Events) != len(all.Events) {
		t.Errorf("%d events with two fields, %d with all", len(some.Events), len(all.Events))
	}
	if none := ask(`,"fields":[],"events":false`); len(none.Columns) != 1 || none.Events != nil {
		t.Errorf("no fields and no events give %d columns and %d events", len(none.Columns), len(none.Events))
	}
	// Every event is its flag's bar, in time order; divergences carry pivots.
	flags := map[string]int{}
	for i, e := range all.Events {
		name := strings.TrimPrefix(e.Kind, "cipher.")
		bar := slices.IndexFunc(all.Columns["open_time"], func(v *float64) bool { return int64(*v) == e.OpenTime })
		if *all.Columns[name][bar] != 1 || e.KnownAt != e.OpenTime+900_000 || i > 0 && e.OpenTime < all.Events[i-1].OpenTime {
			t.Fatalf("event %d is %+v, at bar %d", i, e, bar)
		}
		if divergence := strings.HasSuffix(name, "_div") && name != "buy_div" && name != "sell_div"; divergence && (e.Data == nil || len(e.Data.Pivots) != 2 || e.Data.Pivots[1].OpenTime != e.OpenTime-1_800_000) {
			t.Errorf("event %d, %s, has data %+v", i, e.Kind, e.Data)
		}
		flags[name]++
	}
	for name, column := range all.Columns {
		flag, ok := cipher.FlagByName(name)
		if !ok || !flag.IsEvent() {
			continue
		}
		count := 0
		for _, v := range column {
			count += int(*v)
		}
		if count != flags[name] {
			t.Errorf("%s is true on %d bars and has %d events", name, count, flags[name])
		}
	}
}

func TestCipherTakesItsOwnParams(t *testing.T) {
	h := New(Options{})
	candles := rowsJSON(vector(t, "walk"))
	text, err := os.ReadFile("../../core/cipher/testdata/changed.json")
	if err != nil {
		t.Fatal(err)
	}
	body := func(params string) string {
		return `{"interval":"15m","events":false,"candles":` + candles + `,"params":` + params + `}`
	}
	changed := `{"preset":"classic",` + string(text[1:])
	first := post(t, h, "/signals/cipher", body(changed))
	if first.Code != 200 {
		t.Fatalf("changed.json: %d %s", first.Code, first.Body)
	}
	want := vector(t, "walk.changed")
	got := decode[cipherAnswer](t, first)
	for c, column := range want[0] {
		compare(t, "walk.changed "+column, got.Columns[column], want[1:], c)
	}
	echo, err := json.Marshal(got.Params)
	if err != nil {
		t.Fatal(err)
	}
	again := post(t, h, "/signals/cipher", body(string(echo)))
	if again.Code != 200 || again.Body.String() != first.Body.String() {
		t.Errorf("params as used, sent again: %d, other answer", again.Code)
	}
}

func TestVolumeAnswersAProfile(t *testing.T) {
	h := New(Options{})
	records := vector(t, "walk")
	rec := post(t, h, "/signals/volume", `{"candles":`+columnsJSON(records)+`,"params":{"rows":200,"expansion":"single"}}`)
	if rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	got := decode[struct {
		Params        map[string]any
		Source        string
		Unit          float64
		Rows          [][4]float64
		Total         float64
		POC, VAH, VAL float64
		Enclosed      float64
		HighNodes     []struct{ Row int } `json:"high_nodes"`
		VWAP, SD      float64
		Shape         string
	}](t, rec)
	var issues server.Issues
	candles := server.ScanCandles(server.NewScanner([]byte(rowsJSON(records))), "", &issues)
	p := volume.Default()
	p.Rows, p.Expansion = 200, volume.Single
	want, err := volume.Compute(p, candles.Columns)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) != 200 || got.Rows[7] != [4]float64{want.Edges[7], want.Edges[8], want.Up[7], want.Down[7]} ||
		got.POC != want.POC || got.VAH != want.VAH || got.VAL != want.VAL || got.Total != want.Total || got.Enclosed != want.Enclosed ||
		got.Unit != want.Unit || got.VWAP != want.VWAP || got.SD != want.SD || len(got.HighNodes) != len(want.HighNodes) || got.Source != "bars" || got.Shape != want.Shape.String() {
		t.Errorf("the answer is %+v, the profile %+v", got, want)
	}
	if got.Params["rows"] != 200.0 || got.Params["expansion"] != "single" || got.Params["row_size"] != nil {
		t.Errorf("params are %v", got.Params)
	}
}

func TestAnswersCarryAStrongETag(t *testing.T) {
	body := `{"interval":"15m","candles":` + rowsJSON(vector(t, "walk")) + `}`
	tag := func(h http.Handler, body string) string {
		return post(t, h, "/signals/cipher", body).Header().Get("ETag")
	}
	h := New(Options{WasmSHA256: "a"})
	first := tag(h, body)
	if len(first) < 20 || first[0] != '"' || first != tag(h, body) {
		t.Errorf("ETags of one request: %s, %s", first, tag(h, body))
	}
	if first == tag(h, body+" ") || first == tag(New(Options{WasmSHA256: "b"}), body) {
		t.Error("another request or engine has the same ETag")
	}
}

func BenchmarkPostCipher(b *testing.B) {
	records := vector(b, "walk")
	for _, n := range []int{500, 3000} {
		for form, text := range map[string]string{"columns": columnsJSON(records[:n+1]), "rows": rowsJSON(records[:n+1])} {
			body := `{"interval":"15m","candles":` + text + `,"fields":["wt1","wt2"],"events":false}`
			b.Run(fmt.Sprintf("bars=%d/%s", n, form), func(b *testing.B) {
				h := New(Options{})
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					if rec := post(b, h, "/signals/cipher", body); rec.Code != 200 {
						b.Fatal(rec.Body)
					}
				}
			})
		}
	}
}
