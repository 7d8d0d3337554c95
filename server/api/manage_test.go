package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/api"
)

// onlySim has the markets of one source.
type onlySim struct{}

func (onlySim) Check(s server.Series) (string, error) {
	if s.Market.Source != "sim" {
		return "", server.Invalid("source", s.Market.Source, "source", "sim")
	}
	return "simulated", nil
}

func (onlySim) Clocked(source string) bool { return source == "sim" }

type marketAnswer struct {
	Market    string
	Intervals []string
	Note      string `json:"source_note"`
	State     string
	Progress  map[string]struct {
		Bars   int64
		Behind *int64
	}
}

func TestMarketsAreWatchedAndStoppedAtRunTime(t *testing.T) {
	o := start(t, api.Options{Sources: onlySim{}, MaxWatched: 4})
	watched := func() (list []string) {
		all, err := o.store.Watched(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range all {
			list = append(list, one.Series.String())
		}
		return list
	}
	for range 2 { // the second time nothing is new
		a := o.do("POST", "/api/v1/markets", server.JSONType, `{"market":"sim:NEW","intervals":["1h","1m"]}`)
		if a.status != http.StatusAccepted {
			t.Fatalf("watch: %d %s", a.status, a.body)
		}
		if want := []string{"sim:NEW:1m", "sim:NEW:1h", "sim:SIMUSDT:1m"}; !slices.Equal(watched(), want) {
			t.Errorf("watched are %q, want %q", watched(), want)
		}
		if !strings.Contains(string(a.body), `"source_note":"simulated"`) {
			t.Errorf("the answer is %s", a.body)
		}
	}
	for body, want := range map[string][]string{
		`{"market":"sim:X","intervals":["1m","5m"]}`:            {"/intervals max"},
		`{"market":"other:X","intervals":["1m"]}`:               {"/intervals/0 source"},
		`{"market":"x","intervals":["1y"],"note":1}`:            {"/note known", "/market market", "/intervals/0 interval"},
		`{"intervals":[]}`:                                      {"/market required", "/intervals min"},
		`{"market":"sim:X","market":7,"intervals":["1m","1m"]}`: {"/market required", "/intervals unique"},
		`[]`:                nil,
		`{"market":"sim:X"`: nil,
	} {
		_, places := problem(t, o.do("POST", "/api/v1/markets", server.JSONType, body))
		if !slices.Equal(places, want) {
			t.Errorf("%s is refused at %q, want %q", body, places, want)
		}
	}
	if a := o.do("DELETE", "/api/v1/markets/sim:NEW?interval=1h", "", ""); a.status != http.StatusNoContent {
		t.Errorf("stop one interval: %d %s", a.status, a.body)
	}
	if want := []string{"sim:NEW:1m", "sim:SIMUSDT:1m"}; !slices.Equal(watched(), want) {
		t.Errorf("watched are %q, want %q", watched(), want)
	}
	if a := o.do("DELETE", "/api/v1/markets/sim:NEW", "", ""); a.status != http.StatusNoContent {
		t.Errorf("stop: %d %s", a.status, a.body)
	}
	if a := o.do("DELETE", "/api/v1/markets/sim:NEW", "", ""); a.status != http.StatusNotFound {
		t.Errorf("stop again: %d %s", a.status, a.body)
	}
}

func TestProgressTellsHowFarABackfillIs(t *testing.T) {
	o := start(t, api.Options{Sources: onlySim{}})
	get := func() marketAnswer {
		return as[struct{ Markets []marketAnswer }](t, o.get("/api/v1/markets")).Markets[0]
	}
	if got := get().Progress["1m"]; got.Bars != 0 || got.Behind != nil {
		t.Errorf("before the first bar: %+v", got)
	}
	o.commit(0, 10)
	got := get().Progress["1m"]
	want := (time.Now().UnixMilli()-candle(9).OpenTime)/int64(core.Minute) - 1
	if got.Bars != 10 || got.Behind == nil || *got.Behind < want-1 || *got.Behind > want {
		t.Errorf("after 10 bars: %+v, want %d behind", got, want)
	}
}
