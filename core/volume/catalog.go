package volume

import "github.com/quantum-signals/quantum/core"

// Catalog describes the parameters, the developing levels and the events.
func Catalog() core.Catalog {
	c := core.Catalog{Engine: "volume", Version: Version, Readings: readingTable[:], Events: eventTable[:]}
	c.Columns = readingNames[:]
	c.Params = make([]core.ParamInfo, NumParams)
	for i := range paramTable {
		s := &paramTable[i]
		c.Params[i] = core.ParamInfo{
			Name: s.name, Kind: s.kind, Default: s.value, DefaultClassic: s.value,
			Low: s.low, High: s.high, LowOpen: s.rule == core.RuleRangeOpen,
			Choices: s.choices, Unit: s.unit, Meaning: s.meaning,
		}
	}
	return c
}

// readingTable has every developing level, by Reading.
var readingTable = [NumReadings]core.ReadingInfo{
	POC: {
		Name: "poc", Unit: "quote", Low: core.Absent(), High: core.Absent(), WarmUpRule: "first volume of the range",
		Meaning: "Point of control: the centre of the row with the most volume so far.", Pane: "price", Color: "#f5c542",
	},
	VAH: {
		Name: "vah", Unit: "quote", Low: core.Absent(), High: core.Absent(), WarmUpRule: "first volume of the range",
		Meaning: "Value area high: the upper edge of the rows around the point of control that hold value_area of the volume.",
		Pane:    "price", Color: "#4994ec",
	},
	VAL: {
		Name: "val", Unit: "quote", Low: core.Absent(), High: core.Absent(), WarmUpRule: "first volume of the range",
		Meaning: "Value area low: the lower edge of those rows.", Pane: "price", Color: "#4994ec",
	},
	Total: {
		Name: "total", Unit: "base", Low: 0, High: core.Absent(), WarmUpRule: "first bar of the range",
		Meaning: "Volume of the range so far, counted in whole units of volume_unit.", Pane: "volume", Color: "#8a8f98",
	},
	Enclosed: {
		Name: "enclosed", Unit: "base", Low: 0, High: core.Absent(), WarmUpRule: "first volume of the range",
		Meaning: "Volume inside the value area.", Pane: "volume", Color: "#4994ec",
	},
	VWAP: {
		Name: "vwap", Unit: "quote", Low: core.Absent(), High: core.Absent(), WarmUpRule: "first volume of the range; absent for a rolling one",
		Meaning: "Volume-weighted mean of the typical prices of the range.", Pane: "price", Color: "#b07cff",
	},
	SD: {
		Name: "sd", Unit: "quote", Low: 0, High: core.Absent(), WarmUpRule: "first volume of the range; absent for a rolling one",
		Meaning: "Volume-weighted standard deviation around vwap: the bands are vwap plus and minus multiples of it.",
		Pane:    "price", Color: "#b07cff",
	},
}

// eventTable has every event, by Signal.
var eventTable = [NumSignals]core.EventInfo{
	POCShift: {
		Kind: "volume.poc_shift", Side: core.None,
		Meaning: "The developing point of control moved by at least one row: bull up, bear down.",
	},
	VAHBreak: {
		Kind: "volume.vah_break", Side: core.Bull,
		Meaning: "The close left the previous session's value area over its upper edge.",
	},
	VALBreak: {
		Kind: "volume.val_break", Side: core.Bear,
		Meaning: "The close left the previous session's value area under its lower edge.",
	},
	ValueReentry: {
		Kind: "volume.value_reentry", Side: core.None,
		Meaning: "The close came back into the previous session's value area: bull from below, bear from above.",
	},
	NakedPOCTouch: {
		Kind: "volume.naked_poc_touch", Side: core.None,
		Meaning: "The bar touched points of control of finished sessions that no bar had touched since.",
	},
	LVNCross: {
		Kind: "volume.lvn_cross", Side: core.None,
		Meaning: "The close crossed a low-volume node of the previous session: bull upward, bear downward.",
	},
}
