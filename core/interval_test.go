package core

import "testing"

func TestParseIntervalAndBack(t *testing.T) {
	for s, want := range map[string]Interval{
		"1s": Second, "1m": Minute, "15m": 15 * Minute, "4h": 4 * Hour, "1d": Day, "1w": Week, "4w": MaxInterval,
	} {
		got, err := ParseInterval(s)
		if err != nil || got != want {
			t.Errorf("ParseInterval(%q) = %d, %v, want %d", s, got, err, want)
		}
		if got.String() != s {
			t.Errorf("Interval(%d).String() = %q, want %q", got, got.String(), s)
		}
	}
	if got := (90 * Minute).String(); got != "90m" {
		t.Errorf("90 minutes print as %q", got)
	}
	if got := (60 * Minute).String(); got != "1h" {
		t.Errorf("60 minutes print as %q, want 1h", got)
	}
	if got := Interval(-1500).String(); got != "-1500ms" {
		t.Errorf("Interval(-1500) prints as %q", got)
	}
}

func TestParseIntervalRefuses(t *testing.T) {
	for _, s := range []string{"", "m", "1", "0m", "01m", "1M", "-1m", "1.5h", "5w", "99999999d", "9999999999w", "1 m"} {
		if got, err := ParseInterval(s); err == nil {
			t.Errorf("ParseInterval(%q) = %v, want an error", s, got)
		}
	}
	_, err := ParseInterval("soon")
	if want := `interval is "soon", must be a whole number of s, m, h, d or w from 1s to 4w, as in 15m`; text(err) != want {
		t.Errorf("error %q, want %q", text(err), want)
	}
	if want := `interval is "1500 ms", must be a whole number of s, m, h, d or w from 1s to 4w, as in 15m`; text(Interval(1500).Check()) != want {
		t.Errorf("error %q, want %q", text(Interval(1500).Check()), want)
	}
}
