package ai_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/ai"
	"github.com/quantum-signals/quantum/server/ai/model"
	"github.com/quantum-signals/quantum/server/ai/model/modeltest"
)

func TestRefusalsNameThePlace(t *testing.T) {
	s := service(t, "WALK", ai.Options{})
	for _, tt := range []struct {
		path, body string
		status     int
		has        string
	}{
		{"explain", `{"market":"test:WALK"}`, 422, `"pointer":"/interval"`},
		{"explain", `{"interval":"15m"}`, 422, `"pointer":"/market"`},
		{"explain", `{"market":"test:WALK","interval":"15m","advice":true}`, 422, `"pointer":"/advice"`},
		{"explain", `{"market":"test:OTHER","interval":"15m"}`, 404, "is not watched"},
		{"explain", `{"market":"test:WALK","interval":"15m","provider":"gemini"}`, 422, `one of builtin`},
		{"explain", `{"market":"test:WALK","interval":"15m"`, 400, "malformed"},
		{"explain", `{"interval":"15m","candles":[[0,1,2,0.5,1,1],[900000,3,2,0.5,1,1]]}`, 422, `"pointer":"/candles/1/`},
		{"explain", `{"interval":"15m","candles":[]}`, 422, `"pointer":"/candles"`},
		{"ask", `{"question":""}`, 422, `"pointer":"/question"`},
		{"ask", `{"question":"` + strings.Repeat("x", 2001) + `"}`, 422, "at most 2000"},
		{"ask", `{"question":"?","market":"test:OTHER","interval":"15m"}`, 404, "is not watched"},
		{"rule", `{"text":"a buy","market":"test:WALK"}`, 422, `"pointer":"/interval"`},
		{"rule", `{"text":"make me rich","market":"test:WALK","interval":"15m"}`, 422, "make me rich"},
	} {
		status, head, body := post(t, s.URL+"/ai/"+tt.path, tt.body)
		if status != tt.status || head.Get("Content-Type") != "application/problem+json" || !strings.Contains(string(body), tt.has) {
			t.Errorf("%s %.80s: %d %s; want %d and %s", tt.path, tt.body, status, body, tt.status, tt.has)
		}
	}
	for query, has := range map[string]string{
		"market=test:WALK&interval=15m&horizon=0": "horizon", "market=test:WALK&interval=15m&horizon=x": "whole number",
		"market=test:WALK&interval=15m&side=bull": "side", "interval=15m": "market",
	} {
		if status, _, body := get(t, s.URL+"/ai/outcomes?"+query); status != 422 || !strings.Contains(string(body), has) {
			t.Errorf("outcomes?%s: %d %s; want 422 and %s", query, status, body, has)
		}
	}
}

func TestCandlesInTheBodyAreExplained(t *testing.T) {
	c := walk(t)
	s := service(t, "WALK", ai.Options{})
	body := server.AppendCandles([]byte(`{"interval":"15m","candles":`), c.Slice(0, 700))
	status, _, text := post(t, s.URL+"/ai/explain", string(append(body, '}')))
	var x ai.Explanation
	if err := json.Unmarshal(text, &x); err != nil || status != http.StatusOK || !strings.HasPrefix(x.Summary, "The market 15m closed at") || !x.Grounded {
		t.Errorf("%d %.300s", status, text)
	}
}

func TestOutcomesAreServed(t *testing.T) {
	s := service(t, "WALK", ai.Options{})
	status, _, text := get(t, s.URL+"/ai/outcomes?market=test:WALK&interval=15m&kind=cipher.cross_up&horizon=4&horizon=8")
	var table struct {
		Market string `json:"market"`
		Bars   int    `json:"bars"`
		Rows   []struct {
			Kind    string `json:"kind"`
			Horizon int    `json:"horizon"`
			Count   int    `json:"count"`
		} `json:"rows"`
		Compared int `json:"compared"`
	}
	if err := json.Unmarshal(text, &table); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	if table.Bars != bars || len(table.Rows) != 2 || table.Rows[1].Horizon != 8 || table.Rows[0].Count < 20 || table.Compared < 15 {
		t.Errorf("%+v: all kinds are compared, one is shown", table)
	}
}

func TestProvidersAreListed(t *testing.T) {
	m := modeltest.Start(t, modeltest.OpenAI{}, modeltest.Once("Fine."))
	down := modeltest.Start(t, modeltest.Anthropic{}, modeltest.Once("Fine."))
	down.Close()
	s := service(t, "WALK", ai.Options{Default: "openai", Providers: []*model.Guarded{guarded(t, "openai", m.URL), guarded(t, "anthropic", down.URL)}})
	status, _, text := get(t, s.URL+"/ai/providers")
	var list struct{ Providers []ai.Standing }
	if err := json.Unmarshal(text, &list); err != nil || status != http.StatusOK || len(list.Providers) != 3 {
		t.Fatalf("%d %s", status, text)
	}
	builtin, openai, anthropic := list.Providers[0], list.Providers[1], list.Providers[2]
	if builtin.Name != "builtin" || !builtin.Reachable || builtin.Default || !openai.Reachable || !openai.Default || openai.Model != "test-model" || anthropic.Reachable || anthropic.Error == "" {
		t.Errorf("%s", text)
	}
}

func TestRulesAreMadeOfWords(t *testing.T) {
	s := service(t, "WALK", ai.Options{})
	for words, want := range map[string]string{
		"a buy signal and RSI below 35 and price under the value area low": `event("cipher.buy") and rsi < 35 and close < val`,
		"Alert me when wt2 crosses below -60":                              `wt2 < -60`,
		"oversold or a bullish divergence":                                 `wt2 <= -53 or event("cipher.buy_div")`,
		"money flow is positive and price above the VWAP":                  `mf > 0 and close > vwap`,
		"price is above 12,000.5":                                          `close > 12000.5`,
		"when ema2 is above ema8, and there is a bull flag":                `ema2 > ema8 and event("cipher.bull_flag")`,
		"cipher.sell and not overbought":                                   `event("cipher.sell") and not (wt2 >= 53)`,
		"money flow is at least minus 5":                                   `mf >= -5`,
	} {
		status, _, text := post(t, s.URL+"/ai/rule", fmt.Sprintf(`{"text":%q,"market":"test:WALK","interval":"15m"}`, words))
		var rule ai.Rule
		if err := json.Unmarshal(text, &rule); err != nil || status != http.StatusOK {
			t.Errorf("%s: %d %s", words, status, text)
			continue
		}
		if rule.Expression != want || rule.Provider != ai.Builtin || rule.Bars != bars {
			t.Errorf("%s: %s over %d bars, want %s", words, rule.Expression, rule.Bars, want)
		}
		if strings.HasPrefix(want, "wt2 < -60") && (rule.Count < 10 || len(rule.Matches) != min(rule.Count, 50) || rule.Matches[0] < rule.Matches[1]) {
			t.Errorf("%s: %d matches, newest first: %v", words, rule.Count, rule.Matches)
		}
	}
}

// A model's rule has to compile, with numbers of the words only.
func TestAModelMakesRules(t *testing.T) {
	rule := func(expression string) modeltest.Reply {
		text, _ := json.Marshal(map[string]string{"expression": expression})
		return modeltest.Once(string(text))
	}
	const body = `{"text":"a buy signal and RSI below 35","market":"test:WALK","interval":"15m","provider":"%s"}`
	for _, wire := range wires {
		for name, tt := range map[string]struct {
			replies  []modeltest.Reply
			want, by string
			note     string
		}{
			"good":            {[]modeltest.Reply{rule(`event("cipher.buy") and (rsi < 35)`)}, `event("cipher.buy") and (rsi < 35)`, wire.Name(), ""},
			"mended":          {[]modeltest.Reply{rule(`event("cipher.buy") &&& rsi`), rule(`event("cipher.buy") and rsi < 35`)}, `event("cipher.buy") and rsi < 35`, wire.Name(), ""},
			"invented number": {[]modeltest.Reply{rule(`event("cipher.buy") and rsi < 30`)}, `event("cipher.buy") and rsi < 35`, ai.Builtin, "30"},
			"not compiling":   {[]modeltest.Reply{rule(`system("rm")`)}, `event("cipher.buy") and rsi < 35`, ai.Builtin, "does not compile"},
		} {
			t.Run(name+"/"+wire.Name(), func(t *testing.T) {
				m := modeltest.Start(t, wire, tt.replies...)
				s := service(t, "WALK", ai.Options{Providers: []*model.Guarded{guarded(t, wire.Name(), m.URL)}})
				status, _, text := post(t, s.URL+"/ai/rule", fmt.Sprintf(body, wire.Name()))
				var got ai.Rule
				if err := json.Unmarshal(text, &got); err != nil || status != http.StatusOK || got.Expression != tt.want || got.Provider != tt.by || !strings.Contains(got.Note, tt.note) {
					t.Errorf("%d %s", status, text)
				}
			})
		}
	}
}

// empty is a bucket that gives the first request its token and no other.
type empty struct{ taken bool }

func (e *empty) Take(_ context.Context, whose string, _ float64, _, _ int) (server.Tokens, error) {
	if e.taken || !strings.HasPrefix(whose, "ai:") {
		return server.Tokens{Wait: 1500 * time.Millisecond}, nil
	}
	e.taken = true
	return server.Tokens{Granted: 1}, nil
}

func TestCallersAreHeldToARate(t *testing.T) {
	s := service(t, "WALK", ai.Options{Buckets: &empty{}})
	url := s.URL + "/ai/outcomes?market=test:WALK&interval=15m"
	if status, _, body := get(t, url); status != http.StatusOK {
		t.Fatalf("the first is answered %d %s", status, body)
	}
	status, head, body := get(t, url)
	if status != http.StatusTooManyRequests || head.Get("Retry-After") != "2" || !strings.Contains(string(body), "rate_limited") {
		t.Errorf("%d, Retry-After %q: %s", status, head.Get("Retry-After"), body)
	}
}
