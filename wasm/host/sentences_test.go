package host

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

var update = flag.Bool("update", false, "rewrite the golden sentences")

// golden holds refusals and the sentences they make, one list for Go and for
// TypeScript, which both have to make them from the same numbers.
const golden = "../testdata/sentences.json"

// sentence is one of them. What JSON cannot say of a number is text.
type sentence struct {
	Code, Rule       string
	Field, Text      string
	Index            int
	Value, Low, High any
	Says             string
}

func refusals() []core.Error {
	var list []core.Error
	numbers := []float64{
		0, math.Copysign(0, -1), 1, -1, 0.1, 0.5, -2.5, 14.5, 1000, 123456.75, 1234567.5, 999999.5, 0.0001, 0.00012345, 0.00001, 1e-7, 5e-324,
		1e15, 999999999999999, -1e15, 1e16, 1e21, 1e22, 1e100, math.MaxFloat64, math.Inf(1), math.Inf(-1), core.Absent(), 1.7e12, 8640000000000001, 1 << 60, 2.0 / 3,
	}
	for rule := core.RuleNone; rule <= core.RuleFits; rule++ {
		list = append(list,
			core.Error{Code: core.InvalidParam, Rule: rule, Field: "rsi_period", Index: -1, Value: 0, Low: 1, High: 1000},
			core.Error{Code: core.InvalidBar, Rule: rule, Field: "close", Index: 14, Value: 2.5, Low: -1e100, High: 1e100, Text: "rows, row_size"},
			core.Error{Code: core.InvalidParam, Rule: rule, Field: "interval", Index: -1, Value: core.Absent(), Text: `15 "minutes"`},
		)
	}
	for _, v := range numbers {
		list = append(list, core.Error{Code: core.OutOfOrder, Rule: core.RuleRange, Field: "open_time", Index: 3, Value: v, Low: v, High: -v})
	}
	for code := core.InvalidParam; code >= core.InvalidPointer; code-- {
		list = append(list, core.Error{Code: code, Index: -1, Value: core.Absent()})
	}
	return list
}

func TestSentencesAreTheOnesTypeScriptMakes(t *testing.T) {
	var want []sentence
	for _, e := range refusals() {
		number := func(v float64) any {
			switch {
			case v != v:
				return "NaN"
			case math.IsInf(v, 0):
				return map[bool]string{true: "Infinity", false: "-Infinity"}[v > 0]
			case v == 0 && math.Signbit(v):
				return "-0"
			}
			return v
		}
		want = append(want, sentence{
			e.Code.String(), e.Rule.String(), e.Field, e.Text, e.Index, number(e.Value), number(e.Low), number(e.High), e.Error(),
		})
	}
	text, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(text) {
		t.Errorf("%s is not what core.Error says now: run go test ./wasm/host -run Sentences -update and see the diff", golden)
	}
}
