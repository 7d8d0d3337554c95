package compute

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

type volumeAnswer struct {
	Source, Interval, Shape string
	Count                   int
	Range                   map[string]any
	Start                   int64
	Rows                    [][4]float64
	Total                   float64
	POC, VAH, VAL, VWAP     *float64
	Previous                *struct{ Start, End int64 }
	Naked                   []struct {
		Price   float64
		Session int64
		Age     int
	}
	Developing map[string][]*float64
	Events     []struct {
		Kind     string
		OpenTime int64 `json:"open_time"`
		Data     struct {
			Levels []struct {
				Price   float64
				Session int64
			}
		}
	}
	Forming *struct {
		OpenTime int64 `json:"open_time"`
		Levels   struct{ POC *float64 }
	}
}

func TestVolumeRangesAreThoseOfTheEngine(t *testing.T) {
	h := New(Options{})
	candles, _ := walk(t)
	text := string(server.AppendCandles(nil, candles))
	n := candles.Len()
	zone, err := server.ParseSessions("America/New_York@09:30")
	if err != nil {
		t.Fatal(err)
	}
	bounds := zone.Bounds(candles.OpenTime[0], candles.OpenTime[n-1])
	p := volume.Default()
	p.RowSize, p.Rows = 4, 0
	for _, tt := range []struct {
		ask   string
		want  volume.Range
		query string
	}{
		{`"session"`, volume.Daily(), "session"},
		{`{"kind":"session","offset":30,"length":240}`, volume.Range{Offset: 30, Length: 240}, ""},
		{`{"kind":"session","zone":"America/New_York@09:30"}`, volume.Range{Kind: volume.RangeBounds, Bounds: bounds}, "session:America/New_York@09:30"},
		{`"week"`, volume.Range{Kind: volume.RangeWeek}, "week"},
		{`{"kind":"month","offset":60}`, volume.Range{Kind: volume.RangeMonth, Offset: 60}, ""},
		{`"rolling:50"`, volume.Rolling(50), "rolling:50"},
		{fmt.Sprintf(`{"kind":"anchored","from":%d}`, candles.OpenTime[100]), volume.Anchored(candles.OpenTime[100]), fmt.Sprintf("anchored:%d", candles.OpenTime[100])},
		{fmt.Sprintf(`{"kind":"bounds","bounds":[%d,%d]}`, candles.OpenTime[10], candles.OpenTime[500]), volume.Range{Kind: volume.RangeBounds, Bounds: []int64{candles.OpenTime[10], candles.OpenTime[500]}}, ""},
	} {
		body := `{"interval":"15m","developing":true,"forming":true,"range":` + tt.ask + `,"params":{"row_size":4},"candles":` + text + `}`
		rec := post(t, h, "/signals/volume", body)
		if rec.Code != 200 {
			t.Fatalf("%s: %d %s", tt.ask, rec.Code, rec.Body)
		}
		got := decode[volumeAnswer](t, rec)
		want := volume.MakeColumns(n)
		if err := volume.Develop(p, 15*core.Minute, tt.want, candles, &want); err != nil {
			t.Fatal(err)
		}
		events := 0
		for _, e := range want.Events {
			if e.OpenTime < candles.OpenTime[n-1] { // the last bar forms
				events++
			}
		}
		if len(got.Events) != events || got.Forming == nil || *got.Forming.Levels.POC != want.Values[volume.POC][n-1] {
			t.Errorf("%s: %d events, want %d; forming %+v", tt.ask, len(got.Events), events, got.Forming)
		}
		for i, e := range got.Events {
			if w := want.Events[i]; e.Kind != w.Kind() || e.OpenTime != w.OpenTime || len(e.Data.Levels) != len(w.Levels) || e.Data.Levels[0].Price != w.Levels[0].Price {
				t.Fatalf("%s: event %d is %+v, want %+v", tt.ask, i, e, w)
			}
		}
		for r := range volume.NumReadings {
			column := got.Developing[r.String()]
			for i := range n - 1 {
				w := want.Values[r][i]
				if w != w && column[i] != nil || w == w && (column[i] == nil || *column[i] != w) {
					t.Fatalf("%s: %s of bar %d is %v, want %v", tt.ask, r, i, column[i], w)
				}
			}
			if len(column) != n-1 {
				t.Errorf("%s: %d values of %s", tt.ask, len(column), r)
			}
		}
		if tt.query == "" {
			continue
		}
		again := send(t, h, "/signals/volume?interval=15m&developing=true&row_size=4&range="+tt.query, columnsBody(candles.Slice(0, n-1)), "Content-Type", server.BinaryType, "Accept", server.BinaryType)
		if poc := table(t, again)["poc"]; len(poc) != n-1 || math.Float64bits(poc[n-2]) != math.Float64bits(want.Values[volume.POC][n-2]) {
			t.Errorf("range=%s of columns gives another point of control", tt.query)
		}
	}
}

func TestAFixedRangeIsTheProfileOfItsBars(t *testing.T) {
	h := New(Options{})
	candles, _ := walk(t)
	a, b := candles.OpenTime[100], candles.OpenTime[400]
	want, err := volume.Compute(volume.Default(), candles.Slice(100, 400))
	if err != nil {
		t.Fatal(err)
	}
	for _, span := range []string{fmt.Sprintf(`"fixed:%d-%d"`, a, b), fmt.Sprintf(`{"kind":"fixed","from":%d,"to":%d}`, a-1, b)} {
		got := decode[volumeAnswer](t, post(t, h, "/signals/volume", `{"range":`+span+`,"candles":`+string(server.AppendCandles(nil, candles))+`}`))
		if got.Count != 300 || *got.POC != want.POC || got.Total != want.Total || got.Events != nil || got.Developing != nil || got.Range["kind"] != "fixed" {
			t.Errorf("%s: %d bars, total %v, want %v", span, got.Count, got.Total, want.Total)
		}
	}
	lines := send(t, h, "/signals/volume", []byte(`{"candles":`+string(server.AppendCandles(nil, candles))+`}`), "Accept", server.NDJSONType)
	if got := strings.Count(lines.Body.String(), "\n"); got != 24 || !strings.HasPrefix(lines.Body.String(), `{"low":`) {
		t.Errorf("%d rows as lines: %.80s", got, lines.Body)
	}
}

func TestAProfileOfTrades(t *testing.T) {
	h := New(Options{})
	r := rand.New(rand.NewPCG(1, 2))
	var trades volume.Trades
	var rows, sides []string
	for i := range 500 {
		side := core.Side(r.IntN(3) - 1)
		trades.Time, trades.Price = append(trades.Time, int64(i/2)), append(trades.Price, 100+math.Floor(40*r.Float64())/4)
		trades.Size, trades.Side = append(trades.Size, math.Floor(100*r.Float64())/8), append(trades.Side, side)
		word := map[core.Side]string{core.Bull: `"buy"`, core.Bear: `"sell"`, core.None: "null"}[side]
		rows = append(rows, fmt.Sprintf("[%d,%v,%v,%s]", i/2, trades.Price[i], trades.Size[i], word))
		sides = append(sides, word)
	}
	want, err := volume.FromTrades(volume.Default(), trades)
	if err != nil {
		t.Fatal(err)
	}
	columns := string(server.AppendFloats(append(server.AppendFloats(append(server.AppendInts([]byte(`{"time":`), trades.Time), `,"price":`...), trades.Price), `,"size":`...), trades.Size))
	for _, given := range []string{"[" + strings.Join(rows, ",") + "]", columns + `,"side":[` + strings.Join(sides, ",") + `]}`} {
		got := decode[volumeAnswer](t, post(t, h, "/signals/volume", `{"trades":`+given+`}`))
		if got.Source != "trades" || got.Count != 500 || *got.POC != want.POC || got.Rows[7] != [4]float64{want.Edges[7], want.Edges[8], want.Up[7], want.Down[7]} {
			t.Errorf("the profile is %+v, want %+v", got, want)
		}
	}
	some := decode[volumeAnswer](t, post(t, h, "/signals/volume", `{"range":"fixed:10-20","trades":`+columns+`}}`))
	if some.Count != 20 {
		t.Errorf("10 ms of two trades each are %d trades", some.Count)
	}
}

func TestVolumeRefusals(t *testing.T) {
	h := New(Options{MaxTrades: 2})
	bars := `"candles":` + goodBars
	wide := core.Columns{}
	for i := range 9000 {
		wide.Append(core.Candle{OpenTime: int64(i) * 60_000, Open: float64(i), High: float64(i) + 1, Low: 0, Close: float64(i), Volume: 1})
	}
	for body, want := range map[string][]string{
		`{"range":"session",` + bars + `}`:                                                                 {"/interval required"},
		`{"range":"yearly",` + bars + `}`:                                                                  {"/range range_form"},
		`{"range":"fixed:9-9",` + bars + `}`:                                                               {"/range range_form"},
		`{"range":"session:Mars/Olympus",` + bars + `}`:                                                    {"/range range_form", "/interval required"},
		`{"range":3,` + bars + `}`:                                                                         {"/range type"},
		`{"interval":"1m","range":{"kind":"rolling"},` + bars + `}`:                                        {"/range/bars required", "/range/bars whole"},
		`{"interval":"1m","range":{"kind":"rolling","bars":1.5,"from":3},` + bars + `}`:                    {"/range/bars type", "/range/from known", "/range/bars whole"},
		`{"interval":"1m","range":{"kind":"session","zone":"UTC","length":60},` + bars + `}`:               {"/range/zone exclusive"},
		`{"interval":"1m","range":{"kind":"bounds","bounds":[2,1]},` + bars + `}`:                          {"/range/bounds above"},
		`{"interval":"1m","range":{"kind":"era"},` + bars + `}`:                                            {"/range/kind one_of"},
		`{"developing":true,` + bars + `}`:                                                                 {"/developing range_develops"},
		`{"trades":[[0,1,1]],` + bars + `}`:                                                                {"/trades exclusive"},
		`{"trades":[[0,1,1],[0,1,1],[0,1,1]]}`:                                                             {"/trades max"},
		`{"trades":[]}`:                                                                                    {"/trades min"},
		`{"trades":[[0,1,1]],"range":"rolling:3","interval":"1m"}`:                                         {"/range range_of_trades"},
		`{"trades":[[0,"NaN",1],[0.5,1,1,"hold"],[1]]}`:                                                    {"/trades/0/1 type", "/trades/1/0 type", "/trades/1/3 one_of", "/trades/2 length", "/trades max"},
		`{"trades":{"time":[0],"price":[1,2],"sise":[1]}}`:                                                 {"/trades/sise known", "/trades/price length", "/trades/size required"},
		`{"trades":[[5,1,1],[4,1,1]]}`:                                                                     {"/trades/time/1 at_least"},
		`{"params":{"row_size":1e-9},` + bars + `}`:                                                        {"/params/row_size fits"},
		`{"trades":[[5,1,-1]]}`:                                                                            {"/trades/size/0 range"},
		`{"candles":[[0,1,1,1,1,1],[9000000000000000,1,1,1,1,1]],"range":"session:UTC","interval":"1m"}`:   {"/range/zone max"},
		`{"interval":"1m","range":"anchored:0","candles":` + string(server.AppendCandles(nil, wide)) + `}`: {"/params/rows work"},
	} {
		rec := post(t, h, "/signals/volume", body)
		p := decode[server.Problem](t, rec)
		var got []string
		for _, f := range p.Errors {
			got = append(got, f.Pointer+" "+f.Rule)
		}
		if rec.Code/100 != 4 || p.Detail == "" || !slices.Equal(got, want) {
			t.Errorf("%.120s: %d %q %s, want %q", body, rec.Code, got, p.Detail, want)
		}
	}
}
