package cipher

import "github.com/quantum-signals/quantum/core"

// Catalog describes the engine: every reading, state, event and parameter. The
// API, the module, the client's types and the page are made of it.
func Catalog() core.Catalog {
	c := core.Catalog{Engine: "cipher", Version: Version}
	for i := range NumReadings + NumFlags {
		c.Columns = append(c.Columns, ColumnName(i))
	}
	for r := range NumReadings {
		c.Readings = append(c.Readings, Reading(r).info())
	}
	for f := range Flag(NumFlags) {
		if f.IsEvent() {
			c.Events = append(c.Events, core.EventInfo{Kind: Event{Flag: f}.Kind(), Side: f.Side(), Meaning: flagMeanings[f]})
		} else {
			c.States = append(c.States, core.StateInfo{Name: f.String(), Side: f.Side(), Meaning: flagMeanings[f]})
		}
	}
	for i := range paramTable {
		c.Params = append(c.Params, paramTable[i].info(i))
	}
	return c
}

func (s *paramSpec) info(i int) core.ParamInfo {
	notes := &paramNotes[i]
	p := core.ParamInfo{
		Name: s.name, Kind: core.KindFloat, Default: s.value, DefaultClassic: s.value, Low: s.low, High: s.high,
		LowOpen: s.kind == realAbove, Unit: notes.unit, Meaning: notes.meaning,
	}
	switch s.kind {
	case whole, minutes:
		p.Kind = core.KindInt
	case boolean:
		p.Kind = core.KindBool
	case enum:
		p.Kind, p.DefaultClassic = core.KindEnum, float64(Classic)
		p.Choices = []string{Quantum.String(), Classic.String()}
	}
	return p
}
