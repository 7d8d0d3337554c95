package server

import (
	"slices"
	"testing"
	"time"
)

// TestSessionBounds holds the starts to tables worked out by hand, with the
// days on which clocks change.
func TestSessionBounds(t *testing.T) {
	tests := []struct {
		name, sessions, from, to string
		want                     []string
	}{
		{"UTC days", "UTC", "2024-02-28T12:00:00Z", "2024-03-01T00:00:00Z",
			[]string{"2024-02-28T00:00:00Z", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"}},
		{"New York opens an hour earlier in UTC after 10 March 2024", "America/New_York@09:30", "2024-03-08T14:30:00Z", "2024-03-11T23:00:00Z",
			[]string{"2024-03-08T14:30:00Z", "2024-03-09T14:30:00Z", "2024-03-10T13:30:00Z", "2024-03-11T13:30:00Z"}},
		{"and an hour later after 3 November", "America/New_York@09:30", "2024-11-02T14:00:00Z", "2024-11-04T14:30:00Z",
			[]string{"2024-11-02T13:30:00Z", "2024-11-03T14:30:00Z", "2024-11-04T14:30:00Z"}},
		{"a start the clock shows twice is the first", "America/New_York@01:30", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z",
			[]string{"2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"}},
		{"a start the clock skips is the change", "America/New_York@02:30", "2024-03-09T08:00:00Z", "2024-03-11T07:00:00Z",
			[]string{"2024-03-09T07:30:00Z", "2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z"}},
		{"a midnight that does not exist, Beirut 30 March 2024", "Asia/Beirut", "2024-03-30T12:00:00Z", "2024-03-31T22:00:00Z",
			[]string{"2024-03-29T22:00:00Z", "2024-03-30T22:00:00Z", "2024-03-31T21:00:00Z"}},
		{"a bar before the day's start is of the session before", "Asia/Kolkata@09:15", "2024-05-02T03:44:59Z", "2024-05-02T03:45:00Z",
			[]string{"2024-05-01T03:45:00Z", "2024-05-02T03:45:00Z"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ParseSessions(tt.sessions)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, ms := range s.Bounds(parse(t, tt.from), parse(t, tt.to)) {
				got = append(got, time.UnixMilli(ms).UTC().Format(time.RFC3339))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("Bounds(%s, %s) of %s = %v, want %v", tt.from, tt.to, tt.sessions, got, tt.want)
			}
		})
	}
}

func TestParseSessionsRefuses(t *testing.T) {
	for _, s := range []string{"", "Local", "Mars/Olympus", "UTC@25:00", "UTC@9", "America/New_York@09:30:00"} {
		if got, err := ParseSessions(s); err == nil {
			t.Errorf("ParseSessions(%q) = %v, want an error", s, got)
		}
	}
}

func parse(t *testing.T, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}
