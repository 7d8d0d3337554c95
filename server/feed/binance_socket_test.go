package feed

import (
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// kline is a message in the exchange's words: names in every case, fields nobody
// asked for.
const kline = `{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1638747720012,"s":"BTCUSDT","k":{"t":1638747660000,"T":1638747719999,"s":"BTCUSDT","i":"1m",` +
	`"f":1100,"L":1200,"o":"49000.10000000","c":"49001.20000000","h":"49010.30000000","l":"48990.40000000","v":"12.50000000","n":101,"x":true,"q":"1.0","V":"500","Q":"0.5","B":"123456"}}}`

func minutely() *socket {
	return &socket{series: server.Series{Market: server.Market{Source: "binance", Symbol: "BTCUSDT"}, Interval: core.Minute}}
}

func TestAKlineIsReadAsTheExchangeWritesIt(t *testing.T) {
	got, sent, err := minutely().decode([]byte(kline))
	want := core.Candle{OpenTime: 1638747660000, Open: 49000.1, High: 49010.3, Low: 48990.4, Close: 49001.2, Volume: 12.5}
	if err != nil || got.Candle != want || !got.Closed || sent != 1638747720012 {
		t.Errorf("decode = %+v, %d, %v; want %+v, closed", got, sent, err, want)
	}
}

func FuzzAFrameIsAKlineOfTheSeriesOrGarbage(f *testing.F) {
	for _, text := range []string{kline, "", "null", "{}", `{"data":{"e":"kline","E":1e300}}`, `{"result":null,"id":1}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		k := minutely()
		b, sent, err := k.decode(text)
		if err != nil {
			return
		}
		c := b.Candle
		if b.Series != k.series || c.OpenTime < 1 || c.OpenTime > sent || c.Open != c.Open || c.Volume-c.Volume != 0 {
			t.Errorf("%q is read as %+v, sent at %d", text, b, sent)
		}
	})
}
