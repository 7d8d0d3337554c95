package core

import (
	"encoding/json"
	"testing"
)

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
