package server

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/quantum-signals/quantum/core"
)

// Event is a signal committed for a closed bar of a series. Its JSON is what
// the store keeps, GET /signals/events lists and the WebSocket carries.
type Event struct {
	ID       string          `json:"id"`   // EventID
	Kind     string          `json:"kind"` // cipher.buy, volume.poc_shift
	Side     string          `json:"side"` // bull, bear, or none
	OpenTime int64           `json:"open_time"`
	KnownAt  int64           `json:"known_at"` // close of the bar at which it was known
	Price    float64         `json:"price"`
	Data     json.RawMessage `json:"data,omitempty"`

	Series Series `json:"-"`
	Seq    int64  `json:"-"` // place in its channel, given by the store
}

// EventID is the one id of an event, whatever computes it: "e_" and 16 bytes of
// SHA-256, base64url, over engine version, parameter hash, series, open time
// and kind.
func EventID(engine string, params uint64, series Series, openTime int64, kind string) string {
	h := sha256.New()
	var n [8]byte
	part := func(b []byte) {
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	number := func(v uint64) {
		binary.BigEndian.PutUint64(n[:], v)
		h.Write(n[:])
	}
	part([]byte(engine))
	number(params)
	part([]byte(series.String()))
	number(uint64(openTime))
	part([]byte(kind))
	return "e_" + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// Bar is a candle of a series as a feed gives it: closed and final, or still
// forming.
type Bar struct {
	Series Series
	Candle core.Candle
	Closed bool
}

// Entry is one committed message as the outbox carries it, in commit order.
type Entry struct {
	Channel string // signals:<series> or bars:<series>
	Type    string // event or bar
	Seq     int64  // 1, 2, 3 … in its channel
	ID      string // of the event, or the open time of the bar
	Body    json.RawMessage
	At      time.Time // when Redis stored it

	// Corrects is the seq of a bar that its source has revised since, 0 in other
	// entries. Such an entry has that bar's seq and none of its own: the bar stays.
	Corrects int64
}

// SignalsChannel is the channel of a series' events, BarsChannel of its closed
// bars, FormingChannel of its forming bar.
func SignalsChannel(s Series) string { return "signals:" + s.String() }
func BarsChannel(s Series) string    { return "bars:" + s.String() }
func FormingChannel(s Series) string { return "forming:" + s.String() }
