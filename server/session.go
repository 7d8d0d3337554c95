package server

import (
	"strings"
	"time"
)

// Sessions says when the sessions of a market begin: each day at one local time
// of a zone, daylight saving included. It turns names into the times core takes.
type Sessions struct {
	Zone  *time.Location
	Clock time.Duration // local time of day, from midnight
}

// ParseSessions reads a zone of the IANA database, with the local time of day
// where it is not midnight: "UTC", "America/New_York@09:30".
func ParseSessions(s string) (Sessions, error) {
	name, clock, timed := strings.Cut(s, "@")
	bad := Invalid("sessions", s, "form", "a time zone, with a local time if not midnight, as in America/New_York@09:30")
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return Sessions{}, bad
	}
	if !timed {
		return Sessions{Zone: zone}, nil
	}
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return Sessions{}, bad
	}
	return Sessions{zone, time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute}, nil
}

// Bounds lists the starts of sessions, ascending, in Unix milliseconds: from
// that of the session which holds from to the last at or before to.
func (s Sessions) Bounds(from, to int64) []int64 {
	day := time.UnixMilli(from).In(s.Zone)
	var bounds []int64
	for n := -1; ; n++ {
		start := s.start(day.Year(), day.Month(), day.Day()+n).UnixMilli()
		switch {
		case start > to:
			return bounds
		case start <= from: // the latest of these holds from
			bounds = append(bounds[:0], start)
		default:
			bounds = append(bounds, start)
		}
	}
}

// start is the first moment of a day at which the local clock shows the time or
// has passed it. A clock set forward may never show it, one set back shows it
// twice; time.Date leaves open what it gives then.
func (s Sessions) start(year int, month time.Month, day int) time.Time {
	hour, minute := int(s.Clock/time.Hour), int(s.Clock%time.Hour/time.Minute)
	t := time.Date(year, month, day, hour, minute, 0, 0, s.Zone)
	since, until := t.ZoneBounds()
	if t.Hour() != hour || t.Minute() != minute { // skipped: the session begins with the new time
		if !since.IsZero() && t.Sub(since) < 12*time.Hour {
			return since
		}
		return until
	}
	if since.IsZero() {
		return t
	}
	_, now := t.Zone()
	_, before := since.Add(-time.Second).Zone()
	if first := t.Add(time.Duration(now-before) * time.Second); now < before && first.Before(since) {
		return first
	}
	return t
}
