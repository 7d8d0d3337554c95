package main

import (
	"strings"
	"testing"
)

// TestTheMeasurementRuns measures little: every bar and event of the bursts is
// found again in the outboxes.
func TestTheMeasurementRuns(t *testing.T) {
	s := settings{series: []int{20}, warm: 64, bursts: 3}
	bars, err := walk("../../core/cipher/testdata/walk.csv.gz", s.warm+s.bursts)
	if err != nil {
		t.Fatal(err)
	}
	r, err := measure(t.Context(), s, bars, 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.bars) != 60 || r.burst.bars != 60 || r.catchUp.bars != 20*64 || len(r.events) == 0 {
		t.Errorf("%d bars in the outboxes, %v committed in bursts, %v before, %d events; want 60, 60, %d and some", len(r.bars), r.burst.bars, r.catchUp.bars, len(r.events), 20*64)
	}
	if cells := strings.Count(r.String(), "|"); cells != strings.Count(strings.SplitN(header, "\n", 2)[0], "|") {
		t.Errorf("the row has %d cells more, the header another number: %s", cells, r)
	}
}
