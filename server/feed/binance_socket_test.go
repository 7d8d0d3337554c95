package feed

import (
	"testing"

	"github.com/quantum-signals/quantum/core"
)

// kline is a message in the exchange's words: names in every case, fields nobody
// asked for.
const kline = `{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1638747720012,"s":"BTCUSDT","k":{"t":1638747660000,"T":1638747719999,"s":"BTCUSDT","i":"1m",` +
	`"f":1100,"L":1200,"o":"49000.10000000","c":"49001.20000000","h":"49010.30000000","l":"48990.40000000","v":"12.50000000","n":101,"x":true,"q":"1.0","V":"500","Q":"0.5","B":"123456"}}}`

func TestAKlineIsReadAsTheExchangeWritesIt(t *testing.T) {
	f, err := parse([]byte(kline))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.kline()
	want := told{"btcusdt@kline_1m", core.Candle{OpenTime: 1638747660000, Open: 49000.1, High: 49010.3, Low: 48990.4, Close: 49001.2, Volume: 12.5}, true, 1638747720012}
	if err != nil || got != want {
		t.Errorf("kline = %+v, %v; want %+v", got, err, want)
	}
}

func TestAnAnswerIsReadAsTheExchangeWritesIt(t *testing.T) {
	f := func(text string, id int64, want string) {
		t.Helper()
		f, err := parse([]byte(text))
		if err != nil || f.ID == nil || *f.ID != id || f.refused() != want {
			t.Errorf("%s is read as %+v, %v, refused with %q; want id %d and %q", text, f, err, f.refused(), id, want)
		}
	}
	f(`{"result":null,"id":312}`, 312, "")
	f(`{"error":{"code":2,"msg":"Invalid request: too many parameters"},"id":7}`, 7, "code 2: Invalid request: too many parameters")
	f(`{"code":0,"msg":"Unknown property","id":1}`, 1, "code 0: Unknown property")
}

func FuzzAFrameIsAKlineOfItsStreamOrGarbage(f *testing.F) {
	for _, text := range []string{kline, "", "null", "{}", `{"data":{"e":"kline","E":1e300}}`, `{"result":null,"id":1}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		f, err := parse(text)
		if err != nil {
			return
		}
		got, err := f.kline()
		if err != nil {
			return
		}
		c := got.bar
		if got.stream == "" || got.stream != f.Stream || c.OpenTime < 1 || c.OpenTime > got.sent || c.Open != c.Open || c.Volume-c.Volume != 0 {
			t.Errorf("%q is read as %+v", text, got)
		}
	})
}
