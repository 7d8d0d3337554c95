package exchangetest

import (
	"encoding/json"
	"strings"

	"github.com/quantum-signals/quantum/core"
)

// name is the name of the market's stream.
func (m *Market) name() string {
	return strings.ToLower(m.symbol) + "@kline_" + m.interval.String()
}

// kline is the body of a kline message.
type kline struct {
	Start    int64  `json:"t"`
	End      int64  `json:"T"`
	Symbol   string `json:"s"`
	Interval string `json:"i"`
	First    int64  `json:"f"`
	Last     int64  `json:"L"`
	Open     string `json:"o"`
	Close    string `json:"c"`
	High     string `json:"h"`
	Low      string `json:"l"`
	Volume   string `json:"v"`
	Trades   int64  `json:"n"`
	Final    bool   `json:"x"`
	Quote    string `json:"q"`
	Bought   string `json:"V"`
	Paid     string `json:"Q"`
	Unused   string `json:"B"`
}

// event is a kline message.
type event struct {
	Event  string `json:"e"`
	Time   int64  `json:"E"`
	Symbol string `json:"s"`
	Kline  kline  `json:"k"`
}

// Message is the frame of a bar sent at a time, closed or forming.
func (m *Market) Message(k core.Candle, at int64, final bool) []byte {
	text, err := json.Marshal(struct {
		Stream string `json:"stream"`
		Data   event  `json:"data"`
	}{m.name(), event{"kline", at, m.symbol, kline{
		Start: k.OpenTime, End: k.OpenTime + int64(m.interval) - 1, Symbol: m.symbol, Interval: m.interval.String(),
		First: 100, Last: 200, Open: number(k.Open), Close: number(k.Close), High: number(k.High), Low: number(k.Low),
		Volume: number(k.Volume), Trades: 101, Final: final, Quote: number(k.Volume * k.Close),
		Bought: number(k.Volume / 2), Paid: number(k.Volume * k.Close / 2), Unused: "0",
	}}})
	if err != nil {
		panic(err) // no value above cannot be written
	}
	return text
}

// Form sends a state of the forming bar, share of its time over.
func (m *Market) Form(share float64) {
	m.exchange.mu.Lock()
	k := m.candles.At(m.played)
	m.exchange.mu.Unlock()
	m.send(m.Message(part(k, share), k.OpenTime+int64(share*float64(m.interval)), false))
}

// Advance closes the forming bar and begins the next. Only history has the bar
// until Tell.
func (m *Market) Advance() core.Candle {
	m.exchange.mu.Lock()
	defer m.exchange.mu.Unlock()
	m.played++
	m.exchange.used = 0 // another minute, at least
	return m.candles.At(m.played - 1)
}

// Tell sends a closed bar.
func (m *Market) Tell(k core.Candle) {
	m.send(m.Message(k, k.OpenTime+int64(m.interval)+5, true))
}

// Play plays n bars as an exchange does: each forms, closes and is told.
func (m *Market) Play(n int) {
	for range n {
		m.Form(0.25)
		m.Form(0.75)
		m.Tell(m.Advance())
	}
}
