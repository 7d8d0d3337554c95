package hub

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzOperation holds what a client's text can do: it is an operation within
// its bounds, or refused with an answer that is JSON.
func FuzzOperation(f *testing.F) {
	for _, seed := range []string{
		`{"op":"hello","id":"1","token":"t","client":"web/1.0","join":true}`,
		`{"op":"sub","id":"3","ch":"signals:binance:BTCUSDT:1h","since":{"epoch":"k3f9","seq":1041,"last":"e_9f2c"}}`,
		`{"op":"subs","id":"4","list":[{"ch":"markets"},{"ch":"alerts:a1"},{"ch":"bars:sim:X:*","snap":true}]}`,
		`{"op":"history","id":"7","ch":"bars:sim:X:1m","from":900,"limit":500}`,
		`{"op":"sub","since":{"seq":-1}}`, `{"op":"sub","op":"unsub"}`, `{"op":"\ud800"}`, `[`, `{"op":"x","list":[[[[[[`, `{"op":1e999}`, "{\"op\":\"\x00\"}",
		`{"op":"sub","id":"` + strings.Repeat("é", 20) + `"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) {
			return // is not let in
		}
		o, err := parse(text)
		if err != nil {
			var answer struct {
				T, Code string
				Status  int
			}
			if text := refused(o.id, err); json.Unmarshal(text, &answer) != nil || answer.T != "err" || answer.Status < 400 || answer.Status > 499 {
				t.Errorf("refused with %s", text)
			}
			return
		}
		if o.op == "" || len(o.id) > maxID || len(o.list) > maxList || !json.Valid(text) {
			t.Errorf("%s is taken as %+v", text, o)
		}
		for _, name := range append([]operation{o}, o.list...) {
			channel, err := parseTopic(name.ch)
			if err == nil && channel.String() != name.ch {
				t.Errorf("%q is the channel %s", name.ch, channel)
			}
			if err != nil && !json.Valid(refused(name.id, err)) {
				t.Errorf("%q is refused with %s", name.ch, refused(name.id, err))
			}
		}
	})
}
