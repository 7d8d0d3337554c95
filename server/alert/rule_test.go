package alert

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// bar is one at which rsi is 30, val 100 and all else absent.
func bar(events ...string) *server.Closed {
	c := &server.Closed{Candle: core.Candle{OpenTime: 60_000, Open: 90, High: 95, Low: 85, Close: 92, Volume: 7}, Events: events}
	for i := range c.Cipher.Values {
		c.Cipher.Values[i] = core.Absent()
	}
	c.Cipher.Values[cipher.RSI] = 30
	c.Cipher.Flags |= 1 << cipher.RibbonUp
	none := core.Absent()
	c.Volume = volume.Levels{POC: none, VAH: none, VAL: 100, Enclosed: none, VWAP: none, SD: none}
	return c
}

func TestRulesHoldAtBars(t *testing.T) {
	for expression, want := range map[string]bool{
		`event("cipher.buy") and rsi < 35 and close < val`:  true,
		`event("cipher.sell") and rsi < 35 and close < val`: false,
		`event("cipher.buy") && !(rsi >= 35)`:               true,
		`event("volume.poc_shift") or volume == 7`:          true,
		`ribbon_up and not wt_is_oversold`:                  true,
		`abs(open - close) / open < 0.03`:                   true,
		`min(low, 100) == 85 and max(high, 1) == 95`:        true,
		`(rsi < 35 ? close : open) == 92`:                   true,
		`stoch_k < 20`:                                      false, // absent
		`not (stoch_k < 20)`:                                false, // absent, so the rule says nothing
		`stoch_k < 20 or true`:                              false,
		`rsi / (rsi - 30) > 1e300`:                          true, // +Inf is a number
		"rsi < 35\n and close < val":                        true,
	} {
		rule, err := Compile(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		if got, err := rule.Matches(bar("cipher.buy", "cipher.gold_buy")); got != want || err != nil {
			t.Errorf("%s matches: %v, %v, want %v", expression, got, err, want)
		}
	}
}

func TestRefusalsNameTheColumn(t *testing.T) {
	for expression, want := range map[string]string{
		`rsi <`:                             "column 5: unexpected token EOF",
		`rsi < 35 and foo > 1`:              "column 14: unknown name foo",
		`rsi + 1`:                           "expected bool, but got float64",
		`close < "val"`:                     "column 9: text stands only in event(…)",
		`event("cipher.bye")`:               `column 7: there is no event "cipher.bye"`,
		`event(rsi)`:                        "column 7: event takes a kind in quotes",
		`event()`:                           "column 1: event takes one kind",
		`rsi < 3 and 5 in 1..9`:             "column 15: in is not an operator of rules",
		`all(1..1000000000, # > 0)`:         "column 1: there is no function all",
		`len([1,2]) > 1`:                    "column 1: there is no function len",
		`rsi ** 2 > 1`:                      "column 5: ** is not an operator of rules",
		`rsi > 1 and close["a"] > 1`:        "column 18: ",
		`let x = 1; x > 0`:                  "is not of the language of rules",
		`min(rsi) > 3`:                      "not enough arguments",
		`rsi > ribbon_up`:                   "column 5: invalid operation",
		"rsi > 1 and\n  foo > 2":            "line 2, column 3: unknown name foo",
		``:                                  "a condition",
		strings.Repeat("é", 1001):           "at most 1000 characters",
		"rsi > \xff":                        "valid UTF-8",
		strings.Repeat("rsi<1 or ", 99):     "compilation failed",
		strings.Repeat("(", 990) + "rsi":    "",
		strings.Repeat("not ", 240) + "rsi": "",
	} {
		_, err := Compile(expression)
		var refused *server.Error
		if !errors.As(err, &refused) {
			t.Errorf("%.40s: %v, want a refusal", expression, err)
			continue
		}
		if refused.Code != server.CodeInvalid || len(refused.Fields) != 1 || refused.Fields[0].Pointer != "/expression" || !strings.Contains(refused.Detail, want) {
			t.Errorf("%.40s: %s %q %+v, want %q", expression, refused.Code, refused.Detail, refused.Fields, want)
		}
	}
}

// What would run for ever in the library's own language is refused, and at once:
// a range is not even made as a constant.
func TestNoRuleRunsForEver(t *testing.T) {
	begin := time.Now()
	for _, expression := range []string{
		`len(1..9000000000) > 0`,
		`(1..1000000000)[5] == 6`,
		`all(1..1000000, all(1..1000000, all(1..1000000, true)))`,
		`reduce(1..1000000, #acc + #) > 0`,
		`repeat("a", 1000000000) == "a"`,
		`"aaaaaaaaaaaaaaaaaaaaaaaaa!" matches "(a+)+$"`,
		`count(map(1..99999, filter(1..99999, true)), true) > 0`,
		`rsi > 1 | len`,
		`true ? (1..100000000 == 1..100000000) : true`,
	} {
		if rule, err := Compile(expression); err == nil {
			t.Errorf("%s compiles to %v", expression, rule)
		}
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("refusing took %v", took)
	}
}

func TestEveryNameIsOfTheLanguage(t *testing.T) {
	names := Names()
	if want := len(known.numbers) + len(known.states) + len(known.events); len(names) != want {
		t.Errorf("%d names are listed, %d known: two share one", len(names), want)
	}
	for _, n := range names {
		expression := n.Name
		if known.numbers[n.Name] != nil {
			expression += " > 0"
		}
		if _, err := Compile(expression); err != nil || n.Meaning == "" {
			t.Errorf("%s (%s): %v", expression, n.Meaning, err)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{`event("cipher.buy") and rsi < 35`, `1..9`, `{"a":1}.a`, `#`, `rsi ?? 1 > 2`, `let a = 1; a`, "`x`", `-(-(1)) < rsi ? true : false`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		rule, err := Compile(expression)
		if err != nil {
			var refused *server.Error
			if !errors.As(err, &refused) {
				t.Fatalf("%q: %v is no refusal", expression, err)
			}
			return
		}
		full := bar("cipher.buy")
		for i := range full.Cipher.Values {
			full.Cipher.Values[i] = float64(i)
		}
		if _, err := rule.Matches(full); err != nil {
			t.Errorf("%q compiles, and then: %v", expression, err)
		}
	})
}
