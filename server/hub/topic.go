package hub

import (
	"context"
	"strings"

	"github.com/quantum-signals/quantum/server"
)

// kind is what a channel carries.
type kind string

const (
	signals kind = "signals" // events of both engines
	bars    kind = "bars"    // closed bars
	forming kind = "forming" // the forming bar: only the last value counts
	alerts  kind = "alerts"  // what one alert said
	markets kind = "markets" // states of all markets: only the last value counts
)

// topic is what the name of a channel stands for.
type topic struct {
	kind   kind
	series server.Series // of signals, bars and forming; interval 0 stands for all of the market
	alert  string        // of alerts
}

// channelForm is what a channel's name must be.
const channelForm = "signals:, bars: or forming: and a series, as in bars:binance:BTCUSDT:1h, or alerts: and an id, or markets"

// parseTopic reads the name of a channel. "<market>:*" in place of a series
// stands for all intervals of the market.
func parseTopic(name string) (topic, error) {
	if name == string(markets) {
		return topic{kind: markets}, nil
	}
	first, rest, _ := strings.Cut(name, ":")
	switch k := kind(first); k {
	case signals, bars, forming:
		if market, ok := strings.CutSuffix(rest, ":*"); ok {
			m, err := server.ParseMarket(market)
			return topic{kind: k, series: server.Series{Market: m}}, err
		}
		series, err := server.ParseSeries(rest)
		return topic{kind: k, series: series}, err
	case alerts:
		if rest != "" && len(rest) <= maxAlertID && !strings.ContainsFunc(rest, notOfAnID) {
			return topic{kind: k, alert: rest}, nil
		}
	}
	return topic{}, server.Invalid("ch", clip(name), "form", channelForm)
}

// maxAlertID is how long the id of an alert may be.
const maxAlertID = 64

func notOfAnID(r rune) bool {
	return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// clip keeps an answer from being as long as what it refuses.
func clip(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func (t topic) String() string {
	switch t.kind {
	case markets:
		return string(markets)
	case alerts:
		return string(alerts) + ":" + t.alert
	}
	if t.every() {
		return string(t.kind) + ":" + t.series.Market.String() + ":*"
	}
	return string(t.kind) + ":" + t.series.String()
}

// every tells whether the topic stands for all intervals of a market.
func (t topic) every() bool {
	return t.series.Interval == 0 && (t.kind == signals || t.kind == bars || t.kind == forming)
}

// lastValue tells whether only the newest message counts.
func (t topic) lastValue() bool { return t.kind == forming || t.kind == markets }

// covers tells whether the channel of one topic is among those t stands for.
func (t topic) covers(one topic) bool {
	return t == one || t.every() && t.kind == one.kind && t.series.Market == one.series.Market
}

// topics lists what a topic stands for at present; one nobody feeds is an
// error.
func (h *Hub) topics(ctx context.Context, t topic) ([]topic, error) {
	switch t.kind {
	case markets:
		return []topic{t}, nil
	case alerts:
		if h.options.Alerts == nil {
			return nil, errNoSuch(t)
		}
		return []topic{t}, nil // whether there is such an alert is asked with its head
	}
	found, err := h.watched(ctx, t.series)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errNoSuch(t)
	}
	all := make([]topic, len(found))
	for i, series := range found {
		all[i] = topic{kind: t.kind, series: series}
	}
	return all, nil
}

// head asks where a channel stands.
func (h *Hub) head(ctx context.Context, t topic) (server.Heads, error) {
	switch t.kind {
	case forming, markets:
		return server.Heads{}, nil // told by the next message
	case alerts:
		seq, err := h.options.Alerts.Head(ctx, t.alert)
		if server.CodeOf(err) == server.CodeInternal && err != nil {
			err = unavailable(err)
		}
		return server.Heads{Signals: seq}, err
	}
	heads, err := h.log.Heads(ctx, t.series)
	if err != nil {
		return server.Heads{}, unavailable(err)
	}
	return heads[0], nil
}

// of picks a channel's own head.
func (t topic) of(heads server.Heads) int64 {
	if t.kind == bars {
		return heads.Bars
	}
	return heads.Signals
}

// replay reads stored messages of a channel from a seq on, at most limit.
func (h *Hub) replay(ctx context.Context, t topic, from int64, limit int) ([]server.Entry, error) {
	if t.kind == alerts {
		return h.options.Alerts.Replay(ctx, t.alert, from, limit)
	}
	return h.log.Replay(ctx, t.String(), from, limit)
}
