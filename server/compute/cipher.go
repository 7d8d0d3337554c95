package compute

import (
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
)

const numColumns = cipher.NumReadings + cipher.NumFlags

// ribbon is the family of the eight ribbon periods.
const ribbon = "ribbon_period"

// cipherParams are Quantum Cipher's parameters.
var cipherParams = newParams(cipher.Catalog().Params, ribbon)

// CipherParams reads parameters from objects as requests hold them; of a name
// the last counts, and the preset counts first. The error is a *server.Error
// listing all that is wrong.
func CipherParams(objects ...[]byte) (cipher.Params, error) {
	var issues server.Issues
	settings, err := cipherParams.scanAll(objects, &issues)
	if err != nil {
		return cipher.Params{}, err
	}
	p := setCipher(settings, &issues)
	return p, issues.Err()
}

// setCipher sets parameters over the defaults of the preset they name.
func setCipher(settings []setting, issues *server.Issues) cipher.Params {
	preset := cipher.Quantum
	for _, s := range settings {
		if s.name == "preset" {
			preset = cipher.Preset(s.value)
		}
	}
	p := cipher.Default(preset)
	set(&p, settings, paramPointer, issues)
	return p
}

// cipherRequest is the body of POST /signals/cipher, as far as tags can judge
// it.
type cipherRequest struct {
	Interval string   `name:"interval" validate:"required,interval"`
	Bars     int      `name:"candles" validate:"bars"`
	Fields   []string `name:"fields" validate:"max=77,unique,dive,column"`

	request
	interval core.Interval
	params   cipher.Params
	events   bool
	all      bool // no fields were named
}

// columnBound is what a field must be.
const columnBound = "the name of a reading or flag of the catalog"

// isColumn reports whether name is an output column beside open_time.
func isColumn(name string) bool {
	_, reading := cipher.ReadingByName(name)
	_, flag := cipher.FlagByName(name)
	return reading || flag
}

// postCipher computes Quantum Cipher over the candles of a body.
func (h *handler) postCipher(dst, body []byte) ([]byte, error) {
	var issues server.Issues
	q, err := h.readCipher(body, &issues)
	if err != nil {
		return dst, err
	}
	if issues.Len() > 0 {
		q.candles.Check(q.interval, &issues)
		return dst, issues.Err()
	}
	columns := q.columns()
	out := q.memory(columns)
	bars := q.candles.Columns
	if err := cipher.Compute(q.params, q.interval, bars, &out); err != nil {
		return dst, q.candles.Refusal(q.interval, err)
	}
	var events []cipher.Event
	if q.events {
		if events, err = cipher.AppendSeriesEvents([]cipher.Event{}, q.params, q.interval, bars, &out); err != nil {
			return dst, err
		}
	}

	a := CipherAnswer{
		WasmSHA256: h.options.WasmSHA256, Interval: q.interval, Params: q.params,
		OpenTime: bars.OpenTime, Columns: columns, Out: &out, Events: events,
	}
	return a.AppendJSON(dst), nil
}

// readCipher reads a body. Only a break of its syntax is an error: the rest
// goes to issues.
func (h *handler) readCipher(body []byte, issues *server.Issues) (*cipherRequest, error) {
	q := &cipherRequest{events: true, all: true}
	err := q.scan(body, cipherParams, issues, func(s *server.Scanner, key string) bool {
		switch key {
		case "interval":
			if s.Kind() != '"' {
				issues.Shape("/interval", s.Raw(), "text, as in 15m")
				q.Interval = core.Minute.String() // so that it is not refused twice
				return true
			}
			q.Interval, _ = s.Text()
		case "fields":
			q.all = false
			q.Fields = scanTexts(s, "/fields", issues)
		case "events":
			if s.Kind() != 't' {
				issues.Shape("/events", s.Raw(), "true or false")
				return true
			}
			q.events, _ = s.Bool()
		default:
			return false
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	q.Bars = q.candles.Len()
	h.validate.Check(q, "/", issues, q.unread(issues)...)
	q.interval, _ = core.ParseInterval(q.Interval) // an invalid one is noted
	q.params = setCipher(q.settings, issues)
	return q, nil
}

// paramPointer is where a parameter stands in a body.
func paramPointer(name string) string {
	if number, ok := strings.CutPrefix(name, ribbon); ok {
		if i, err := strconv.Atoi(number); err == nil {
			return "/params/" + ribbon + "s/" + strconv.Itoa(i-1)
		}
	}
	return "/params/" + name
}

// columns are the output columns asked for, in the order asked for.
func (q *cipherRequest) columns() []int {
	if q.all {
		return AllColumns()
	}
	columns, _ := ColumnsOf(q.Fields) // checked by their tag
	return columns
}

// AllColumns are the output columns in the order of the catalog.
func AllColumns() []int {
	columns := make([]int, numColumns)
	for i := range columns {
		columns[i] = i
	}
	return columns
}

// ColumnsOf finds output columns by their names. The error names the first
// that is none.
func ColumnsOf(names []string) ([]int, error) {
	columns := make([]int, 0, len(names))
	for _, name := range names {
		i := 0
		for i < numColumns && cipher.ColumnName(i) != name {
			i++
		}
		if i == numColumns {
			return nil, server.Invalid("fields", name, "column", columnBound)
		}
		columns = append(columns, i)
	}
	return columns, nil
}

// memory has the columns asked for, and those the events are read from.
func (q *cipherRequest) memory(columns []int) cipher.Columns {
	n := q.candles.Len()
	var out cipher.Columns
	add := func(r cipher.Reading) {
		if out.Values[r] == nil {
			out.Values[r] = make([]float64, n)
		}
	}
	for _, i := range columns {
		if reading, _, isFlag := cipher.Column(i); !isFlag {
			add(reading)
		}
	}
	if q.events {
		for _, r := range [...]cipher.Reading{cipher.WT2, cipher.RSI, cipher.StochK} {
			add(r)
		}
	}
	out.Flags = make([]cipher.Flags, n)
	return out
}
