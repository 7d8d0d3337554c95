package store

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/quantum-signals/quantum/server"
)

// cursor is a place among the events of all series, which are listed newest
// first: by the time they were known, descending; then by series, ascending;
// then by id, descending.
type cursor struct {
	knownAt int64
	series  string
	id      string // stream id
}

// before reports whether an event at c comes before one at d.
func (c cursor) before(d cursor) bool {
	if c.knownAt != d.knownAt {
		return c.knownAt > d.knownAt
	}
	if c.series != d.series {
		return c.series < d.series
	}
	a, i := parseID(c.id)
	b, j := parseID(d.id)
	return a > b || a == b && i > j
}

// String is opaque to callers.
func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "1 %d %s %s", c.knownAt, c.series, c.id))
}

// parseCursor reads what String wrote; the empty cursor stands before
// everything.
func parseCursor(text string) (*cursor, error) {
	if text == "" {
		return nil, nil
	}
	bad := server.Invalid("cursor", text, "cursor", "as given with the page before")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, bad
	}
	fields := strings.Fields(string(raw))
	if len(fields) != 4 || fields[0] != "1" {
		return nil, bad
	}
	if _, err := server.ParseSeries(fields[2]); err != nil {
		return nil, bad
	}
	if ms, ordinal := parseID(fields[3]); fmt.Sprintf("%d-%d", ms, ordinal) != fields[3] {
		return nil, bad
	}
	return &cursor{integer(fields[1]), fields[2], fields[3]}, nil
}

// start is the stream id from which a series' events come behind the cursor,
// as XREVRANGE takes it.
func (c *cursor) start(series server.Series) string {
	name := series.String()
	open := c.knownAt - int64(series.Interval)
	switch {
	case name == c.series:
		return "(" + c.id
	case name > c.series: // its events known at the same time are still to come
		return before(open + 1)
	}
	return before(open)
}
