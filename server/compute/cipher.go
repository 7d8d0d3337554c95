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

func cipherParams() params { return newParams(cipher.Catalog().Params, ribbon) }

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
		if events, err = cipher.AppendSeriesEvents(nil, q.params, q.interval, bars, &out); err != nil {
			return dst, err
		}
	}

	b := h.appendEngine(dst)
	b = server.AppendText(append(b, `,"interval":`...), q.interval.String())
	vector := q.params.Vector()
	b = h.cipher.append(append(b, `,"params":`...), vector[:])
	b = strconv.AppendInt(append(b, `,"warmup":`...), int64(q.params.WarmUp()), 10)
	b = server.AppendInts(append(b, `,"columns":{"open_time":`...), bars.OpenTime)
	for _, i := range columns {
		b = appendColumn(append(b, ','), i, &out)
	}
	b = append(b, '}')
	if q.events {
		b = appendEvents(append(b, `,"events":`...), events)
	}
	return append(b, '}'), nil
}

// readCipher reads a body. Only a break of its syntax is an error: the rest
// goes to issues.
func (h *handler) readCipher(body []byte, issues *server.Issues) (*cipherRequest, error) {
	q := &cipherRequest{events: true, all: true}
	err := q.scan(body, h.cipher, issues, func(s *server.Scanner, key string) bool {
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
	except := []string{}
	if q.given && issues.Len() > 0 {
		except = append(except, "Bars") // what could not be read is not also too few
	}
	h.validate.Check(q, "/", issues, except...)
	q.interval, _ = core.ParseInterval(q.Interval) // an invalid one is noted
	q.apply(issues)
	return q, nil
}

// apply sets the parameters over the defaults of the preset they name.
func (q *cipherRequest) apply(issues *server.Issues) {
	preset := cipher.Quantum
	for _, s := range q.settings {
		if s.name == "preset" {
			preset = cipher.Preset(s.value)
		}
	}
	q.params = cipher.Default(preset)
	set(&q.params, q.settings, paramPointer, issues)
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
	var columns []int
	if q.all {
		for i := range numColumns {
			columns = append(columns, i)
		}
	}
	for _, name := range q.Fields {
		for i := range numColumns {
			if cipher.ColumnName(i) == name {
				columns = append(columns, i)
			}
		}
	}
	return columns
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

// appendColumn appends one output column under its name.
func appendColumn(b []byte, i int, out *cipher.Columns) []byte {
	b = append(server.AppendText(b, cipher.ColumnName(i)), ':')
	reading, flag, isFlag := cipher.Column(i)
	if !isFlag {
		return server.AppendFloats(b, out.Values[reading])
	}
	b = append(b, '[')
	for i, flags := range out.Flags {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '0'+byte(flags>>flag&1))
	}
	return append(b, ']')
}

// appendEvents appends events, oldest first.
func appendEvents(b []byte, events []cipher.Event) []byte {
	b = append(b, '[')
	for i, e := range events {
		if i > 0 {
			b = append(b, ',')
		}
		b = server.AppendText(append(b, `{"kind":`...), e.Kind())
		b = server.AppendText(append(b, `,"side":`...), e.Side.String())
		b = strconv.AppendInt(append(b, `,"open_time":`...), e.OpenTime, 10)
		b = strconv.AppendInt(append(b, `,"known_at":`...), e.KnownAt, 10)
		b = server.AppendFloat(append(b, `,"price":`...), e.Price)
		if e.HasPivots {
			b = server.AppendPivots(append(b, `,"data":`...), e.Pivots)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}
