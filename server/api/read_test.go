package api_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/api"
)

const series = "market=sim:SIMUSDT&interval=1m"

func TestGetCandles(t *testing.T) {
	o := start(t, api.Options{})
	o.commit(0, 600)
	forming := server.Forming{Lease: o.lease, Series: minute, OpenTime: candle(600).OpenTime, Body: []byte(fmt.Sprintf(`{"open_time":%d,"open":7,"high":8,"low":6,"close":7,"volume":1}`, candle(600).OpenTime))}
	if err := o.store.PublishForming(t.Context(), []server.Forming{forming}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		query       string
		first, last int // bars
	}{
		{"", 100, 599},
		{"&limit=3", 597, 599},
		{"&limit=10000", 0, 599},
		{"&from=0&limit=2", 0, 1},
		{fmt.Sprintf("&from=%d&to=%d", candle(5).OpenTime, candle(9).OpenTime), 5, 8},
		{fmt.Sprintf("&to=%d&limit=2", candle(9).OpenTime), 7, 8},
		{"&limit=1&limit=2", 598, 599},
	} {
		got := as[struct {
			Market, Interval string
			Candles          columns
			Forming          *struct {
				OpenTime int64 `json:"open_time"`
			}
		}](t, o.get("/api/v1/candles?"+series+tt.query))
		times := got.Candles.OpenTime
		if len(times) != tt.last-tt.first+1 || times[0] != candle(tt.first).OpenTime || times[len(times)-1] != candle(tt.last).OpenTime || got.Candles.Close[0] != candle(tt.first).Close {
			t.Errorf("%s: %d bars, want %d to %d", tt.query, len(times), tt.first, tt.last)
		}
		if got.Market != "sim:SIMUSDT" || got.Interval != "1m" || got.Forming == nil || got.Forming.OpenTime != candle(600).OpenTime {
			t.Errorf("%s: %s %s, forming %v", tt.query, got.Market, got.Interval, got.Forming)
		}
	}
}

func TestQueriesAreRefusedWhole(t *testing.T) {
	o := start(t, api.Options{})
	for _, tt := range []struct {
		path   string
		status int
		want   []string
	}{
		{"/candles", 422, []string{"market required", "interval required"}},
		{"/candles?market=SIM&interval=1x&limit=0", 422, []string{"market market", "interval interval", "limit min"}},
		{"/candles?" + series + "&limit=ten&symbol=x", 422, []string{"limit type", "symbol known"}},
		{"/candles?" + series + "&limit=10001", 422, []string{"limit max"}},
		{"/candles?market=sim:OTHER&interval=1m", 404, nil},
		{"/signals/snapshot?market=sim:SIMUSDT&interval=2m", 404, nil},
		{"/signals/events?side=up&kind=&limit=2000&market=x", 422, []string{"market/0 market", "side/0 oneof", "limit max"}},
		{"/signals/events?cursor=nonsense", 422, []string{"cursor cursor"}},
		{"/nothing", 404, nil},
	} {
		a := o.get("/api/v1" + tt.path)
		p, places := problem(t, a)
		slices.Sort(places)
		want := slices.Sorted(slices.Values(tt.want))
		if a.status != tt.status || !slices.Equal(places, want) || p.Detail == "" {
			t.Errorf("%s: %d %q (%s), want %d %q", tt.path, a.status, places, p.Detail, tt.status, want)
		}
	}
}

func TestGetEvents(t *testing.T) {
	o := start(t, api.Options{})
	o.commit(0, 40) // 20 events
	type page struct {
		Events []struct {
			ID, Kind, Side, Market, Interval string
			Seq                              int64
			OpenTime                         int64 `json:"open_time"`
			KnownAt                          int64 `json:"known_at"`
			Price                            float64
			Data                             json.RawMessage
		}
		Cursor *string
	}
	var seqs []int64
	cursor, pages := "", 0
	for {
		got := as[page](t, o.get("/api/v1/signals/events?limit=7"+cursor))
		for _, e := range got.Events {
			seqs = append(seqs, e.Seq)
		}
		pages++
		if got.Cursor == nil {
			break
		}
		cursor = "&cursor=" + *got.Cursor
	}
	want := make([]int64, 20)
	for i := range want {
		want[i] = int64(20 - i)
	}
	if !slices.Equal(seqs, want) || pages != 3 {
		t.Errorf("pages of 7 give %v in %d pages, want 20 to 1 in 3", seqs, pages)
	}
	for _, tt := range []struct {
		query string
		count int
	}{
		{series, 20}, {"market=sim:OTHER", 0}, {"interval=1m&interval=1h", 20}, {"interval=1h", 0},
		{"kind=cipher.buy", 10}, {"kind=cipher.buy&kind=cipher.wt_bear_div", 20}, {"side=bear", 10}, {"side=none", 0},
		{fmt.Sprintf("from=%d&to=%d", candle(8).OpenTime, candle(16).OpenTime), 4},
	} {
		if got := as[page](t, o.get("/api/v1/signals/events?"+tt.query)); len(got.Events) != tt.count {
			t.Errorf("%s: %d events, want %d", tt.query, len(got.Events), tt.count)
		}
	}
	got := as[page](t, o.get("/api/v1/signals/events?limit=1&kind=cipher.wt_bear_div")).Events[0]
	k := candle(39)
	if got.ID != server.EventID("1", 7, minute, k.OpenTime, "cipher.wt_bear_div") || got.Side != "bear" || got.Market != "sim:SIMUSDT" || got.Interval != "1m" ||
		got.OpenTime != k.OpenTime || got.KnownAt != k.OpenTime+60_000 || got.Price != k.Close || string(got.Data) != `{"pivots":[]}` {
		t.Errorf("the newest divergence is %+v", got)
	}
}

func TestGetSnapshot(t *testing.T) {
	o := start(t, api.Options{Preset: "classic"})
	type snapshot struct {
		Market, Epoch, Preset string
		Engine                api.Engine
		Snapshot              []byte
		Volume                []byte `json:"volume_snapshot"`
		Last                  *int64
		Candles               columns
		Seq                   struct{ Bars, Signals int64 }
		Forming               json.RawMessage
	}
	o.commit(0, 10)
	got := as[snapshot](t, o.get("/api/v1/signals/snapshot?"+series))
	if got.Snapshot != nil || got.Last != nil || len(got.Candles.OpenTime) != 10 || got.Seq.Bars != 10 || got.Seq.Signals != 4 || got.Preset != "classic" || got.Epoch != o.store.Epoch() || got.Engine.WasmSHA256 != "abc" {
		t.Errorf("before the first checkpoint: %+v", got)
	}
	o.commit(10, 600)
	for _, tt := range []struct {
		query string
		last  int // bar inside the checkpoint
	}{{"", 511}, {fmt.Sprintf("&before=%d", candle(511).OpenTime), 255}} {
		got := as[snapshot](t, o.get("/api/v1/signals/snapshot?"+series+tt.query))
		times := got.Candles.OpenTime
		if string(got.Snapshot) != "cipher" || string(got.Volume) != "volume" || got.Last == nil || *got.Last != candle(tt.last).OpenTime || len(times) != 599-tt.last || times[0] != candle(tt.last+1).OpenTime || got.Seq.Bars != 600 {
			t.Errorf("%s: %+v", tt.query, got)
		}
	}
}

func TestGetMarketsAndCatalog(t *testing.T) {
	o := start(t, api.Options{})
	type answer struct {
		Markets []struct {
			Market    string
			Intervals []string
			State     string
			Last      map[string]int64
			Note      string `json:"source_note"`
		}
	}
	if got := as[answer](t, o.get("/api/v1/markets")).Markets; len(got) != 1 || len(got[0].Last) != 0 {
		t.Errorf("before the first bar: %+v", got)
	}
	o.commit(0, 2)
	if err := o.store.SetStates(t.Context(), o.lease, map[server.Market]server.State{minute.Market: server.Live}); err != nil {
		t.Fatal(err)
	}
	got := as[answer](t, o.get("/api/v1/markets")).Markets
	if len(got) != 1 || got[0].Market != "sim:SIMUSDT" || got[0].State != "live" || got[0].Last["1m"] != candle(1).OpenTime || got[0].Note != "simulated" || got[0].Intervals[0] != "1m" {
		t.Errorf("markets are %+v", got)
	}
	catalog := as[map[string]struct {
		Engine, Version string
		Params          []struct{ Name string }
	}](t, o.get("/api/v1/signals/catalog"))
	if catalog["cipher"].Params[0].Name != "preset" || catalog["volume"].Engine != "volume" {
		t.Errorf("the catalog is %+v", catalog)
	}
}

func TestComputeIsServedBelowTheSameBase(t *testing.T) {
	o := start(t, api.Options{})
	a := o.do("POST", "/api/v1/signals/volume", "application/json", `{"candles":[[0,1,2,1,2,5]]}`)
	if got := as[struct{ Total float64 }](t, a); got.Total != 5 || a.header.Get("ETag") == "" {
		t.Errorf("total %v, ETag %q", got.Total, a.header.Get("ETag"))
	}
	_, places := problem(t, o.do("POST", "/api/v1/signals/cipher", "application/json", `{"interval":"1m","candles":[[0,1,0,1,2,5]]}`))
	if !slices.Equal(places, []string{"/candles/0/2 at_least"}) {
		t.Errorf("a bad bar is refused at %q", places)
	}
	if a := o.do("DELETE", "/api/v1/candles", "", ""); a.status != 405 || a.header.Get("Allow") == "" || !strings.Contains(a.header.Get("Allow"), "POST") {
		t.Errorf("DELETE of candles: %d, Allow %q", a.status, a.header.Get("Allow"))
	}
}
