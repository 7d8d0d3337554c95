package compute

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

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

// cipherRequest is POST /signals/cipher, as far as tags can judge it.
type cipherRequest struct {
	Bars   int      `name:"candles" validate:"bars"`
	Fields []string `name:"fields" validate:"max=77,unique,dive,column"`

	request
	params cipher.Params
	all    bool // no fields were named
}

// columnBound is what a field must be.
const columnBound = "the name of a reading or flag of the catalog"

// isColumn reports whether name is an output column beside open_time.
func isColumn(name string) bool {
	_, reading := cipher.ReadingByName(name)
	_, flag := cipher.FlagByName(name)
	return reading || flag
}

// readCipher reads a request.
func (h *Handler) readCipher(r *http.Request, body []byte, columns bool, m *memory) (asked, error) {
	var issues server.Issues
	q := &cipherRequest{request: request{events: true, memory: m}, all: true}
	var err error
	prefix := "/"
	if columns {
		prefix, q.events = "", false
		q.readQuery(r.URL.Query(), cipherParams, &issues, q.fieldsQuery)
		q.candles, err = readColumns(body, &issues)
	} else {
		noQuery(r.URL.Query(), &issues)
		err = q.scan(body, cipherParams, &issues, func(s *server.Scanner, key string) bool {
			if key != "fields" {
				return false
			}
			q.all = false
			q.Fields = scanTexts(s, "/fields", &issues)
			return true
		})
	}
	if err != nil {
		return nil, err
	}
	h.check(q, prefix, &issues)
	if issues.Len() > 0 {
		q.candles.Check(q.interval, &issues)
		return nil, issues.Err()
	}
	return func() (answer, error) { return h.cipher(q) }, nil
}

// fieldsQuery reads the part of a query string only this request has.
func (q *cipherRequest) fieldsQuery(name, text string) bool {
	if name != "fields" {
		return false
	}
	q.all = false
	q.Fields = []string{}
	if text != "" {
		q.Fields = strings.Split(text, ",")
	}
	return true
}

// check notes what tags and parameters refuse.
func (h *Handler) check(q *cipherRequest, prefix string, issues *server.Issues) {
	q.Bars = q.candles.Len()
	unread := q.unread(issues)
	q.checkInterval(prefix+"interval", true, issues)
	h.validate.Check(q, prefix, issues, unread...)
	q.params = setCipher(q.settings, issues)
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

// cipher computes a request.
func (h *Handler) cipher(q *cipherRequest) (answer, error) {
	columns := q.columns()
	out := q.memory.cipher(columns, q.events, q.candles.Len())
	if err := cipher.Compute(q.params, q.interval, q.candles.Columns, &out); err != nil {
		return nil, q.candles.Refusal(q.interval, err)
	}
	a := &CipherAnswer{
		WasmSHA256: h.options.WasmSHA256, Interval: q.interval, Params: q.params,
		OpenTime: q.candles.OpenTime, Columns: columns, Out: &out,
	}
	closed, forming := q.split(q.candles.Columns)
	if forming != nil {
		n := closed.Len()
		a.Forming = &CipherForming{Candle: *forming}
		if out.Flags != nil {
			a.Forming.Flags, out.Flags = out.Flags[n], out.Flags[:n]
		}
		for i, column := range out.Values {
			if column != nil {
				a.Forming.Values[i] = column[n]
				out.Values[i] = column[:n]
			}
		}
		a.OpenTime = closed.OpenTime
	}
	if !q.events {
		return a, nil
	}
	var err error
	a.Events, err = cipher.AppendSeriesEvents([]cipher.Event{}, q.params, q.interval, closed, &out)
	return a, err
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

// cipher has the columns asked for, and those events are read from.
func (m *memory) cipher(columns []int, events bool, n int) cipher.Columns {
	var out cipher.Columns
	add := func(r cipher.Reading) {
		if out.Values[r] == nil {
			out.Values[r] = m.column(n)
		}
	}
	flags := events
	for _, i := range columns {
		reading, _, isFlag := cipher.Column(i)
		if flags = flags || isFlag; !isFlag {
			add(reading)
		}
	}
	if events {
		for _, r := range [...]cipher.Reading{cipher.WT2, cipher.RSI, cipher.StochK} {
			add(r)
		}
	}
	if flags { // where nobody asks for one, most of the work falls away
		m.flags = slices.Grow(m.flags[:0], n)
		out.Flags = m.flags[:n]
	}
	return out
}

func isOneOf(name string, list []string) bool {
	for _, one := range list {
		if one == name {
			return true
		}
	}
	return false
}
