package core

// Catalog describes everything an engine takes and gives, one entry each: the
// single table behind validation, /api/v1, the wasm module, the SDK's types and
// the page.
type Catalog struct {
	Engine   string // "cipher" or "volume"
	Version  string // EngineVersion
	Columns  []string
	Readings []ReadingInfo
	States   []StateInfo
	Events   []EventInfo
	Params   []ParamInfo
}

// ReadingInfo describes a reading: a number at each bar, or absent.
type ReadingInfo struct {
	Name       string
	Unit       string  // "quote" for prices, "percent" for 0..100, "points" for oscillators without bounds
	Low, High  float64 // what it stays within, absent where unbounded
	WarmUp     int     // bars before the first reading with the default parameters, -1 if it depends on the interval
	WarmUpRule string  // the same from the parameters, as in "rsi_period"
	Meaning    string  // one sentence for a person
	Pane       string  // where a chart draws it: "price", "waves" around 0, "strength" from 0 to 100
	Color      string  // a hint, as in "#4994ec"
}

// StateInfo describes a flag that may hold for many bars and makes no event.
type StateInfo struct {
	Name    string
	Side    Side
	Meaning string
}

// EventInfo describes an event: something that happened on one closed bar.
type EventInfo struct {
	Kind    string // "cipher.buy"
	Side    Side   // None where the side varies or there is none
	Meaning string
}

// Kinds of parameters.
const (
	KindInt   = "int"
	KindFloat = "float"
	KindBool  = "bool"
	KindEnum  = "enum"
)

// ParamInfo describes a parameter. Booleans are 0 and 1, an enum the place in
// Choices.
type ParamInfo struct {
	Name           string
	Kind           string
	Default        float64
	DefaultClassic float64
	Low, High      float64
	LowOpen        bool     // the value must be above Low, not at it
	Choices        []string // of an enum
	Unit           string   // "bars", "minutes", "points", "percent"; empty for plain numbers
	Meaning        string
}
