package evidence

import (
	"math"
	"reflect"
	"strconv"
	"strings"
)

// Fact is one number a text may state.
type Fact struct {
	Name  string  `json:"name"` // path in the evidence, as in 1h.momentum.wt2
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`                // quote, percent, points, bars, count, or time: Unix milliseconds
	Time  int64   `json:"open_time,omitempty"` // of the bar it is read at
}

// Facts lists every number there is, in the order of the structure.
func (e *Evidence) Facts() []Fact {
	var list []Fact
	at := e.First().OpenTime
	for i := range e.Frames {
		f := &e.Frames[i]
		list = appendFacts(list, f.Interval, f.OpenTime, reflect.ValueOf(*f))
	}
	list = appendFacts(list, "value", at, reflect.ValueOf(e.Value))
	for i := range e.Outcomes {
		list = appendFacts(list, "outcomes."+e.Outcomes[i].Kind, at, reflect.ValueOf(e.Outcomes[i]))
	}
	return appendFacts(list, "thresholds", 0, reflect.ValueOf(e.Thresholds))
}

// appendFacts walks a struct for its fields with a unit.
func appendFacts(list []Fact, path string, at int64, v reflect.Value) []Fact {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		name = path + "." + name
		switch value := v.Field(i); {
		case field.Tag.Get("unit") != "":
			number, ok := numberOf(value)
			if ok && !absent(field.Tag.Get("unit"), number) {
				list = append(list, Fact{name, number, field.Tag.Get("unit"), at})
			}
		case value.Kind() == reflect.Struct:
			list = appendFacts(list, name, at, value)
		case value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Struct:
			for j := range value.Len() {
				list = appendFacts(list, name+"["+strconv.Itoa(j)+"]", at, value.Index(j))
			}
		}
	}
	return list
}

// absent tells a value that stands for none: a time of 0, a count of bars of -1.
func absent(unit string, v float64) bool {
	return math.IsNaN(v) || unit == "time" && v == 0 || unit == "bars" && v < 0
}

func numberOf(v reflect.Value) (float64, bool) {
	switch v.Kind() {
	case reflect.Float64:
		return v.Float(), true
	case reflect.Int, reflect.Int64:
		return float64(v.Int()), true
	}
	return 0, false
}
