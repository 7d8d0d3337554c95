package server

import (
	"errors"
	"slices"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

// refusals scans and checks candles, and lists pointer and rule of each
// refusal.
func refusals(t *testing.T, text string, interval core.Interval) (Candles, []string, Code) {
	t.Helper()
	s := NewScanner([]byte(text))
	var issues Issues
	c := ScanCandles(s, "/candles", &issues)
	if err := s.End(); err != nil {
		t.Fatalf("scanning %s: %v", text, err)
	}
	c.Check(interval, &issues)
	var list []string
	err := issues.Err()
	var e *Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			list = append(list, f.Pointer+" "+f.Rule)
		}
		return c, list, e.Code
	}
	return c, nil, ""
}

func TestCandlesAreColumnsOrRows(t *testing.T) {
	want := core.Candle{OpenTime: 60000, Open: 1.5, High: 3, Low: 1, Close: 2, Volume: 10}
	for _, text := range []string{
		`{"open_time":[0,60000],"open":[1,1.5],"high":[2,3],"low":[1,1],"close":[2,2],"volume":[0,10]}`,
		`{"volume":[0,10],"close":[2,2],"low":[1,1],"high":[2,3],"open":[9,9,9],"open":[1,1.5],"open_time":[0,6e4]}`,
		`[[0,1,2,1,2,0],[60000,1.5,3,1,2,10]]`,
	} {
		c, refused, _ := refusals(t, text, core.Minute)
		if refused != nil || c.Len() != 2 || c.At(1) != want {
			t.Errorf("scanning %s: %v, refused %v; want bar 1 %v", text, c.Columns, refused, want)
		}
	}
}

func TestCandlesNameEveryOffendingPlace(t *testing.T) {
	for _, tt := range []struct {
		text string
		code Code
		want []string
	}{
		{`{"open_time":[0,60000],"open":[1,"NaN"],"high":[2,3],"low":[1,1],"close":[2,null],"volume":[-1,10]}`, CodeMalformed,
			[]string{"/candles/open/1 type", "/candles/close/1 type", "/candles/volume/0 range"}},
		{`[[0,1,2,1,2,0],[60000,1.5,1,1,2,"Infinity"],[120000,1,1,1,1e999,0],[60000,1,1,1,1,1]]`, CodeMalformed,
			[]string{"/candles/1/5 type", "/candles/2/4 range", "/candles/3/0 at_least"}},
		{`[[0,1,2,1,2,0],[0,1,1,1,2,1],7,[1,2,3]]`, CodeMalformed,
			[]string{"/candles/2 type", "/candles/3 length", "/candles/1/2 at_least", "/candles/1/0 at_least"}},
		{`{"open_time":[0],"open":[1],"high":[1],"low":[1,2],"close":[1],"vol/ume":[1]}`, CodeInvalid,
			[]string{"/candles/vol~1ume known", "/candles/low length", "/candles/volume required"}},
		{`{"open_time":[0.5],"open":[1],"high":[1],"low":[1],"close":7,"volume":[1]}`, CodeMalformed,
			[]string{"/candles/open_time/0 type", "/candles/close type", "/candles/close length"}},
		{`"candles"`, CodeMalformed, []string{"/candles type"}},
		{`[[0,1,1,1,1,0],[59999,1,1,1,1,0]]`, CodeOutOfOrder, []string{"/candles/1/0 at_least"}},
	} {
		if _, got, code := refusals(t, tt.text, core.Minute); !slices.Equal(got, tt.want) || code != tt.code {
			t.Errorf("scanning %s: %s %q, want %s %q", tt.text, code, got, tt.code, tt.want)
		}
	}
}

func TestIssuesListAHundredAndCountTheRest(t *testing.T) {
	var issues Issues
	for i := range 250 {
		issues.Add(CodeInvalid, Field{Pointer: "/a", Value: i, Rule: "range", Bound: "less"})
	}
	err := issues.Err()
	var e *Error
	if !errors.As(err, &e) || len(e.Fields) != 100 || e.Detail != "250 fields are refused; the first 100 are listed" {
		t.Errorf("250 issues give %v", err)
	}
}

func TestAppendCandlesReadsBack(t *testing.T) {
	want, _, _ := refusals(t, `[[0,1,2.25,1,2,0],[60000,1.5,3,1e-7,2,10]]`, core.Minute)
	got, refused, _ := refusals(t, string(AppendCandles(nil, want.Columns)), core.Minute)
	if refused != nil || got.Len() != 2 || got.At(0) != want.At(0) || got.At(1) != want.At(1) {
		t.Errorf("read back %v, refused %v, want %v", got.Columns, refused, want.Columns)
	}
}
