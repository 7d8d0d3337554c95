package compute

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

const goodBars = `{"open_time":[0,60000],"open":[1,1.5],"high":[2,3],"low":[1,1],"close":[2,2],"volume":[0,10]}`

func TestBadRequestsAreRefusedWhole(t *testing.T) {
	h := New(Options{MaxBody: 4000, MaxBars: 3})
	big := `{"interval":"1m","candles":[` + strings.Repeat(" ", 4000) + `]}`
	for _, tt := range []struct {
		name, path, body string
		status           int
		code             server.Code
		errors           []string // pointer and rule
	}{
		{"not JSON", "cipher", `{"interval":`, 400, "malformed", nil},
		{"nothing", "cipher", ``, 400, "malformed", nil},
		{"two values", "cipher", `{} {}`, 400, "malformed", nil},
		{"an array", "cipher", `[]`, 400, "malformed", nil},
		{"bare NaN", "cipher", `{"interval":"1m","candles":[[0,NaN,1,1,1,1]]}`, 400, "malformed", nil},
		{"text for numbers", "cipher", `{"interval":"1m","candles":[[0,"NaN",1,1,1,1],[60000,1,"Infinity",1,1,1]]}`, 400, "malformed",
			[]string{"/candles/0/1 type", "/candles/1/2 type"}},
		{"nothing required is there", "cipher", `{}`, 422, "invalid_parameter", []string{"/interval required", "/candles min"}},
		{"everything is wrong", "cipher",
			`{"interval":"1y","candles":{"open_time":[0,30000,60000],"open":[1,1,1],"high":[2,0,2],"low":[1,1,1],"close":[1,1,1],"volume":[1,-1,1e400]},
			"params":{"rsi_period":0,"mf_multiplier":0,"wt_sped":3,"ribbon_periods":[1,2,3,4,5,6,7,0],"stoch_log":1},"fields":["wt1","wt1","none"],"limit":3}`, 400, "malformed",
			[]string{"/params/wt_sped known", "/params/stoch_log type", "/limit known", "/interval interval", "/fields unique",
				"/params/rsi_period whole", "/params/mf_multiplier range_open", "/params/ribbon_periods/7 whole",
				"/candles/high/1 at_least", "/candles/volume/1 range", "/candles/volume/2 range"}},
		{"an unknown field of the answer", "cipher", `{"interval":"1m","candles":` + goodBars + `,"fields":["wt1","wt9"]}`, 422, "invalid_parameter", []string{"/fields/1 column"}},
		{"bars that overlap", "cipher", `{"interval":"5m","candles":` + goodBars + `}`, 422, "out_of_order", []string{"/candles/open_time/1 at_least"}},
		{"a bar upside down", "cipher", `{"interval":"1m","candles":[[0,1,0.5,1,1,1],[60000,1,1,2,1,1]]}`, 422, "invalid_bar", []string{"/candles/0/2 at_least", "/candles/1/3 at_most"}},
		{"params against each other", "cipher", `{"interval":"1m","candles":` + goodBars + `,"params":{"stc_fast_period":50}}`, 422, "invalid_parameter", []string{"/params/stc_fast_period below"}},
		{"too few ribbons", "cipher", `{"interval":"1m","candles":` + goodBars + `,"params":{"ribbon_periods":[1]}}`, 422, "invalid_parameter", []string{"/params/ribbon_periods length"}},
		{"an unknown preset", "cipher", `{"interval":"1m","candles":` + goodBars + `,"params":{"preset":"gold"}}`, 422, "invalid_parameter", []string{"/params/preset one_of"}},
		{"too many bars", "cipher", `{"interval":"1s","candles":[[0,1,1,1,1,1],[1000,1,1,1,1,1],[2000,1,1,1,1,1],[3000,1,1,1,1,1]]}`, 422, "invalid_parameter", []string{"/candles max"}},
		{"too large", "cipher", big, 413, "too_large", nil},
		{"no bars", "volume", `{"candles":[]}`, 422, "invalid_parameter", []string{"/candles min"}},
		{"rows and their size", "volume", `{"candles":` + goodBars + `,"params":{"rows":3,"row_size":1}}`, 422, "invalid_parameter", []string{"/params/rows exclusive"}},
		{"a share above 1", "volume", `{"candles":` + goodBars + `,"params":{"value_area":1.5,"expansion":"triples","interval":1}}`, 422, "invalid_parameter",
			[]string{"/params/expansion one_of", "/params/interval known", "/params/value_area range_open"}},
		{"equal times", "volume", `{"candles":[[0,1,1,1,1,1],[0,1,1,1,1,1]]}`, 422, "out_of_order", []string{"/candles/1/0 at_least"}},
		{"deep nesting", "volume", `{"candles":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, 400, "malformed", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := post(t, h, "/signals/"+tt.path, tt.body)
			p := decode[server.Problem](t, rec)
			var got []string
			for _, f := range p.Errors {
				got = append(got, f.Pointer+" "+f.Rule)
				if f.Bound == "" {
					t.Errorf("%s names no bound", f.Pointer)
				}
			}
			if rec.Code != tt.status || p.Status != tt.status || p.Code != tt.code || p.Detail == "" || !slices.Equal(got, tt.errors) {
				t.Errorf("got %d %s %q: %s\nwant %d %s %q", rec.Code, p.Code, got, p.Detail, tt.status, tt.code, tt.errors)
			}
			if tt.status == 413 && !strings.Contains(p.Detail, "4000 bytes") {
				t.Errorf("the detail %q does not name the limit", p.Detail)
			}
			if rec.Header().Get("ETag") != "" {
				t.Error("a refusal has an ETag")
			}
		})
	}
}

func TestRefusalsNameFieldValueAndBound(t *testing.T) {
	rec := post(t, New(Options{}), "/signals/cipher", `{"interval":"1m","candles":`+goodBars+`,"params":{"rsi_period":0.5}}`)
	p := decode[server.Problem](t, rec)
	want := "rsi_period is 0.5, must be a whole number from 1 to 1000"
	if p.Detail != want || len(p.Errors) != 1 || p.Errors[0].Value != 0.5 || p.Errors[0].Bound != "a whole number from 1 to 1000" {
		t.Errorf("the refusal is %+v, want %q", p, want)
	}
}

func TestTheLastOfAKeyCounts(t *testing.T) {
	h := New(Options{})
	rec := post(t, h, "/signals/cipher", `{"interval":"9x","interval":"1m","candles":[],"candles":`+goodBars+`,"params":{"rsi_period":3,"rsi_period":7},"events":true,"events":false}`)
	if rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	got := decode[cipherAnswer](t, rec)
	if got.Interval != "1m" || got.Params["rsi_period"] != 7.0 || len(got.Columns["rsi"]) != 2 || got.Events != nil {
		t.Errorf("answered %s, rsi_period %v, %d bars, events %v", got.Interval, got.Params["rsi_period"], len(got.Columns["rsi"]), got.Events)
	}
}

func TestMethodsAndMediaTypesAreChecked(t *testing.T) {
	h := New(Options{})
	for _, tt := range []struct {
		method, path, content, accept string
		status                        int
	}{
		{"GET", "/signals/cipher", "", "", 405},
		{"PUT", "/signals/volume", "application/json", "", 405},
		{"POST", "/signals/other", "application/json", "", 404},
		{"POST", "/signals/cipher", "text/csv", "", 415},
		{"POST", "/signals/cipher", "application/json", "application/xml", 406},
		{"POST", "/signals/cipher", "application/json", "application/json", 200},
		{"POST", "/signals/volume", "", "*/*", 200},
	} {
		body := fmt.Sprintf(`{"candles":%s`, goodBars)
		if strings.HasSuffix(tt.path, "cipher") {
			body += `,"interval":"1m"`
		}
		r := httptest.NewRequest(tt.method, tt.path, strings.NewReader(body+"}"))
		if tt.content != "" {
			r.Header.Set("Content-Type", tt.content)
		}
		if tt.accept != "" {
			r.Header.Set("Accept", tt.accept)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != tt.status || tt.status == 405 && rec.Header().Get("Allow") != "POST" {
			t.Errorf("%s %s (%s, %s): %d, Allow %q; want %d", tt.method, tt.path, tt.content, tt.accept, rec.Code, rec.Header().Get("Allow"), tt.status)
		}
	}
}

func FuzzPost(f *testing.F) {
	f.Add("cipher", "", server.JSONType, `{"interval":"1m","candles":`+goodBars+`,"params":{"preset":"classic","ribbon_periods":[1,2,3,4,5,6,7,8]},"fields":["wt1"],"events":true,"forming":true}`)
	f.Add("volume", "", server.NDJSONType, `{"candles":[[0,1,2,1,2,0],[60000,1.5,3,1,2,10]],"params":{"rows":3,"spread":"close"},"range":{"kind":"session","offset":3},"interval":"1m","developing":true}`)
	f.Add("volume", "", server.JSONType, `{"candles":[[0,-1e308,1e308,-1e308,2,1e308]],"params":{"row_size":1e-300,"volume_unit":5e-324}}`)
	f.Add("volume", "", server.JSONType, `{"trades":{"time":[1,2],"price":[1,2],"size":[1,1],"side":["buy",null]},"range":"fixed:1-2"}`)
	f.Add("volume", "", server.JSONType, `{"trades":[[1,1e308,-0.0,"sell"],[1,1e400,1]],"range":{"kind":"bounds","bounds":[1,2]}}`)
	f.Add("cipher", "?interval=1m&fields=wt1,gold&preset=classic&stoch_log=false&forming=1", server.BinaryType, string(columnsBody(core.Columns{
		OpenTime: []int64{0, 60_000}, Open: []float64{1, 2}, High: []float64{2, 3}, Low: []float64{1, 1}, Close: []float64{2, 2}, Volume: []float64{0, 1}})))
	f.Add("volume", "?interval=1m&range=rolling:2&developing=true&rows=5", server.BinaryType, strings.Repeat("\x00", 96))
	h := New(Options{MaxBars: 100, MaxTrades: 100})
	f.Fuzz(func(t *testing.T, path, query, media, body string) {
		u := &url.URL{Path: "/signals/" + path, RawQuery: strings.TrimPrefix(query, "?")}
		if path != "cipher" && path != "volume" {
			return
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.URL = u
		r.Header.Set("Accept", media)
		r.Header.Set("Content-Type", server.JSONType)
		if query != "" {
			r.Header.Set("Content-Type", server.BinaryType)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != 200 && rec.Code/100 != 4 {
			t.Fatalf("%s%s %q: %d %s", path, query, body, rec.Code, rec.Body)
		}
		switch rec.Header().Get("Content-Type") {
		case server.JSONType:
			decode[map[string]any](t, rec)
		case server.NDJSONType:
			for line := range strings.Lines(rec.Body.String()) {
				if !json.Valid([]byte(line)) {
					t.Fatalf("%s%s %q gives the line %s", path, query, body, line)
				}
			}
		case server.BinaryType:
			table(t, rec)
		default:
			if p := decode[server.Problem](t, rec); p.Detail == "" {
				t.Fatalf("%s%s %q is refused without a word: %+v", path, query, body, p)
			}
		}
	})
}
