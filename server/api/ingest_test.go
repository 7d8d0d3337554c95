package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server/api"
)

type ingested struct {
	Accepted, Duplicates int
	Last                 int64
}

const ndjson = "application/x-ndjson"

// rows writes bars from up to to, a row each, between the separators.
func rows(from, to int, separator string) string {
	list := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		k := candle(i)
		list = append(list, fmt.Sprintf("[%d,%v,%v,%v,%v,%v]", k.OpenTime, k.Open, k.High, k.Low, k.Close, k.Volume))
	}
	return strings.Join(list, separator)
}

func TestPostCandles(t *testing.T) {
	o := start(t, api.Options{})
	const of = "market=ingest:BTCUSDT&interval=1m"
	body := func(candles string) string {
		return `{"market":"ingest:BTCUSDT","interval":"1m","candles":` + candles + `}`
	}
	k := candle(3)
	asColumns := fmt.Sprintf(`{"open_time":[%d],"open":[%v],"high":[%v],"low":[%v],"close":[%v],"volume":[%v]}`, k.OpenTime, k.Open, k.High, k.Low, k.Close, k.Volume)
	for _, tt := range []struct {
		name, path, media, body string
		want                    ingested
	}{
		{"rows", "", "application/json", body("[" + rows(0, 3, ",") + "]"), ingested{3, 0, candle(2).OpenTime}},
		{"columns", "", "application/json", body(asColumns), ingested{1, 0, candle(3).OpenTime}},
		{"the same again and more", "", "application/json", body("[" + rows(2, 6, ",") + "]"), ingested{2, 2, candle(5).OpenTime}},
		{"naming the bar before", "", "application/json", strings.Replace(body("["+rows(6, 7, ",")+"]"), "{", fmt.Sprintf(`{"after":%d,`, candle(5).OpenTime), 1), ingested{1, 0, candle(6).OpenTime}},
		{"lines", "?" + of, ndjson, rows(5, 2500, "\n") + "\n\n", ingested{2493, 2, candle(2499).OpenTime}},
		{"lines naming the bar before", fmt.Sprintf("?%s&after=%d", of, candle(2499).OpenTime), ndjson, rows(2500, 2501, "\n"), ingested{1, 0, candle(2500).OpenTime}},
		{"no lines", "?" + of, ndjson, "", ingested{}},
	} {
		if got := as[ingested](t, o.do("POST", "/api/v1/candles"+tt.path, tt.media, tt.body)); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	if got := as[struct{ Markets []struct{ Market string } }](t, o.get("/api/v1/markets")); len(got.Markets) != 2 || got.Markets[0].Market != "ingest:BTCUSDT" {
		t.Errorf("the pushed market is not watched: %+v", got)
	}
}

func TestPostCandlesRefuses(t *testing.T) {
	o := start(t, api.Options{MaxBody: 2000, MaxBulk: 200_000})
	const path = "/api/v1/candles?market=ingest:A&interval=1m"
	if got := as[ingested](t, o.do("POST", path, ndjson, rows(0, 10, "\n"))); got.Accepted != 10 {
		t.Fatalf("%+v", got)
	}
	other := strings.Replace(rows(9, 10, ""), "2.25", "2.5", 1)
	for _, tt := range []struct {
		name, path, media, body string
		status                  int
		code, detail            string
		want                    []string
	}{
		{"all that is wrong at once", "/api/v1/candles", "application/json", `{"market":"x","candles":[[0,1,0,1,1,1],[1,"a",1,1,1,1]],"more":1}`, 400, "malformed", "fields are refused",
			[]string{"/more known", "/market market", "/interval required", "/candles/1/1 type", "/candles/0/2 at_least"}},
		{"nothing", "/api/v1/candles", "application/json", `{"market":"ingest:A","interval":"1m"}`, 422, "invalid_parameter", "candles needs columns or rows", []string{"/candles required"}},
		{"another source", "/api/v1/candles", "application/json", `{"market":"sim:SIMUSDT","interval":"1m","candles":[]}`, 422, "invalid_parameter", "source ingest", []string{"/market source"}},
		{"another source in lines", "/api/v1/candles?" + series, ndjson, rows(0, 1, ""), 422, "invalid_parameter", "source ingest", []string{"market source"}},
		{"lines of nothing known", "/api/v1/candles", ndjson, "", 422, "invalid_parameter", "", []string{"market required", "interval required"}},
		{"a bar before the last", path, ndjson, fmt.Sprintf("[%d,1,1,1,1,1]", candle(5).OpenTime-1), 409, "conflict", fmt.Sprint(candle(9).OpenTime), nil},
		{"other values", path, ndjson, other, 409, "conflict", "other values", nil},
		{"another bar before it", path + "&after=7", ndjson, rows(11, 12, ""), 409, "conflict", fmt.Sprint(candle(9).OpenTime), nil},
		{"bars that overlap", "/api/v1/candles?market=ingest:B&interval=5m", ndjson, rows(0, 2, "\n"), 422, "out_of_order", "", []string{"/1/0 at_least"}},
		{"a line that is no JSON", path, ndjson, rows(10, 11, "") + "\n[1,", 400, "malformed", "line 2: not JSON", nil},
		{"a bad line behind good ones", "/api/v1/candles?market=ingest:C&interval=1m", ndjson, rows(0, 1000, "\n") + "\n{}", 400, "malformed",
			fmt.Sprintf("1000 bars before it were taken, up to %d", candle(999).OpenTime), []string{"/1000 type"}},
		{"a line without end", path, ndjson, "[" + strings.Repeat(" ", 5000), 413, "too_large", "4096 bytes", nil},
		{"too large", path, "application/json", `{"market":"` + strings.Repeat("x", 2000) + `"}`, 413, "too_large", "2000 bytes", nil},
		{"too many lines", path, ndjson, strings.Repeat("\n", 200_001), 413, "too_large", "200000 bytes", nil},
		{"another type", path, "text/csv", "", 415, "unsupported_media_type", "application/x-ndjson", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := o.do("POST", tt.path, tt.media, tt.body)
			p, places := problem(t, a)
			if tt.want != nil {
				slices.Sort(places)
				slices.Sort(tt.want)
			}
			if a.status != tt.status || string(p.Code) != tt.code || !strings.Contains(p.Detail, tt.detail) || tt.want != nil && !slices.Equal(places, tt.want) {
				t.Errorf("%d %s %q: %s\nwant %d %s %q: …%s…", a.status, p.Code, places, p.Detail, tt.status, tt.code, tt.want, tt.detail)
			}
		})
	}
	// What was refused left nothing behind.
	if got := as[ingested](t, o.do("POST", path, ndjson, rows(10, 11, ""))); got != (ingested{1, 0, candle(10).OpenTime}) {
		t.Errorf("the next bar: %+v", got)
	}
}
