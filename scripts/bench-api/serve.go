package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	goccy "github.com/goccy/go-json"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/compute"
)

// candles in either form, as a library decodes them.
type byColumns struct {
	OpenTime                       []int64 `json:"open_time"`
	Open, High, Low, Close, Volume []float64
}

type asked[T any] struct {
	Interval string   `json:"interval"`
	Fields   []string `json:"fields"`
	Events   bool     `json:"events"`
	Candles  T        `json:"candles"`
}

// answer is what quantum answers, as a library encodes it: an absent reading is
// 0, which is no longer to write than null.
type answer struct {
	Engine   json.RawMessage `json:"engine"`
	Interval string          `json:"interval"`
	Params   json.RawMessage `json:"params"`
	Warmup   int             `json:"warmup"`
	Columns  struct {
		OpenTime []int64   `json:"open_time"`
		WT1      []float64 `json:"wt1"`
		WT2      []float64 `json:"wt2"`
	} `json:"columns"`
}

// codec is a JSON library.
type codec struct {
	decode func([]byte, any) error
	encode func(any) ([]byte, error)
}

var codecs = map[string]codec{
	"encoding/json": {json.Unmarshal, json.Marshal},
	"goccy/go-json": {goccy.Unmarshal, goccy.Marshal},
}

// serve runs one handler until it is killed.
func serve(name string) error {
	l, err := listen()
	if err != nil {
		return err
	}
	own := compute.New(compute.Options{})
	if name == "quantum" {
		return http.Serve(l, own)
	}
	c, ok := codecs[name]
	if !ok {
		return fmt.Errorf("-serve is %q, must be quantum, encoding/json or goccy/go-json", name)
	}
	answers := map[string]*answer{}
	for _, n := range []int{500, 5000} {
		rec := httptest.NewRecorder()
		own.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/signals/cipher", strings.NewReader(request(n, "columns"))))
		a := &answer{}
		if err := json.Unmarshal(rec.Body.Bytes(), a); err != nil {
			return err
		}
		answers[strconv.Itoa(n)] = a
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /signals/cipher/{n}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
		if err == nil {
			err = decode(c, body)
		}
		var text []byte
		if err == nil {
			text, err = c.encode(answers[r.PathValue("n")])
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		_, _ = w.Write(text)
	})
	return http.Serve(l, mux)
}

// decode decodes a body whose form its last field tells: candles come last.
func decode(c codec, body []byte) error {
	if strings.HasSuffix(string(body[len(body)-3:]), "]]}") {
		return c.decode(body, &asked[[][6]float64]{})
	}
	return c.decode(body, &asked[byColumns]{})
}

// request is a body of n candles that go up and down like a market: two decimals
// of price, three of volume.
func request(n int, form string) string {
	var rows []string
	columns := map[string][]string{}
	for i := range n {
		price := 40_000 + 900*math.Sin(float64(i)/40) + 35*math.Sin(float64(i)*1.7)
		cells := []string{strconv.FormatInt(1_700_000_000_000+int64(i)*60_000, 10)}
		for _, v := range []float64{price, price + 12.5, price - 13.25, price + 4*math.Cos(float64(i))} {
			cells = append(cells, strconv.FormatFloat(v, 'f', 2, 64))
		}
		cells = append(cells, strconv.FormatFloat(20+10*math.Sin(float64(i)*0.9), 'f', 3, 64))
		rows = append(rows, "["+strings.Join(cells, ",")+"]")
		for c, name := range server.CandleFields {
			columns[name] = append(columns[name], cells[c])
		}
	}
	candles := "[" + strings.Join(rows, ",") + "]"
	if form == "columns" {
		var parts []string
		for _, name := range server.CandleFields {
			parts = append(parts, fmt.Sprintf("%q:[%s]", name, strings.Join(columns[name], ",")))
		}
		candles = "{" + strings.Join(parts, ",") + "}"
	}
	return `{"interval":"1m","fields":["wt1","wt2"],"events":false,"candles":` + candles + `}`
}

// checkLibrary asks of the other library what ours does: floats to the bit, and
// the last of two equal keys.
func checkLibrary() error {
	for i := range 100_000 {
		want := math.Float64frombits(uint64(i)*0x9e3779b97f4a7c15 ^ 0x3ff<<52)
		if math.IsNaN(want) || math.IsInf(want, 0) {
			continue
		}
		text, err := goccy.Marshal(want)
		if err != nil {
			return err
		}
		var got float64
		if err := goccy.Unmarshal(text, &got); err != nil || math.Float64bits(got) != math.Float64bits(want) {
			return fmt.Errorf("goccy/go-json reads %s as %v, want %v: %w", text, got, want, err)
		}
	}
	var twice struct{ A int }
	if err := goccy.Unmarshal([]byte(`{"A":1,"A":2}`), &twice); err != nil || twice.A != 2 {
		return fmt.Errorf("goccy/go-json reads the first of two keys: %+v, %w", twice, err)
	}
	return nil
}
