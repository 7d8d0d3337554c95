package feed

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/adshao/go-binance/v2"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// streamOf is the name of a series among the exchange's streams.
func streamOf(s server.Series) string { return streamName(s.Market.Symbol, s.Interval.String()) }

func streamName(symbol, interval string) string {
	return strings.ToLower(symbol) + "@kline_" + interval
}

// request asks for streams, or asks to be spared them.
type request struct {
	Method string   `json:"method"`
	Params []string `json:"params"`
	ID     int64    `json:"id"`
}

const subscribe, unsubscribe = "SUBSCRIBE", "UNSUBSCRIBE"

// frame is one message of a connection of combined streams: an event of one of
// them, or, with an id, the answer to a request.
type frame struct {
	Stream string               `json:"stream"`
	Data   binance.WsKlineEvent `json:"data"`

	ID    *int64  `json:"id"`
	Error refusal `json:"error"`
	refusal
}

// refusal is why a request is refused. Binance has sent it both as an object of
// its own and beside the id.
type refusal struct {
	Code    *int   `json:"code"`
	Message string `json:"msg"`
}

// refused gives the words of a refusal, none for a request that was granted.
func (f *frame) refused() string {
	for _, r := range []refusal{f.refusal, f.Error} {
		if r.Code != nil {
			return fmt.Sprintf("code %d: %s", *r.Code, r.Message)
		}
	}
	return ""
}

// told is a bar as a stream tells it, and when the exchange sent it.
type told struct {
	stream string
	bar    core.Candle
	closed bool
	sent   int64
}

func parse(text []byte) (f frame, err error) {
	err = json.Unmarshal(text, &f)
	return f, err
}

// kline reads a kline. All that tells what bar it is must agree, and a bar that
// opens after the exchange's own clock is none.
func (f *frame) kline() (told, error) {
	k := f.Data.Kline
	if f.Data.Event != "kline" || f.Stream == "" || f.Stream != streamName(k.Symbol, k.Interval) {
		return told{}, fmt.Errorf("%s of %s %s on stream %q", f.Data.Event, k.Symbol, k.Interval, f.Stream)
	}
	interval, err := core.ParseInterval(k.Interval)
	if err != nil {
		return told{}, err
	}
	if k.StartTime < 1 || k.StartTime > core.MaxOpenTime || k.EndTime != k.StartTime+int64(interval)-1 || k.StartTime > f.Data.Time {
		return told{}, fmt.Errorf("a bar from %d to %d, sent at %d", k.StartTime, k.EndTime, f.Data.Time)
	}
	bar, err := candle(k.StartTime, k.Open, k.High, k.Low, k.Close, k.Volume)
	return told{f.Stream, bar, k.IsFinal, f.Data.Time}, err
}
