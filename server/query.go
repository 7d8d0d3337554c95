package server

import (
	"encoding/json"

	"github.com/quantum-signals/quantum/core"
)

// CandleRange picks closed bars of a series. The zero value is all of them.
type CandleRange struct {
	From, To int64 // [From, To) in open times; To 0 is unbounded
	Limit    int   // at most so many: the oldest from From on, the newest where From is 0
}

// EventFilter picks events. Empty lists pick everything.
type EventFilter struct {
	Series   []Series // where to look; the store looks nowhere else
	Kinds    []string
	Sides    []string
	From, To int64  // [From, To) in open times; To 0 is unbounded
	Limit    int    // at least 1
	Cursor   string // of the page before
}

// EventPage is some events, newest first: by the time they were known, then by
// series, then by their order in the bar, reversed.
type EventPage struct {
	Events []Event
	Cursor string // continues behind the last event; empty where that was the last
}

// State is how a market's feed is doing.
type State string

const (
	Live    State = "live"    // bars arrive and are committed
	Lagging State = "lagging" // committed bars are behind: history is being caught up
	Stale   State = "stale"   // nothing has arrived for too long, or no monitor runs it
	Gap     State = "gap"     // bars are known to be missing and are being fetched
)

// Watched is a series the monitors run.
type Watched struct {
	Series Series
	Note   string // where its bars come from: a credit, or "simulated"
}

// MarketStatus is a watched market with the intervals it is watched at, ascending.
type MarketStatus struct {
	Market    Market
	Intervals []core.Interval
	State     State
	Note      string
	Last      []int64 // open time of the last bar, one an interval; 0 before the first
	Bars      []int64 // bars committed so far, one an interval
}

// Tip is the newest end of a series, read as one: bars after some open time,
// where the channels stand with the last of them, and the forming bar.
type Tip struct {
	Candles core.Columns
	Heads   Heads
	Forming json.RawMessage // as Forming.Body; nil where none is known
}

// IngestBar is one closed bar pushed through the API. After names the bar it
// follows; nil accepts it as the next.
type IngestBar struct {
	Candle core.Candle
	After  *int64
}

// Ingested is what became of pushed bars.
type Ingested struct {
	Accepted, Duplicates int
	Last                 int64 // open time of the last bar accepted so far
}
