package alert

import (
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

func TestTemplatesAreFilled(t *testing.T) {
	a := &server.Alert{ID: "a00_x", Name: "Dip", Series: server.Series{Market: server.Market{Source: "sim", Symbol: "SIMUSDT"}, Interval: core.Minute}}
	for text, want := range map[string]string{
		"":                             "Dip: sim:SIMUSDT 1m closed at 92",
		"{{ rsi }} of {{symbol}}":      "30 of SIMUSDT",
		"{{stoch_k}}":                  "n/a",
		"{{time}} {{open_time}}":       "1970-01-01 00:02:00 60000",
		"{{events}}; {{val}} } } {one": "cipher.buy, volume.poc_shift; 100 } } {one",
	} {
		template, err := ParseTemplate(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := template.Fill(a, bar("cipher.buy", "volume.poc_shift")); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"{{", "{{rsi", "{{rsj}}", "{{event}}", "{{.Name}}", "\xff", strings.Repeat("x", 1001)} {
		if _, err := ParseTemplate(text); server.CodeOf(err) != server.CodeInvalid {
			t.Errorf("%.20q: %v, want a refusal", text, err)
		}
	}
	long, err := ParseTemplate(strings.Repeat("{{name}}", 100))
	a.Name = strings.Repeat("é", 100)
	if err != nil || len(long.Fill(a, bar())) > maxText+len("…") {
		t.Errorf("a long message has %d bytes, %v", len(long.Fill(a, bar())), err)
	}
}
