package compute

import (
	"math"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// span is the range a profile is taken over. As text: fixed:FROM-TO, rolling:N,
// session, session:ZONE@HH:MM, week, month, anchored:FROM, times in Unix
// milliseconds. As JSON, an object of kind and the fields its kind has.
type span struct {
	kind     string // fixed, rolling, session, week, month, bounds, anchored; empty for all candles given
	from, to int64  // of fixed, [from, to), and from of anchored
	bars     int    // of rolling
	offset   int    // of session, week and month: minutes
	length   int    // of session: minutes, a day if 0
	zone     string // of session: its starts are those of a zone's days
	bounds   []int64
}

// spanBound is what a range must be.
const spanBound = "session, session:ZONE@HH:MM, week, month, rolling:N, anchored:T or fixed:A-B, times in Unix milliseconds"

// parseSpan reads a range written as text.
func parseSpan(text, pointer string, issues *server.Issues) span {
	kind, rest, more := strings.Cut(text, ":")
	s := span{kind: kind}
	var ok bool
	switch kind {
	case "session":
		s.zone, ok = rest, !more || rest != ""
		if ok && more {
			_, err := server.ParseSessions(rest)
			ok = err == nil
		}
	case "week", "month":
		ok = !more
	case "rolling":
		n, err := strconv.Atoi(rest)
		s.bars, ok = n, err == nil && n >= 1 && n <= volume.MaxRollingBars
	case "anchored":
		s.from, ok = parseTime(rest)
	case "fixed":
		at := strings.LastIndexByte(rest, '-')
		if ok = at > 0; !ok {
			break
		}
		var both bool
		s.from, ok = parseTime(rest[:at])
		s.to, both = parseTime(rest[at+1:])
		ok = ok && both && s.from < s.to
	default:
		ok = false
	}
	if !ok {
		issues.Add(server.CodeInvalid, server.Field{Pointer: pointer, Value: text, Rule: "range_form", Bound: spanBound})
	}
	return s
}

func parseTime(text string) (int64, bool) {
	t, err := strconv.ParseInt(text, 10, 64)
	return t, err == nil && t >= -volume.MaxTime && t <= volume.MaxTime
}

// fields of each kind of range in JSON, beside the kind.
var spanFields = map[string][]string{
	"fixed": {"from", "to"}, "rolling": {"bars"}, "session": {"offset", "length", "zone"}, "week": {"offset"}, "month": {"offset"},
	"bounds": {"bounds"}, "anchored": {"from"},
}

// scanSpan reads the value of range: text, or an object.
func scanSpan(s *server.Scanner, issues *server.Issues) span {
	if s.Kind() == '"' {
		text, _ := s.Text()
		return parseSpan(text, "/range", issues)
	}
	var v span
	given := map[string]bool{}
	numbers := map[string]*int{"bars": &v.bars, "offset": &v.offset, "length": &v.length}
	times := map[string]*int64{"from": &v.from, "to": &v.to}
	ok := true
	for key := range s.Object(&ok) {
		given[key] = true
		pointer := "/range/" + key
		switch {
		case key == "kind":
			v.kind = scanText(s, pointer, "text", "", issues)
		case key == "zone":
			v.zone = scanText(s, pointer, "text", "", issues)
			if _, err := server.ParseSessions(v.zone); err != nil {
				issues.Add(server.CodeInvalid, server.Field{Pointer: pointer, Value: v.zone, Rule: "form", Bound: "a time zone, with a local time if not midnight, as in America/New_York@09:30"})
			}
		case key == "bounds":
			v.bounds = scanTimes(s, pointer, issues)
		case numbers[key] != nil:
			if n, is := s.Int(); is && n == int64(int32(n)) {
				*numbers[key] = int(n)
			} else {
				issues.Shape(pointer, nil, "a whole number")
			}
		case times[key] != nil:
			if n, is := s.Int(); is {
				*times[key] = n
			} else {
				issues.Shape(pointer, nil, "a whole number of Unix milliseconds")
			}
		default:
			s.Skip()
			issues.Unknown(pointer, key, "a field of a range")
		}
	}
	if !ok && s.Err() == nil {
		issues.Shape("/range", nil, "an object, or text: "+spanBound)
		return v
	}
	v.check(given, issues)
	return v
}

func scanTimes(s *server.Scanner, pointer string, issues *server.Issues) []int64 {
	var list []int64
	ok := true
	for i := range s.Array(&ok) {
		t, is := s.Int()
		if !is {
			issues.Shape(pointer+"/"+strconv.Itoa(i), nil, "a whole number of Unix milliseconds")
		}
		list = append(list, t)
	}
	if !ok && s.Err() == nil {
		issues.Shape(pointer, nil, "a list of Unix milliseconds")
	}
	return list
}

// check holds a range given as JSON to the fields of its kind.
func (v *span) check(given map[string]bool, issues *server.Issues) {
	known, ok := spanFields[v.kind]
	if !ok {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/range/kind", Value: v.kind, Rule: "one_of", Bound: "one of session, week, month, bounds, rolling, anchored, fixed"})
		return
	}
	for _, name := range [...]string{"from", "to", "bars", "offset", "length", "zone", "bounds"} {
		if given[name] && !isOneOf(name, known) {
			issues.Unknown("/range/"+name, name, "a field of the range "+v.kind)
		}
		if !given[name] && isOneOf(name, known) && v.kind != "session" && name != "offset" {
			issues.Add(server.CodeInvalid, server.Field{Pointer: "/range/" + name, Rule: "required", Bound: "a value"})
		}
	}
	if v.zone != "" && (given["offset"] || given["length"]) {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/range/zone", Value: v.zone, Rule: core.RuleExclusive.String(), Bound: "no offset and no length beside it"})
	}
	if v.kind == "fixed" && given["from"] && given["to"] && v.from >= v.to {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/range/to", Value: v.to, Rule: "above", Bound: "above from"})
	}
	if r, keeps := v.engine(core.Columns{}); keeps {
		if err, isCore := r.Validate().(*core.Error); isCore { //nolint:errorlint // it is what Validate gives
			issues.Core(err, "/range/"+err.Field)
		}
	}
}

// engine is the range as an engine takes it; false for one that is taken in one
// shot. The sessions of a zone begin where the candles do.
func (v *span) engine(c core.Columns) (volume.Range, bool) {
	r := volume.Range{Offset: v.offset, Length: v.length}
	switch v.kind {
	case "session":
		if v.zone == "" {
			return r, true
		}
		r.Kind = volume.RangeBounds
		if sessions, err := server.ParseSessions(v.zone); err == nil && c.Len() > 0 {
			r.Bounds = sessions.Bounds(c.OpenTime[0], c.OpenTime[c.Len()-1])
		} else {
			r.Bounds = []int64{0}
		}
	case "week":
		r.Kind = volume.RangeWeek
	case "month":
		r.Kind = volume.RangeMonth
	case "bounds":
		r.Kind, r.Bounds = volume.RangeBounds, v.bounds
	case "rolling":
		return volume.Rolling(v.bars), true
	case "anchored":
		return volume.Anchored(v.from), true
	default:
		return r, false
	}
	return r, true
}

// appendJSON appends the range as a request could give it.
func (v *span) appendJSON(b []byte) []byte {
	b = server.AppendText(append(b, `{"kind":`...), v.kind)
	number := func(name string, n int64) {
		b = append(server.AppendText(append(b, ','), name), ':')
		b = strconv.AppendInt(b, n, 10)
	}
	switch v.kind {
	case "fixed":
		number("from", v.from)
		number("to", v.to)
	case "anchored":
		number("from", v.from)
	case "rolling":
		number("bars", int64(v.bars))
	case "bounds":
		b = server.AppendInts(append(b, `,"bounds":`...), v.bounds)
	}
	if v.zone != "" {
		b = server.AppendText(append(b, `,"zone":`...), v.zone)
	} else if v.kind == "session" || v.kind == "week" || v.kind == "month" {
		number("offset", int64(v.offset))
		if v.length != 0 {
			number("length", int64(v.length))
		}
	}
	return append(b, '}')
}

// maxWork bounds what the levels of a range may cost, in bars laid: a second
// or two.
const maxWork = 20_000_000

// work estimates what an engine does for a range, in bars laid over rows. With a
// number of rows, every bar that widens a growing range lays all its bars anew,
// and every bar may of a rolling one.
func (v *span) work(p volume.Params, c core.Columns) int {
	n := c.Len()
	if p.RowSize > 0 {
		return n
	}
	work := n * p.Rows / 8
	if v.kind == "rolling" {
		return work + n*min(n, v.bars)
	}
	minutes := map[string]int{"session": v.length, "week": 7 * 1440, "month": 31 * 1440}[v.kind]
	if v.kind == "session" && minutes == 0 {
		minutes = 1440
	}
	longest := int64(math.MaxInt64)
	if minutes > 0 {
		longest = int64(minutes) * 60_000
	}
	from, low, high := 0, math.Inf(1), math.Inf(-1)
	for i := range n {
		if c.OpenTime[i]-c.OpenTime[from] >= longest {
			from, low, high = i, math.Inf(1), math.Inf(-1)
		}
		if c.Low[i] < low || c.High[i] > high {
			low, high = min(low, c.Low[i]), max(high, c.High[i])
			work += i - from
		}
	}
	return work
}
