package compute

import (
	"fmt"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// sessionDue is one session of a table: when its first bar opens, and its bars.
type sessionDue struct {
	start string
	bars  int
}

// TestSessionsOfACalendar is F20: the edges of sessions, by the engine bar by bar
// and by a request at the end of each, are those of tables worked out by hand. In
// New York clocks went from 02:00 to 03:00 on 10 March 2024 (07:00 UTC), and back
// from 02:00 to 01:00 on 3 November (06:00 UTC).
func TestSessionsOfACalendar(t *testing.T) {
	day := func(date string) [2]string { return [2]string{date + "T00:00Z", date + "T24:00Z"} }
	for _, tt := range []struct {
		name     string
		ask      string // the range of a request
		interval core.Interval
		from, to string
		halts    [][2]string // no bar opens from the first to the second
		due      []sessionDue
	}{
		{
			"spring, days of New York, and one without a bar", `{"kind":"session","zone":"America/New_York"}`, core.Hour,
			"2024-03-08T05:00Z", "2024-03-14T04:00Z", [][2]string{{"2024-03-12T04:00Z", "2024-03-13T04:00Z"}},
			[]sessionDue{{"2024-03-08T05:00Z", 24}, {"2024-03-09T05:00Z", 24}, {"2024-03-10T05:00Z", 23}, {"2024-03-11T04:00Z", 24}, {"2024-03-13T04:00Z", 24}},
		},
		{
			"autumn, days of New York", `{"kind":"session","zone":"America/New_York"}`, core.Hour,
			"2024-11-02T04:00Z", "2024-11-05T05:00Z", nil,
			[]sessionDue{{"2024-11-02T04:00Z", 24}, {"2024-11-03T04:00Z", 25}, {"2024-11-04T05:00Z", 24}},
		},
		{
			"autumn, from 18:00, the first session cut", `{"kind":"session","zone":"America/New_York@18:00"}`, core.Hour,
			"2024-11-02T12:00Z", "2024-11-05T00:00Z", nil,
			[]sessionDue{{"2024-11-02T12:00Z", 10}, {"2024-11-02T22:00Z", 25}, {"2024-11-03T23:00Z", 24}, {"2024-11-04T23:00Z", 1}},
		},
		{
			"spring, the exchange's hours, a weekend and a halted Tuesday", `{"kind":"session","zone":"America/New_York@09:30"}`, 30 * core.Minute,
			"2024-03-08T14:30Z", "2024-03-13T20:00Z", [][2]string{{"2024-03-08T21:00Z", "2024-03-11T13:30Z"}, {"2024-03-11T20:00Z", "2024-03-13T13:30Z"}},
			[]sessionDue{{"2024-03-08T14:30Z", 13}, {"2024-03-11T13:30Z", 13}, {"2024-03-13T13:30Z", 13}},
		},
		{
			"autumn, the exchange's hours", `{"kind":"session","zone":"America/New_York@09:30"}`, 30 * core.Minute,
			"2024-11-01T13:30Z", "2024-11-04T21:00Z", [][2]string{{"2024-11-01T20:00Z", "2024-11-04T14:30Z"}},
			[]sessionDue{{"2024-11-01T13:30Z", 13}, {"2024-11-04T14:30Z", 13}},
		},
		{
			"UTC days know no summer, and one is halted", `"session"`, core.Hour,
			"2024-03-09T00:00Z", "2024-03-13T00:00Z", [][2]string{day("2024-03-11")},
			[]sessionDue{{"2024-03-09T00:00Z", 24}, {"2024-03-10T00:00Z", 24}, {"2024-03-12T00:00Z", 24}},
		},
		{
			"weeks begin on Monday, here with the year", `"week"`, core.Hour,
			"2023-12-30T00:00Z", "2024-01-09T00:00Z", nil,
			[]sessionDue{{"2023-12-30T00:00Z", 48}, {"2024-01-01T00:00Z", 168}, {"2024-01-08T00:00Z", 24}},
		},
		{
			"weeks from Sunday 23:00, with a halted Wednesday", `{"kind":"week","offset":-60}`, core.Hour,
			"2024-03-09T23:00Z", "2024-03-18T00:00Z", [][2]string{day("2024-03-13")},
			[]sessionDue{{"2024-03-09T23:00Z", 24}, {"2024-03-10T23:00Z", 144}, {"2024-03-17T23:00Z", 1}},
		},
		{
			"a leap February", `"month"`, core.Hour,
			"2024-01-31T00:00Z", "2024-03-02T00:00Z", nil,
			[]sessionDue{{"2024-01-31T00:00Z", 24}, {"2024-02-01T00:00Z", 696}, {"2024-03-01T00:00Z", 24}},
		},
		{
			"months from 05:00, the first day of one halted", `{"kind":"month","offset":300}`, core.Hour,
			"2024-10-31T00:00Z", "2024-12-01T06:00Z", [][2]string{{"2024-11-01T05:00Z", "2024-11-02T05:00Z"}},
			[]sessionDue{{"2024-10-31T00:00Z", 29}, {"2024-11-02T05:00Z", 696}, {"2024-12-01T05:00Z", 1}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := steady(t, tt.interval, tt.from, tt.to, tt.halts)
			var issues server.Issues
			asked := scanSpan(server.NewScanner([]byte(tt.ask)), &issues)
			r, ok := asked.engine(c)
			if !ok || issues.Len() > 0 {
				t.Fatalf("range %s is read with %d issues", tt.ask, issues.Len())
			}
			e, err := volume.New(volume.Default(), tt.interval, r)
			if err != nil {
				t.Fatal(err)
			}
			var got []sessionDue
			var out volume.Levels
			for i := range c.Len() {
				if err := e.Next(c.At(i), &out); err != nil {
					t.Fatal(err)
				}
				if out.Count == 1 {
					got = append(got, sessionDue{})
				}
				got[len(got)-1] = sessionDue{time.UnixMilli(out.Start).UTC().Format(minuteLayout), out.Count}
				if last := i == c.Len()-1; !last {
					next := c.At(i + 1).OpenTime
					if n := len(got); n >= len(tt.due) || next != at(t, tt.due[n].start) {
						continue
					}
				}
				answer := decode[volumeAnswer](t, post(t, New(Options{}), "/signals/volume",
					fmt.Sprintf(`{"interval":%q,"range":%s,"candles":%s}`, tt.interval, tt.ask, server.AppendCandles(nil, c.Slice(0, i+1)))))
				if answer.Start != out.Start || answer.Count != out.Count || *answer.POC != out.POC || *answer.VAH != out.VAH || *answer.VAL != out.VAL {
					t.Errorf("in one shot the session holds %d bars from %d, POC %v, value %v to %v; bar by bar %+v", answer.Count, answer.Start, *answer.POC, *answer.VAL, *answer.VAH, out)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.due) {
				t.Errorf("sessions are %v, want %v", got, tt.due)
			}
		})
	}
}

const minuteLayout = "2006-01-02T15:04Z"

// at reads a time to the minute; 24:00 is the next day.
func at(t *testing.T, text string) int64 {
	t.Helper()
	layout, later := minuteLayout, time.Duration(0)
	if text[11:] == "24:00Z" {
		text, layout, later = text[:10], "2006-01-02", 24*time.Hour
	}
	moment, err := time.Parse(layout, text)
	if err != nil {
		t.Fatal(err)
	}
	return moment.Add(later).UnixMilli()
}

// steady is a bar each interval from one time to another, but for halts.
func steady(t *testing.T, interval core.Interval, from, to string, halts [][2]string) core.Columns {
	t.Helper()
	c := core.MakeColumns(1024)
bars:
	for open := at(t, from); open < at(t, to); open += int64(interval) {
		for _, h := range halts {
			if open >= at(t, h[0]) && open < at(t, h[1]) {
				continue bars
			}
		}
		price := 100 + float64(c.Len()%17)
		c.Append(core.Candle{OpenTime: open, Open: price, High: price + 2, Low: price - 1, Close: price + 1, Volume: 1 + float64(c.Len()%5)})
	}
	return c
}
