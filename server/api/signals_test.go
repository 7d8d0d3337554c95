package api_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/api"
)

// wave is bar i of a market that goes up and down, so that readings differ.
func wave(i int) core.Candle {
	p := 100 + 10*math.Sin(float64(i)/7) + float64(i*i%13)/8
	return core.Candle{OpenTime: firstOpen + int64(i)*int64(core.Minute), Open: p, High: p + 1.5, Low: p - 1.25, Close: p + float64(i%5-2)/4, Volume: float64(1 + i%17)}
}

// commitWaves commits n bars with the engine's true snapshots and gives what it
// read at each, and at the bar after them, which is forming.
func (o *origin) commitWaves(n int) (read []cipher.Output, peeked cipher.Output) {
	o.t.Helper()
	e, err := cipher.New(cipher.Default(cipher.Quantum), core.Minute)
	if err != nil {
		o.t.Fatal(err)
	}
	var list []server.Commit
	for i := range n {
		var out cipher.Output
		if err := e.Next(wave(i), &out); err != nil {
			o.t.Fatal(err)
		}
		read = append(read, out)
		c := server.Commit{Lease: o.lease, Series: minute, Candle: wave(i)}
		if i > 0 {
			c.After = wave(i - 1).OpenTime
		}
		if (i+1)%server.SnapshotEvery == 0 {
			state, err := e.AppendBinary(nil)
			if err != nil {
				o.t.Fatal(err)
			}
			c.Snapshot = &server.Snapshot{Cipher: state, Volume: []byte("volume")}
		}
		list = append(list, c)
	}
	for _, got := range o.store.Commit(o.t.Context(), list) {
		if got.Err != nil {
			o.t.Fatal(got.Err)
		}
	}
	if err := e.Peek(wave(n), &peeked); err != nil {
		o.t.Fatal(err)
	}
	k := wave(n)
	body := append(server.AppendCandle([]byte{'{'}, k), '}')
	if err := o.store.PublishForming(o.t.Context(), []server.Forming{{Lease: o.lease, Series: minute, OpenTime: k.OpenTime, Body: body}}); err != nil {
		o.t.Fatal(err)
	}
	return read, peeked
}

type cipherAnswer struct {
	Market  string
	Columns map[string][]*float64
	Events  []struct {
		OpenTime int64 `json:"open_time"`
	}
	Forming *struct {
		OpenTime int64 `json:"open_time"`
		Readings map[string]*float64
	}
}

func TestAWatchedSeriesHasTheBitsItsMonitorCommitted(t *testing.T) {
	o := start(t, api.Options{})
	const n = 700
	read, peeked := o.commitWaves(n)
	for _, tt := range []struct {
		query       string
		first, last int // bars told
		forming     bool
	}{
		{"", 200, 699, true},
		{"&limit=10", 690, 699, true},
		{fmt.Sprintf("&limit=300&before=%d", wave(600).OpenTime), 300, 599, false},
		{fmt.Sprintf("&before=%d", wave(100).OpenTime), 0, 99, false},
		{"&limit=10000&fields=wt1,wt2,gold", 0, 699, true},
	} {
		got := as[cipherAnswer](t, o.get("/api/v1/signals/cipher?"+series+tt.query))
		for r := range cipher.Reading(cipher.NumReadings) {
			column := got.Columns[r.String()]
			if strings.Contains(tt.query, "fields") && r != cipher.WT1 && r != cipher.WT2 {
				continue
			}
			if len(column) != tt.last-tt.first+1 {
				t.Fatalf("%q: %d values of %s", tt.query, len(column), r)
			}
			for i, v := range column {
				want := read[tt.first+i].Values[r]
				if want != want && v != nil || want == want && (v == nil || math.Float64bits(*v) != math.Float64bits(want)) {
					t.Fatalf("%q: %s of bar %d is %v, the monitor read %v", tt.query, r, tt.first+i, v, want)
				}
			}
		}
		if tt.forming != (got.Forming != nil) || tt.forming && (got.Forming.OpenTime != wave(n).OpenTime || *got.Forming.Readings["wt1"] != peeked.Values[cipher.WT1]) {
			t.Errorf("%q: forming is %+v", tt.query, got.Forming)
		}
		events := 0
		for i := tt.first; i <= tt.last; i++ {
			for f := range cipher.Flag(cipher.NumFlags) {
				if f.IsEvent() && read[i].Flags.Has(f) {
					events++
				}
			}
		}
		if len(got.Events) != events || events == 0 || got.Market != "sim:SIMUSDT" {
			t.Errorf("%q: %d events, want %d", tt.query, len(got.Events), events)
		}
	}

	// Other parameters begin at the oldest bar that is kept.
	p := cipher.Default(cipher.Classic)
	p.RSIPeriod = 7
	var all core.Columns
	for i := range n {
		all.Append(wave(i))
	}
	out := cipher.MakeColumns(n)
	if err := cipher.Compute(p, core.Minute, all, &out); err != nil {
		t.Fatal(err)
	}
	got := as[cipherAnswer](t, o.get("/api/v1/signals/cipher?"+series+"&limit=20&preset=classic&rsi_period=7"))
	if v := got.Columns["rsi"]; len(v) != 20 || *v[19] != out.Values[cipher.RSI][n-1] {
		t.Errorf("classic with an RSI of 7 ends in %v, want %v", v, out.Values[cipher.RSI][n-1])
	}
}

func TestTheProfileOfAWatchedSeries(t *testing.T) {
	o := start(t, api.Options{})
	const n = 400
	if a := o.get("/api/v1/signals/volume?" + series); a.status != 422 || !strings.Contains(string(a.body), "no_bars") {
		t.Errorf("before the first bar: %d %s", a.status, a.body)
	}
	o.commitWaves(n)
	var all core.Columns
	for i := range n {
		all.Append(wave(i))
	}
	type profile struct {
		Count   int
		POC     *float64
		Total   float64
		Rows    [][4]float64
		Forming *struct{ Levels struct{ Total float64 } }
		Range   map[string]any
	}
	for _, tt := range []struct {
		query       string
		first, last int
		forming     float64 // volume of the range with the forming bar
	}{
		{"", 0, 399, 400},
		{"&limit=100&rows=50", 300, 399, 100},
		{"&range=rolling:50&row_size=0.5", 350, 399, 49},
		{fmt.Sprintf("&range=anchored:%d&row_size=0.5", wave(90).OpenTime), 90, 399, 310},
		{fmt.Sprintf("&range=fixed:%d-%d", wave(10).OpenTime, wave(30).OpenTime), 10, 29, 0},
	} {
		got := as[profile](t, o.get("/api/v1/signals/volume?"+series+tt.query))
		p := volume.Default()
		if strings.Contains(tt.query, "row_size") {
			p.Rows, p.RowSize = 0, 0.5
		}
		if strings.Contains(tt.query, "rows=50") {
			p.Rows = 50
		}
		want, err := volume.Compute(p, all.Slice(tt.first, tt.last+1))
		if err != nil {
			t.Fatal(err)
		}
		if got.Count != want.Count || *got.POC != want.POC || got.Total != want.Total || (got.Forming != nil) != (tt.forming > 0) {
			t.Errorf("%q: %d bars, POC %v of %v, forming %v; want %d, %v of %v", tt.query, got.Count, *got.POC, got.Total, got.Forming, want.Count, want.POC, want.Total)
		}
	}
	day := as[struct {
		Developing map[string][]*float64
		Previous   *struct{ Start int64 }
	}](t, o.get("/api/v1/signals/volume?"+series+"&range=session&developing=true&row_size=0.5"))
	if len(day.Developing["poc"]) != n {
		t.Errorf("%d developing levels of %d bars", len(day.Developing["poc"]), n)
	}
	for query, want := range map[string][]string{
		"&range=yearly&rows=0":        {"range range_form", "rows whole"},
		"&developing=true":            {"developing range_develops"},
		"&limit=0&none=1&forming=yes": {"limit min", "forming type", "none known"},
	} {
		_, places := problem(t, o.get("/api/v1/signals/volume?"+series+query))
		slices.Sort(places)
		slices.Sort(want)
		if !slices.Equal(places, want) {
			t.Errorf("%s is refused at %q, want %q", query, places, want)
		}
	}
}

func TestAnswersAsArrow(t *testing.T) {
	o := start(t, api.Options{})
	read, _ := o.commitWaves(300)
	check := func(a answer, bars []cipher.Output) {
		t.Helper()
		if a.status != 200 || a.header.Get("Content-Type") != server.ArrowType {
			t.Fatalf("%d %s: %.200s", a.status, a.header.Get("Content-Type"), a.body)
		}
		r, err := ipc.NewReader(bytes.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		if !r.Next() || r.RecordBatch().NumRows() != int64(len(bars)) || r.RecordBatch().ColumnName(0) != "open_time" {
			t.Fatalf("the batch is %v", r.Err())
		}
		wt1 := r.RecordBatch().Column(1).(*array.Float64)
		for i, want := range bars {
			if v := want.Values[cipher.WT1]; wt1.IsNull(i) != (v != v) || v == v && wt1.Value(i) != v {
				t.Fatalf("wt1 of bar %d is %v, want %v", i, wt1.Value(i), v)
			}
		}
	}
	check(o.do("GET", "/api/v1/signals/cipher?"+series+"&fields=wt1&limit=50", "", "", "Accept", server.ArrowType), read[250:])

	var all core.Columns
	for i := range 300 {
		all.Append(wave(i))
	}
	body := `{"interval":"1m","fields":["wt1"],"candles":` + string(server.AppendCandles(nil, all)) + `}`
	first := o.do("POST", "/api/v1/signals/cipher", server.JSONType, body, "Accept", server.ArrowType)
	check(first, read)
	tag := first.header.Get("ETag")
	if again := o.do("POST", "/api/v1/signals/cipher", server.JSONType, body, "Accept", server.ArrowType, "If-None-Match", tag); again.status != 304 || again.header.Get("ETag") != tag {
		t.Errorf("the same again: %d, ETag %s, before %s", again.status, again.header.Get("ETag"), tag)
	}
	if other := o.do("POST", "/api/v1/signals/cipher", server.JSONType, body, "Accept", server.BinaryType); other.header.Get("ETag") == tag {
		t.Error("Arrow and columns have one ETag")
	}
	if bad := o.do("POST", "/api/v1/signals/cipher", server.JSONType, `{}`, "Accept", server.ArrowType); bad.status != 422 || bad.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a bad request for Arrow: %d %v", bad.status, bad.header)
	}
	if none := o.do("GET", "/api/v1/signals/cipher?"+series, "", "", "Accept", "text/csv"); none.status != 406 {
		t.Errorf("CSV: %d", none.status)
	}
}

func TestBodiesMayBeCompressed(t *testing.T) {
	o := start(t, api.Options{})
	var all core.Columns
	for i := range 300 {
		all.Append(wave(i))
	}
	plain := `{"interval":"1m","fields":["wt1"],"candles":` + string(server.AppendCandles(nil, all)) + `}`
	want := o.do("POST", "/api/v1/signals/cipher", server.JSONType, plain, "Accept-Encoding", "identity")
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, plain)
	_ = z.Close()
	e, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for coding, body := range map[string][]byte{"gzip": zipped.Bytes(), "zstd": e.EncodeAll([]byte(plain), nil)} {
		got := o.do("POST", "/api/v1/signals/cipher", server.JSONType, string(body), "Content-Encoding", coding, "Accept-Encoding", coding+", br")
		if got.status != 200 || got.header.Get("Content-Encoding") != coding || !strings.Contains(strings.Join(got.header.Values("Vary"), ","), "Accept-Encoding") {
			t.Fatalf("%s: %d %v", coding, got.status, got.header)
		}
		var text []byte
		if coding == "gzip" {
			r, err := gzip.NewReader(bytes.NewReader(got.body))
			if err != nil {
				t.Fatal(err)
			}
			text, _ = io.ReadAll(r)
		} else {
			d, err := zstd.NewReader(bytes.NewReader(got.body))
			if err != nil {
				t.Fatal(err)
			}
			text, _ = io.ReadAll(d)
			d.Close()
		}
		if !bytes.Equal(text, want.body) {
			t.Errorf("%s gives another answer than no compression", coding)
		}
		tag := got.header.Get("ETag")
		if tag == want.header.Get("ETag") || !strings.HasSuffix(tag, "-"+coding+`"`) {
			t.Errorf("%s: ETag %s, plain %s", coding, tag, want.header.Get("ETag"))
		}
		if again := o.do("POST", "/api/v1/signals/cipher", server.JSONType, plain, "Accept-Encoding", coding, "If-None-Match", tag); again.status != 304 {
			t.Errorf("%s again: %d", coding, again.status)
		}
		if bad := o.do("POST", "/api/v1/signals/cipher", server.JSONType, string(body[:len(body)/2]), "Content-Encoding", coding); bad.status != 400 {
			t.Errorf("half of %s: %d %s", coding, bad.status, bad.body)
		}
	}
	if bad := o.do("POST", "/api/v1/signals/cipher", server.JSONType, plain, "Content-Encoding", "br"); bad.status != 415 {
		t.Errorf("br: %d", bad.status)
	}
}

func TestColumnsThroughTheAPI(t *testing.T) {
	o := start(t, api.Options{})
	var body []byte
	for column := range 6 {
		for i := range 100 {
			k := wave(i)
			v := [6]float64{float64(k.OpenTime), k.Open, k.High, k.Low, k.Close, k.Volume}[column]
			body = binary.LittleEndian.AppendUint64(body, math.Float64bits(v))
		}
	}
	a := o.do("POST", "/api/v1/signals/cipher?interval=1m&fields=wt1,rsi", server.BinaryType, string(body), "Accept", server.BinaryType)
	if a.status != 200 || len(a.body) != 3*800 || a.header.Get("Quantum-Columns") != "open_time,wt1,rsi" {
		t.Errorf("%d %v, %d bytes", a.status, a.header, len(a.body))
	}
}
