// Package evidence gathers what can be said of a market at one moment: readings,
// events and levels over several intervals, and what followed such events before.
// It is the only source of numbers an explanation may use.
//
// Building it is pure: the same candles and options give the same evidence, and
// nothing after the last closed bar is in it.
package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/quantum-signals/quantum/server/ai/outcomes"
)

// Version of the structure. A field that changes its meaning raises it.
const Version = 1

// Figure is a number of the evidence; NaN, null in JSON, where there is none.
type Figure = outcomes.Figure

// Evidence is everything known of a series at the close of its last bar. Fields
// with a unit tag are facts: numbers a text may state. Percentages are from 0 to
// 100.
type Evidence struct {
	Version    int        `json:"version"`
	Engine     string     `json:"engine"` // version of the arithmetic
	Preset     string     `json:"preset"`
	Market     string     `json:"market"` // empty of candles that came without one
	Interval   string     `json:"interval"`
	Frames     []Frame    `json:"frames"` // the interval asked for, then higher ones made from it
	Value      Value      `json:"value"`
	Outcomes   []Outcome  `json:"outcomes"` // of the kinds among the first frame's events
	Thresholds Thresholds `json:"thresholds"`
}

// Frame is one interval at its last closed bar.
type Frame struct {
	Interval string   `json:"interval"`
	Bars     int      `json:"bars" unit:"bars"` // closed bars it is computed from
	OpenTime int64    `json:"open_time" unit:"time"`
	KnownAt  int64    `json:"known_at" unit:"time"` // close of that bar
	Price    Price    `json:"price"`
	Momentum Momentum `json:"momentum"`
	Flow     Flow     `json:"flow"`
	Trend    Trend    `json:"trend"`
	Lean     Lean     `json:"lean"`
	Events   []Event  `json:"events"` // newest first
}

// Price is where the market trades, and where it came from.
type Price struct {
	Close     Figure `json:"close" unit:"quote"`
	Move      Figure `json:"move_percent" unit:"percent"` // of the last bar, from the close before
	Span      int    `json:"span_bars" unit:"bars"`       // the bars Change, High and Low are over
	Change    Figure `json:"change_percent" unit:"percent"`
	High      Figure `json:"high" unit:"quote"`
	HighAgo   int    `json:"high_bars_ago" unit:"bars"`
	Low       Figure `json:"low" unit:"quote"`
	LowAgo    int    `json:"low_bars_ago" unit:"bars"`
	Place     Figure `json:"place_percent" unit:"percent"`      // of the close between Low and High
	TrueRange Figure `json:"true_range_percent" unit:"percent"` // mean of the last bars, of the close
}

// Momentum is Cipher B's waves and oscillators.
type Momentum struct {
	WT1        Figure `json:"wt1" unit:"points"`
	WT2        Figure `json:"wt2" unit:"points"`
	WT2Before  Figure `json:"wt2_before" unit:"points"` // Before bars earlier
	Before     int    `json:"before_bars" unit:"bars"`
	Zone       string `json:"zone"`                         // overbought, oversold, extreme_oversold, above_zero, below_zero
	Waves      string `json:"waves"`                        // bull while wt1 is above wt2, else bear
	CrossedAgo int    `json:"crossed_bars_ago" unit:"bars"` // since the last crossing; -1 where there was none
	CrossedAt  Figure `json:"crossed_at_wt2" unit:"points"`
	RSI        Figure `json:"rsi" unit:"points"`
	RSIBefore  Figure `json:"rsi_before" unit:"points"`
	StochK     Figure `json:"stoch_k" unit:"points"`
	StochD     Figure `json:"stoch_d" unit:"points"`
	STC        Figure `json:"stc" unit:"points"`
	STCBefore  Figure `json:"stc_before" unit:"points"`
}

// Flow is the money flow: whether bars close near the end their bodies came
// from. It reads no volume.
type Flow struct {
	MF       Figure `json:"mf" unit:"points"`
	MFBefore Figure `json:"mf_before" unit:"points"`
	Before   int    `json:"before_bars" unit:"bars"`
	Side     string `json:"side"`                   // bull above 0, bear below
	Since    int    `json:"since_bars" unit:"bars"` // bars on that side, the last one included
}

// Trend is the ribbon of averages.
type Trend struct {
	Fast  Figure `json:"ema2" unit:"quote"`
	Slow  Figure `json:"ema8" unit:"quote"`
	Side  string `json:"side"` // bull while ema2 is above ema8
	Since int    `json:"since_bars" unit:"bars"`
	Gap   Figure `json:"gap_percent" unit:"percent"` // of the close from ema8
}

// Lean counts which way four parts point: trend, waves, flow and the Schaff
// cycle.
type Lean struct {
	Side  string `json:"side"` // bull or bear where at least three parts agree, else none
	Bull  int    `json:"bull_parts" unit:"count"`
	Bear  int    `json:"bear_parts" unit:"count"`
	Parts int    `json:"parts" unit:"count"` // that have warmed up
	Cycle string `json:"cycle"`              // of the Schaff cycle: bull where it rises or is high
}

// Event is a signal of a closed bar.
type Event struct {
	Kind     string  `json:"kind"`
	Side     string  `json:"side"`
	Meaning  string  `json:"meaning"` // as in the catalog
	OpenTime int64   `json:"open_time" unit:"time"`
	KnownAt  int64   `json:"known_at" unit:"time"`
	Ago      int     `json:"bars_ago" unit:"bars"`
	Price    Figure  `json:"price" unit:"quote"`
	Levels   []Level `json:"levels,omitempty"` // of a volume event
	Pivots   []Pivot `json:"pivots,omitempty"` // of a divergence: the previous and the latest
}

// Level is a price, and the open time of the first bar of its session.
type Level struct {
	Price Figure `json:"price" unit:"quote"`
	Start int64  `json:"start" unit:"time"`
}

// Pivot is one of the two extremes a divergence compares.
type Pivot struct {
	OpenTime int64  `json:"open_time" unit:"time"`
	Level    Figure `json:"level" unit:"points"`
	Price    Figure `json:"price" unit:"quote"`
}

// Value is where volume traded.
type Value struct {
	Session  Profile  `json:"session"`  // the running one
	Previous Profile  `json:"previous"` // the one before
	Window   Profile  `json:"window"`   // the last bars, whatever their session
	Above    []Node   `json:"above"`    // nodes of the window over the close, nearest first
	Below    []Node   `json:"below"`
	Naked    []Naked  `json:"naked"` // nearest untouched points of control, one over and one under the close
	Range    string   `json:"range"` // what a session is: day or month
	Volume   Activity `json:"volume"`
}

// Profile is the levels of a range, and the close's place against them.
type Profile struct {
	Start   int64  `json:"start" unit:"time"` // open time of its first bar; 0 where there is none
	Bars    int    `json:"bars" unit:"bars"`
	POC     Figure `json:"poc" unit:"quote"`
	VAH     Figure `json:"vah" unit:"quote"`
	VAL     Figure `json:"val" unit:"quote"`
	VWAP    Figure `json:"vwap" unit:"quote"`
	SD      Figure `json:"sd" unit:"quote"`
	Shape   string `json:"shape"`
	Place   string `json:"place"`                              // of the close: above, inside or below the value area
	FromPOC Figure `json:"from_poc_percent" unit:"percent"`    // of the close from the point of control
	FromVAH Figure `json:"from_vah_percent" unit:"percent"`    // and from the edges
	FromVAL Figure `json:"from_val_percent" unit:"percent"`    //
	Bands   Figure `json:"from_vwap_deviations" unit:"points"` // of the close from vwap, in sd
}

// Node is a price at which much or little traded.
type Node struct {
	Kind       string `json:"kind"` // high or low volume
	Price      Figure `json:"price" unit:"quote"`
	Distance   Figure `json:"distance_percent" unit:"percent"` // from the close, below it negative
	Prominence Figure `json:"prominence_percent" unit:"percent"`
}

// Naked is the point of control of a finished session that no bar has touched
// since.
type Naked struct {
	Price    Figure `json:"price" unit:"quote"`
	Start    int64  `json:"start" unit:"time"`
	Age      int    `json:"age_sessions" unit:"count"`
	Distance Figure `json:"distance_percent" unit:"percent"`
}

// Activity is how much trades, against what is usual here.
type Activity struct {
	Bars  int    `json:"bars" unit:"bars"`             // the last few, as a mean
	Ratio Figure `json:"ratio_percent" unit:"percent"` // of their volume to that of the window; null without volume
	Up    Figure `json:"up_percent" unit:"percent"`    // share of the window's volume in rising bars
	Delta string `json:"delta"`                        // bull where more than half, else bear
}

// Outcome is what followed past events of a kind in this series, beside all
// bars, in percent and in the direction of the event.
type Outcome struct {
	Kind     string `json:"kind"`
	Side     string `json:"side"`
	Horizon  int    `json:"horizon_bars" unit:"bars"`
	Count    int    `json:"count" unit:"count"`
	Hit      Figure `json:"hit_percent" unit:"percent"`
	HitLow   Figure `json:"hit_low_percent" unit:"percent"`
	HitHigh  Figure `json:"hit_high_percent" unit:"percent"`
	HitAll   Figure `json:"hit_all_bars_percent" unit:"percent"`
	Mean     Figure `json:"mean_percent" unit:"percent"`
	MeanLow  Figure `json:"mean_low_percent" unit:"percent"`
	MeanHigh Figure `json:"mean_high_percent" unit:"percent"`
	MeanAll  Figure `json:"mean_all_bars_percent" unit:"percent"`
	Best     Figure `json:"favourable_percent" unit:"percent"`
	Worst    Figure `json:"adverse_percent" unit:"percent"`
	Edge     bool   `json:"edge"` // differs from all bars, after correction for all kinds compared
}

// Thresholds are the levels the readings are held against.
type Thresholds struct {
	Zero       Figure `json:"zero" unit:"points"`
	Overbought Figure `json:"wt_overbought" unit:"points"`
	Oversold   Figure `json:"wt_oversold" unit:"points"`
	Extreme    Figure `json:"wt_oversold_extreme" unit:"points"`
	RSIHigh    Figure `json:"rsi_high" unit:"points"`
	RSIMiddle  Figure `json:"rsi_middle" unit:"points"`
	RSILow     Figure `json:"rsi_low" unit:"points"`
	ValueArea  Figure `json:"value_area_percent" unit:"percent"`
}

// First is the frame of the interval asked for.
func (e *Evidence) First() *Frame { return &e.Frames[0] }

// Hash names the evidence: equal where all of it is.
func (e *Evidence) Hash() string {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // plain fields: a bug of ours
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}
