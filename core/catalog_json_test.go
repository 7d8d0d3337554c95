package core

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
)

func TestNumberReadsBackAsItself(t *testing.T) {
	for _, v := range []float64{0, 1, -1, 2.5, 0.015, -0.1, 0.7, 1e-10, 1e6, 1e15, 1e21, -1e22, 123456.789, 1 << 60, 1.0 / (1 << 20), math.Pi} {
		text := string(appendNumber(nil, v))
		if got, err := strconv.ParseFloat(text, 64); err != nil || got != v {
			t.Errorf("appendNumber(%v) = %s, which reads %v, %v", v, text, got, err)
		}
	}
	for _, v := range []float64{Absent(), math.Inf(1), math.Inf(-1), math.MaxFloat64, 5e-324} {
		if text := string(appendNumber(nil, v)); text != "null" {
			t.Errorf("appendNumber(%v) = %s, want null: it has no short decimal", v, text)
		}
	}
}

func TestNumberWritesAPersonsDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 2.5: "2.5", -0.25: "-0.25", 0.015: "0.015", 720: "720", 1e18: "1e18"} {
		if got := string(appendNumber(nil, v)); got != want {
			t.Errorf("appendNumber(%v) = %s, want %s", v, got, want)
		}
	}
}

func TestCatalogJSON(t *testing.T) {
	c := Catalog{
		Engine: "cipher", Version: "1.0.0", Columns: []string{"wt1", `a "b" \ ` + "\n"},
		Readings: []ReadingInfo{{Name: "rsi", Unit: "percent", Low: 0, High: 100, WarmUp: 14, WarmUpRule: "rsi_period", Meaning: "Wilder’s", Pane: "waves", Color: "#fff"},
			{Name: "wt1", Low: Absent(), High: Absent(), WarmUp: -1}},
		Events: []EventInfo{{Kind: "cipher.buy", Side: Bull, Meaning: "up"}},
		Params: []ParamInfo{{Name: "f", Kind: KindFloat, Default: 0.5, DefaultClassic: 0.5, Low: 0, High: 1, LowOpen: true},
			{Name: "preset", Kind: KindEnum, Choices: []string{"quantum", "classic"}}},
	}
	const want = `{"engine":"cipher","version":"1.0.0","columns":["wt1","a \"b\" \\ \u000a"],"readings":[` +
		`{"name":"rsi","unit":"percent","low":0,"high":100,"warm_up":14,"warm_up_rule":"rsi_period","meaning":"Wilder’s","pane":"waves","color":"#fff"},` +
		`{"name":"wt1","unit":"","low":null,"high":null,"warm_up":-1,"warm_up_rule":"","meaning":"","pane":"","color":""}],"states":[],` +
		`"events":[{"kind":"cipher.buy","side":"bull","meaning":"up"}],"params":[` +
		`{"name":"f","kind":"float","default":0.5,"default_classic":0.5,"low":0,"high":1,"low_open":true,"choices":[],"unit":"","meaning":""},` +
		`{"name":"preset","kind":"enum","default":0,"default_classic":0,"low":0,"high":0,"low_open":false,"choices":["quantum","classic"],"unit":"","meaning":""}]}`
	got := string(c.AppendJSON(nil))
	if got != want {
		t.Errorf("AppendJSON = %s\nwant         %s", got, want)
	}
	if !json.Valid([]byte(got)) {
		t.Error("AppendJSON gave no JSON")
	}
}
