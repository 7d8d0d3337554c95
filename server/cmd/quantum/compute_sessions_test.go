package main

import (
	"strconv"
	"strings"
	"testing"
)

// TestSessionsFollowTheLocalClock takes profiles of New York's sessions over the
// walk, a winter month of 15-minute bars: every session but the first and last
// has a day's bars, and together they hold all the volume of one profile.
func TestSessionsFollowTheLocalClock(t *testing.T) {
	file := []string{"--file", vectors + "walk.csv.gz", "--format", "csv", "--param", "volume_unit=0.0009765625"}
	native := must(t, append([]string{"compute", "volume", "--sessions", "America/New_York@18:00"}, file...)...)
	module := must(t, append([]string{"compute", "volume", "--engine", "wasm", "--sessions", "America/New_York@18:00"}, file...)...)
	if native != module {
		t.Errorf("the module's sessions differ: %s", differs(module, native))
	}
	lines := strings.Split(strings.TrimSpace(native), "\n")[1:]
	bars, total := 0, 0.0
	for i, line := range lines {
		fields := strings.Split(line, ",")
		n, err := strconv.Atoi(fields[1])
		if err != nil {
			t.Fatal(err)
		}
		volume, err := strconv.ParseFloat(fields[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && i < len(lines)-1 && n != 96 {
			t.Errorf("session %d has %d bars, want a day's 96: %s", i, n, line)
		}
		start, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if start%86_400_000 != 23*3_600_000 { // 18:00 in New York's winter
			t.Errorf("session %d starts at %s, want 23:00 UTC", i, stamp(start))
		}
		bars, total = bars+n, total+volume
	}
	if bars != 3000 {
		t.Errorf("the sessions hold %d bars, want the walk's 3000", bars)
	}
	whole := must(t, append([]string{"compute", "volume"}, "--file", vectors+"walk.csv.gz", "--format", "json", "--param", "volume_unit=0.0009765625")...)
	if want := `"total":` + strconv.FormatFloat(total, 'f', -1, 64) + ","; !strings.Contains(whole, want) {
		t.Errorf("the sessions hold %v, which is not the whole profile's total", total)
	}
}

func TestSessionsRefuseWhatTheyCannotDo(t *testing.T) {
	file := vectors + "walk.csv.gz"
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--file", file, "--sessions", "Mars"}, "sessions is \"Mars\", must be a time zone"},
		{[]string{"--trades", file, "--sessions", "UTC"}, "--sessions is for candles"},
		{[]string{"--file", file, "--sessions", "UTC", "--format", "arrow"}, `--format is "arrow", must be table or csv with --sessions`},
	} {
		code, _, errs := quantum(t, nil, append([]string{"compute", "volume"}, tt.args...)...)
		if code != exitUsage || !strings.Contains(errs, tt.want) {
			t.Errorf("compute volume %v: exit %d, %q, want exit %d and %q", tt.args, code, errs, exitUsage, tt.want)
		}
	}
}
